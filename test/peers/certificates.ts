import { readFileSync } from 'node:fs';
import { type Child, run } from './child.ts';
import { withClock } from './chrony.ts';
import { bound } from './port.ts';
import type { Scene } from './scene.ts';

/** Files of one identity, PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** When a certificate is valid, as `openssl ca` wants it. */
const good = ['-days', '30'];
const past = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'];

/** A certification authority made with openssl, RSA 2048 and SHA-256. */
export class Authority {
  readonly certificate: string;
  readonly #scene: Scene;
  readonly #config: string;
  readonly #index: string;

  private constructor(scene: Scene, certificate: string, config: string, index: string) {
    this.#scene = scene;
    this.certificate = certificate;
    this.#config = config;
    this.#index = index;
  }

  /** It has 30 days to live; `age`: the days it has lived. */
  static async create(scene: Scene, name: string, age = 0): Promise<Authority> {
    const key = scene.path(`${name}-key.pem`);
    const certificate = scene.path(`${name}.pem`);
    const index = scene.write(`${name}-index.txt`, '');
    scene.write(`${name}-crlnumber`, '01\n');
    scene.write(`${name}-serial`, '1000\n');
    const config = scene.write(`${name}.cnf`, caConfig(scene.folder, name));
    const subject = ['-subj', `/O=Peer tests/CN=${name}`, '-days', `${30 + age}`];
    const request = ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-noenc', '-sha256'] as const;
    const files = ['-keyout', key, '-out', certificate, '-config', config];
    const [command, ...args] = withClock(age === 0 ? undefined : `-${age}d`, [...request, ...subject, ...files]);
    await run(command, args);
    return new Authority(scene, certificate, config, index);
  }

  /**
   * An identity for both roles; `names` as in `subjectAltName`: `DNS:a.test,IP:127.0.0.1`. `more`: lines of extensions, which
   * take the place of those of the same name.
   */
  async issue(name: string, names: string, validity: 'good' | 'past' = 'good', more = ''): Promise<Identity> {
    const scene = this.#scene;
    const identity = { certificate: scene.path(`${name}.pem`), key: scene.path(`${name}-key.pem`) };
    const request = scene.path(`${name}.csr`);
    const extensions = scene.write(`${name}.ext`, leafExtensions(names, more));
    const subject = ['-subj', `/O=Peer tests/CN=${name}`, '-config', this.#config];
    await run('openssl', [
      'req',
      '-newkey',
      'rsa:2048',
      '-noenc',
      ...subject,
      '-keyout',
      identity.key,
      '-out',
      request,
    ]);
    const period = validity === 'good' ? good : past;
    const files = ['-in', request, '-out', identity.certificate, '-extfile', extensions];
    await run('openssl', ['ca', '-batch', '-notext', '-config', this.#config, ...period, ...files]);
    return identity;
  }

  async revoke(identity: Identity): Promise<void> {
    await run('openssl', ['ca', '-config', this.#config, '-revoke', identity.certificate]);
  }

  /** The CRL of this moment, DER. */
  async crl(): Promise<Buffer> {
    const der = this.#scene.path('list.der');
    await run('openssl', ['crl', '-in', await this.crlFile(), '-outform', 'DER', '-out', der]);
    return readFileSync(der);
  }

  /** The same in a file, PEM. */
  async crlFile(): Promise<string> {
    const pem = this.#scene.path('list.pem');
    await run('openssl', ['ca', '-config', this.#config, '-gencrl', '-crldays', '1', '-out', pem]);
    return pem;
  }

  /**
   * An OCSP responder for what this authority issued, on a port of the loopback address. Its answers are good for five minutes
   * by its own clock, which is `shift` from that of the host.
   */
  async respond(responder: Identity, port: number, shift?: string): Promise<Child> {
    const signer = ['-rsigner', responder.certificate, '-rkey', responder.key, '-CA', this.certificate];
    const [program, ...words] = withClock(shift, [
      'openssl',
      'ocsp',
      '-index',
      this.#index,
      '-port',
      String(port),
      ...signer,
      '-nmin',
      '5',
    ]);
    const child = this.#scene.start(program, words);
    await bound('tcp', port);
    return child;
  }

  /** What that responder would say of an identity, DER, in a file: for `-status_file`. */
  async answer(responder: Identity, identity: Identity, name: string): Promise<string> {
    const [request, file] = [this.#scene.path(`${name}.req`), this.#scene.path(`${name}.der`)];
    const asked = ['-issuer', this.certificate, '-cert', identity.certificate, '-no_nonce', '-reqout', request];
    await run('openssl', ['ocsp', ...asked]);
    const signer = ['-rsigner', responder.certificate, '-rkey', responder.key, '-CA', this.certificate];
    await run('openssl', ['ocsp', '-index', this.#index, '-reqin', request, '-respout', file, ...signer, '-nmin', '5']);
    return file;
  }

  /** Signs a request somebody else made; gives the file of the certificate. */
  async sign(request: string, certificate: string, names = 'DNS:west.example.test'): Promise<string> {
    const extensions = this.#scene.write('signed.ext', leafExtensions(names, ''));
    const files = ['-in', request, '-out', certificate, '-extfile', extensions];
    await run('openssl', ['ca', '-batch', '-notext', '-config', this.#config, ...good, ...files]);
    return certificate;
  }
}

/** The private key as PEM, encrypted: as an IOS router exports it (DEK-Info), or as openssl writes it today (PKCS #8). */
export async function encryptedKey(identity: Identity, passphrase: string, form: 'ios' | 'pkcs8'): Promise<string> {
  const command = form === 'ios' ? ['rsa', '-traditional', '-des3'] : ['pkcs8', '-topk8', '-v2', 'aes-256-cbc'];
  return firstPem(await run('openssl', [...command, '-in', identity.key, '-passout', `pass:${passphrase}`]));
}

/** The first PEM block of a text that may say more. */
export function firstPem(text: string): string {
  const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/.exec(text);
  if (!block) throw new Error(`no PEM in: ${text}`);
  return block[0];
}

/** The PEM block of a file. */
export function pem(path: string): string {
  return firstPem(readFileSync(path, 'utf8'));
}

function caConfig(folder: string, name: string): string {
  return `[ca]
default_ca = here
[here]
database = ${folder}/${name}-index.txt
serial = ${folder}/${name}-serial
crlnumber = ${folder}/${name}-crlnumber
new_certs_dir = ${folder}
certificate = ${folder}/${name}.pem
private_key = ${folder}/${name}-key.pem
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[req]
distinguished_name = name
x509_extensions = authority
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
`;
}

function leafExtensions(names: string, more: string): string {
  const lines = `basicConstraints = CA:FALSE
keyUsage = digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = ${names}
`.split('\n');
  const replaced = more.split('\n').map((line) => line.slice(0, line.indexOf('=')).trim());
  return [...lines.filter((line) => !replaced.includes(line.slice(0, line.indexOf('=')).trim() || '-')), more, ''].join(
    '\n',
  );
}

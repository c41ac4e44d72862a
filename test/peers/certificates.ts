import { readFileSync } from 'node:fs';
import { run } from './child.ts';
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

  private constructor(scene: Scene, certificate: string, config: string) {
    this.#scene = scene;
    this.certificate = certificate;
    this.#config = config;
  }

  static async create(scene: Scene, name: string): Promise<Authority> {
    const key = scene.path(`${name}-key.pem`);
    const certificate = scene.path(`${name}.pem`);
    scene.write(`${name}-index.txt`, '');
    scene.write(`${name}-serial`, '1000\n');
    const config = scene.write(`${name}.cnf`, caConfig(scene.folder, name));
    const subject = ['-subj', `/O=Peer tests/CN=${name}`, '-days', '30'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-noenc', '-sha256'];
    const files = ['-keyout', key, '-out', certificate, '-config', config];
    await run('openssl', [...request, ...subject, ...files]);
    return new Authority(scene, certificate, config);
  }

  /** An identity for both roles; `names` as in `subjectAltName`: `DNS:a.test,IP:127.0.0.1`. */
  async issue(name: string, names: string, validity: 'good' | 'past' = 'good'): Promise<Identity> {
    const scene = this.#scene;
    const identity = { certificate: scene.path(`${name}.pem`), key: scene.path(`${name}-key.pem`) };
    const request = scene.path(`${name}.csr`);
    const extensions = scene.write(`${name}.ext`, leafExtensions(names));
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

  /** Signs a request somebody else made; gives the file of the certificate. */
  async sign(request: string, certificate: string, names = 'DNS:west.example.test'): Promise<string> {
    const extensions = this.#scene.write('signed.ext', leafExtensions(names));
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

function leafExtensions(names: string): string {
  return `basicConstraints = CA:FALSE
keyUsage = digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = ${names}
`;
}

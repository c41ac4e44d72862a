import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import type { Authority } from './certificates.ts';
import { run } from './child.ts';
import { loopback } from './port.ts';
import type { Scene } from './scene.ts';

const attribute = '2.16.840.1.113733.1.9';
const python = '/usr/bin/python3';
const signScript = join(import.meta.dirname, 'scripts/cms-sign.py');

/** What the requests it waits with are told, and what came. */
type Status = 'granted' | 'pending';

interface Question {
  readonly type: string;
  readonly transactionId: string;
  readonly senderNonce: string;
  /** File of the certificate that signed it. */
  readonly signer: string;
  /** File of what it holds, deciphered. */
  readonly content: string;
}

/**
 * A certificate authority over SCEP whose messages OpenSSL reads and writes: no line of the gateway's own ASN.1 is in it. It
 * does what few others do: lets a request wait, gives its CRL (GetCRL) and the certificate of the CA to come (GetNextCACert).
 */
export class OpensslScep {
  /** What becomes of requests from now on. */
  status: Status = 'granted';
  /** Certificate of the authority that follows this one. */
  next: string | undefined;
  /** Types of the messages that came: `19` is a request, `20` a poll, `22` asks for the CRL; operations by their name. */
  readonly asked: string[] = [];
  readonly #scene: Scene;
  readonly #authority: Authority;
  readonly #key: string;
  readonly #server: Server;
  /** Requests by their transaction, in files. */
  readonly #requests = new Map<string, string>();
  #count = 0;

  static async start(scene: Scene, authority: Authority, port: number): Promise<OpensslScep> {
    const scep = new OpensslScep(scene, authority);
    await new Promise<void>((resolve) => scep.#server.listen(port, loopback, resolve));
    return scep;
  }

  private constructor(scene: Scene, authority: Authority) {
    this.#scene = scene;
    this.#authority = authority;
    this.#key = authority.certificate.replace(/\.pem$/, '-key.pem');
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        (body) => response.end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage): Promise<Buffer> {
    const operation = new URL(request.url ?? '', 'http://ca').searchParams.get('operation') ?? '';
    if (operation !== 'PKIOperation') this.asked.push(operation);
    switch (operation) {
      case 'GetCACaps':
        return Buffer.from('AES\nSHA-256\nPOSTPKIOperation\nRenewal\nGetNextCACert\n');
      case 'GetCACert':
        return this.#openssl('x509', ['-in', this.#authority.certificate, '-outform', 'DER']);
      case 'GetNextCACert':
        return this.#nextAuthority();
      case 'PKIOperation':
        return this.#operate(await received(request));
      default:
        throw new Error(`operation ${operation}`);
    }
  }

  /** Runs an openssl command that writes a file by `-out`, and returns what it wrote. */
  async #openssl(command: string, args: readonly string[], out = this.#file('out')): Promise<Buffer> {
    await run('openssl', [command, ...args, '-out', out]);
    return readFileSync(out);
  }

  #file(what: string): string {
    return this.#scene.path(`scep-${++this.#count}.${what}`);
  }

  async #nextAuthority(): Promise<Buffer> {
    if (this.next === undefined) throw new Error('there is none');
    const plain = await this.#held('certificates', this.next);
    const signer = ['-signer', this.#authority.certificate, '-inkey', this.#key];
    return this.#openssl('cms', ['-sign', '-binary', '-nodetach', '-outform', 'DER', '-in', plain, ...signer]);
  }

  /** A file with a SignedData that holds nothing but certificates, or a CRL. */
  async #held(what: 'certificates' | 'crl', pem: string): Promise<string> {
    const file = this.#file('p7');
    const held = what === 'crl' ? ['-in', pem] : ['-nocrl', '-certfile', pem];
    await this.#openssl('crl2pkcs7', [...held, '-outform', 'DER'], file);
    return file;
  }

  async #operate(message: Buffer): Promise<Buffer> {
    const question = await this.#read(message);
    this.asked.push(question.type);
    switch (question.type) {
      case '17':
      case '19':
        this.#requests.set(question.transactionId, question.content);
        return this.#decide(question);
      case '20':
        return this.#decide(question);
      case '22':
        return this.#reply(question, await this.#held('crl', await this.#authority.crlFile()));
      default:
        throw new Error(`message type ${question.type}`);
    }
  }

  async #read(message: Buffer): Promise<Question> {
    const [file, envelope, signer] = [this.#file('message'), this.#file('envelope'), this.#file('signer')];
    writeFileSync(file, message);
    const parsed = await run('openssl', ['asn1parse', '-inform', 'DER', '-in', file]);
    const told = (id: number, form: string): string => {
      const found = new RegExp(`:${RegExp.escape(attribute)}\\.${id}\\n.*SET.*\\n.*${form}([^\\n]*)`).exec(parsed)?.[1];
      if (found === undefined) throw new Error(`no attribute ${id}`);
      return found;
    };
    const verify = ['-verify', '-noverify', '-binary', '-inform', 'DER', '-in', file, '-signer', signer];
    await this.#openssl('cms', verify, envelope);
    const recipient = ['-recip', this.#authority.certificate, '-inkey', this.#key];
    const content = this.#file('content');
    await this.#openssl('cms', ['-decrypt', '-binary', '-inform', 'DER', '-in', envelope, ...recipient], content);
    return {
      type: told(2, 'PRINTABLESTRING *:'),
      transactionId: told(7, 'PRINTABLESTRING *:'),
      senderNonce: told(5, 'OCTET STRING *\\[HEX DUMP\\]:'),
      signer,
      content,
    };
  }

  async #decide(question: Question): Promise<Buffer> {
    if (this.status === 'pending') return this.#reply(question);
    const asked = this.#requests.get(question.transactionId);
    if (asked === undefined) throw new Error('a poll for nothing');
    const request = this.#file('csr');
    await this.#openssl('req', ['-inform', 'DER', '-in', asked], request);
    return this.#reply(
      question,
      await this.#held('certificates', await this.#authority.sign(request, this.#file('pem'))),
    );
  }

  /** A CertRep: success with what is held, for the sender of the question only, or pending. */
  async #reply(question: Question, held?: string): Promise<Buffer> {
    const envelope = this.#file('sealed');
    const seal = ['-encrypt', '-binary', '-aes128', '-outform', 'DER'];
    if (held !== undefined) {
      await run('openssl', ['cms', ...seal, '-in', held, '-out', envelope, question.signer]);
    }
    const out = this.#file('reply');
    await run(python, [
      signScript,
      this.#authority.certificate,
      this.#key,
      out,
      ...(held === undefined ? [] : [envelope]),
      '--',
      `${attribute}.2=text:3`,
      `${attribute}.3=text:${held === undefined ? 3 : 0}`,
      `${attribute}.5=hex:${'5A'.repeat(16)}`,
      `${attribute}.6=hex:${question.senderNonce}`,
      `${attribute}.7=text:${question.transactionId}`,
    ]);
    return readFileSync(out);
  }
}

async function received(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

import { createHash } from 'node:crypto';
import type { Heard } from './phone.ts';

type Algorithm = 'MD5' | 'SHA-256';

export interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
}

/**
 * Digest as a scripted peer has it: it challenges, and judges what is answered. Like the telephone it shares no code with the
 * product.
 */
export class Guard {
  password = 'opensesame';
  status: 401 | 407 = 401;
  /** Offered, in this order. */
  algorithms: readonly Algorithm[] = ['MD5', 'SHA-256'];
  /** What requests proved, oldest first: `SHA-256 user 00000001`. */
  readonly proofs: string[] = [];
  readonly #realm: string;
  readonly #methods: readonly string[];
  #nonce = 'nonce1';
  #serial = 1;
  #isAged = false;

  constructor(realm: string, ...methods: readonly string[]) {
    this.#realm = realm;
    this.#methods = methods;
  }

  /** From now on another nonce is wanted; who used the old one is told that it is stale. */
  age(): void {
    this.#nonce = `nonce${++this.#serial}`;
    this.#isAged = true;
  }

  /** What the request is answered with; undefined when it may go on. */
  judge(request: Heard): Answer | undefined {
    if (!this.#methods.includes(request.method)) return undefined;
    const name = this.status === 401 ? 'authorization' : 'proxy-authorization';
    const given = request.headers
      .get(name)
      ?.map(parameters)
      .find((all) => all['realm'] === this.#realm);
    if (given === undefined) return this.#challenge('');
    const { nonce = '', uri = '', cnonce = '', nc = '', algorithm, username = '' } = given;
    const known: Algorithm = algorithm === 'SHA-256' ? 'SHA-256' : 'MD5';
    const hash = (text: string) =>
      createHash(known === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const secret = hash(`${username}:${this.#realm}:${this.password}`);
    const right = hash(`${secret}:${nonce}:${nc}:${cnonce}:auth:${hash(`${request.method}:${uri}`)}`);
    if (given['response'] !== right || uri !== request.start.split(' ')[1]) return this.#challenge('');
    if (nonce !== this.#nonce) return this.#challenge(this.#isAged ? ', stale=true' : '');
    this.proofs.push(`${known} ${username} ${nc}`);
    return undefined;
  }

  #challenge(state: string): Answer {
    const name = this.status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    return {
      status: this.status,
      headers: this.algorithms.map(
        (algorithm) =>
          `${name}: Digest realm="${this.#realm}", nonce="${this.#nonce}", algorithm=${algorithm}, qop="auth"${state}`,
      ),
    };
  }
}

/** What a scripted caller answers a challenge of ours with. */
export function proof(challenge: Heard, method: string, uri: string, username: string, password: string): string {
  const asked = parameters(challenge.headers.get('www-authenticate')?.[0] ?? '');
  const { realm = '', nonce = '' } = asked;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const response = hash(
    `${hash(`${username}:${realm}:${password}`)}:${nonce}:00000001:abc:auth:${hash(`${method}:${uri}`)}`,
  );
  return `Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=SHA-256, cnonce="abc", qop=auth, nc=00000001`;
}

function parameters(value: string): Readonly<Record<string, string>> {
  const found = [...value.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)];
  return Object.fromEntries(found.map(([, name, quoted, bare]) => [name, quoted ?? bare ?? '']));
}

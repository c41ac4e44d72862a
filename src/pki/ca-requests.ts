import { createHash } from 'node:crypto';
import type { Log } from '../io/index.ts';
import type { CaDatabase } from './ca-database.ts';
import { readCertificate } from './certificate.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { type ReadRequest, readRequest, withoutChallenge } from './request.ts';
import { type FailureName, failures } from './scep/message.ts';
import type { Decision } from './scep/server.ts';

const folder = 'requests';
const mostRequests = 500;

export interface KeptRequest {
  readonly id: number;
  readonly transactionId: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Without its challenge password, which was judged when it came. */
  readonly request: ReadRequest;
  /** Of the request as it came, hexadecimal. */
  readonly digests: RequestDigests;
  /** Public half of the key that signed the message: who may ask what became of it. SubjectPublicKeyInfo, DER. */
  readonly signerKey: Buffer;
  /** Asked of the CA that is to come, with its rollover certificate. */
  readonly forNext: boolean;
  decision: Decision;
}

type Asked = Pick<KeptRequest, 'transactionId' | 'receivedAt' | 'request' | 'signerKey' | 'forNext'>;

export interface RequestDigests {
  readonly md5: string;
  readonly sha256: string;
}

export function digestsOf({ der }: Pick<ReadRequest, 'der'>): RequestDigests {
  return { md5: createHash('md5').update(der).digest('hex').toUpperCase(), sha256: sha256(der) };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').toUpperCase();
}

/**
 * The enrolment requests of a certificate server, one file each: what is pending, granted or rejected is found again after
 * a reload. Bounded; what is decided makes room first. A file that cannot be used is put aside, and said.
 */
export class RequestList {
  readonly #database: CaDatabase;
  readonly #log: Log<PkiMessages>;
  /** By transaction. */
  readonly #requests = new Map<string, KeptRequest>();
  #lastId = 0;

  constructor(database: CaDatabase, log: Log<PkiMessages>) {
    this.#database = database;
    this.#log = log;
  }

  async load(): Promise<void> {
    this.#requests.clear();
    const names = (await this.#database.list(folder)).filter((name) => /^\d{1,15}$/.test(name));
    const ids = names.map(Number).toSorted((a, b) => a - b);
    for (const id of ids) {
      this.#lastId = Math.max(this.#lastId, id);
      await this.#loadOne(id);
    }
  }

  async #loadOne(id: number): Promise<void> {
    const name = `${folder}/${id}`;
    const content = await this.#database.read(name);
    if (content === undefined) return;
    const read = this.#requests.size < mostRequests ? parse(id, content) : refused('too many requests');
    if (read.ok && !this.#requests.has(read.value.transactionId)) {
      this.#requests.set(read.value.transactionId, read.value);
      if (read.isBare) await this.#trying(read.value, () => this.#save(read.value));
      return;
    }
    const reason = read.ok ? 'another request has its transaction' : read.reason;
    this.#log('CS_REQUEST_UNREADABLE', { file: `${this.#database.folder}/${name}`, reason });
    await this.#database.quarantine(name, content);
  }

  list(): readonly KeptRequest[] {
    return [...this.#requests.values()];
  }

  find(transactionId: string): KeptRequest | undefined {
    return this.#requests.get(transactionId);
  }

  pending(id: number | 'all'): readonly KeptRequest[] {
    const pending = this.list().filter(({ decision }) => decision.state === 'pending');
    return id === 'all' ? pending : pending.filter((kept) => kept.id === id);
  }

  /** A new pending request, on disk. */
  async add(asked: Asked): Promise<Outcome<KeptRequest>> {
    if (!(await this.#makeRoom())) return refused(`${mostRequests} requests are pending already`);
    const request = withoutChallenge(asked.request);
    if (!request.ok) return request;
    const digests = digestsOf(asked.request);
    const id = ++this.#lastId;
    const kept: KeptRequest = { ...asked, request: request.value, digests, id, decision: { state: 'pending' } };
    try {
      await this.#save(kept);
    } catch (error) {
      return refused(`the request cannot be kept: ${reasonOf(error)}`);
    }
    this.#requests.set(kept.transactionId, kept);
    return done(kept);
  }

  /** What was decided holds; when it cannot be written, a reload finds the request pending again, and that is said. */
  async decide(kept: KeptRequest, decision: Decision): Promise<void> {
    kept.decision = decision;
    await this.#trying(kept, () => this.#save(kept));
  }

  async remove(kept: KeptRequest): Promise<void> {
    this.#requests.delete(kept.transactionId);
    await this.#trying(kept, () => this.#database.removeFile(`${folder}/${kept.id}`));
  }

  /** Pending requests that came in before then go. */
  async expire(before: number): Promise<void> {
    for (const kept of this.pending('all')) if (kept.receivedAt < before) await this.remove(kept);
  }

  /** From memory; the files are the database's to remove. */
  clear(): void {
    this.#requests.clear();
  }

  async #makeRoom(): Promise<boolean> {
    if (this.#requests.size < mostRequests) return true;
    const decided = this.list().find(({ decision }) => decision.state !== 'pending');
    if (decided !== undefined) await this.remove(decided);
    return decided !== undefined;
  }

  #save(kept: KeptRequest): Promise<void> {
    return this.#database.write(`${folder}/${kept.id}`, print(kept));
  }

  async #trying({ id }: KeptRequest, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log('NVRAM_WRITE', { file: `${this.#database.folder}/${folder}/${id}`, reason: reasonOf(error) });
    }
  }
}

function print({ transactionId, receivedAt, request, digests, signerKey, forNext, decision }: KeptRequest): string {
  const { state } = decision;
  const record = {
    transactionId,
    receivedAt,
    forNext,
    signerKey: signerKey.toString('base64'),
    request: request.der.toString('base64'),
    digests,
    // Its signature fits no more where a password was taken out: this tells damage.
    whole: sha256(request.der),
    state,
    ...(decision.state === 'granted' && { certificate: decision.certificate.der.toString('base64') }),
    ...(decision.state === 'rejected' && { failure: decision.failure }),
  };
  return `${JSON.stringify(record)}\n`;
}

/** Total. */
function parse(id: number, content: Buffer): Outcome<KeptRequest> & { readonly isBare?: boolean } {
  const damaged = refused('it is damaged');
  try {
    const record: unknown = JSON.parse(content.toString('utf8'));
    if (typeof record !== 'object' || record === null) return damaged;
    const { transactionId, receivedAt, forNext, signerKey, request, digests, whole, ...rest } = record as Record<
      string,
      unknown
    >;
    if (typeof transactionId !== 'string' || typeof receivedAt !== 'number') return damaged;
    if (typeof request !== 'string' || typeof signerKey !== 'string') return damaged;
    const known = parseDigests(digests);
    // Without digests it is as it came, with its password: so they were kept once.
    const read = readRequest(Buffer.from(request, 'base64'), known && 'proven');
    const kept = read.ok ? withoutChallenge(read.value) : read;
    if (known !== undefined && read.ok && sha256(read.value.der) !== whole) return damaged;
    const decision = parseDecision(rest);
    if (!read.ok || !kept.ok || decision === undefined) return damaged;
    const asked = { transactionId, receivedAt, request: kept.value, signerKey: Buffer.from(signerKey, 'base64') };
    const found = { id, ...asked, digests: known ?? digestsOf(read.value), forNext: forNext === true, decision };
    return { ok: true, value: found, isBare: known === undefined };
  } catch {
    return damaged;
  }
}

function parseDigests(digests: unknown): RequestDigests | undefined {
  if (typeof digests !== 'object' || digests === null) return undefined;
  const { md5, sha256 } = digests as Record<string, unknown>;
  return typeof md5 === 'string' && typeof sha256 === 'string' ? { md5, sha256 } : undefined;
}

function parseDecision({ state, certificate, failure }: Record<string, unknown>): Decision | undefined {
  if (state === 'pending') return { state };
  if (state === 'rejected' && typeof failure === 'string' && isFailure(failure)) return { state, failure };
  if (state !== 'granted' || typeof certificate !== 'string') return undefined;
  const read = readCertificate(Buffer.from(certificate, 'base64'));
  return read.ok ? { state, certificate: read.value } : undefined;
}

function isFailure(failure: string): failure is FailureName {
  return Object.hasOwn(failures, failure);
}

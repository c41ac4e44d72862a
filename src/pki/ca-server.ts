import { createHash } from 'node:crypto';
import { Name } from '@peculiar/asn1-x509';
import type { Clock, Files, Log, Random } from '../io/index.ts';
import { CaDatabase } from './ca-database.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { decode, encode } from './der.ts';
import type { CaRequestReport, CaServerReport, ScepRequest, ScepResponse } from './face.ts';
import { issueCertificate } from './issue.ts';
import type { KeyStore, RsaKey } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { type ReadRequest, readRequest } from './request.ts';
import { answerScep, type Decision } from './scep/server.ts';
import type { CaServerSettings } from './settings.ts';
import { buildName, displayName, type NameAttribute, parseX500 } from './x500-name.ts';

const mostRequests = 500;
const caModulus = 2048;
const dayMs = 86_400_000;
/** Clocks of peers differ: a certificate is valid a little before it was asked for. */
const backdateMs = 60_000;

interface KeptRequest {
  readonly id: number;
  readonly transactionId: string;
  readonly request: ReadRequest;
  /** Public key of whoever asked. */
  readonly asker: Buffer;
  decision: Decision;
}

export interface CaServerParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log<PkiMessages>;
  readonly keys: KeyStore;
}

/**
 * One embedded certificate authority. It makes its key and its certificate when first enabled, numbers every certificate on
 * disk before it signs, and keeps a bounded list of requests: the pending ones wait for the operator.
 */
export class CaServer {
  readonly #parts: CaServerParts;
  readonly #database: CaDatabase;
  readonly #requests = new Map<string, KeptRequest>();
  #settings: CaServerSettings;
  #running: { readonly certificate: Certificate; readonly key: RsaKey } | undefined;
  /** The CA certificate on disk, whether the server runs or not. */
  #made: Certificate | undefined;
  #fault: string | undefined;
  #lastId = 0;
  /** One certificate at a time: the serial number is on disk before the next one is taken. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: CaServerSettings, parts: CaServerParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#database = new CaDatabase(parts.files, settings.name);
  }

  get certificate(): Certificate | undefined {
    return this.#running?.certificate;
  }

  get name(): string {
    return this.#settings.name;
  }

  reconfigure(settings: CaServerSettings): void {
    this.#settings = settings;
  }

  /** Resolves to the CA certificate, or the fault, which is logged and shown. */
  async start(): Promise<Outcome<Certificate>> {
    try {
      const certificate = await this.#prepare();
      if (!certificate.ok) return this.#failed(certificate.reason);
      this.#fault = undefined;
      return certificate;
    } catch (error) {
      return this.#failed(reasonOf(error));
    }
  }

  #failed(reason: string): Outcome<Certificate> {
    this.#fault = reason;
    this.#parts.log('CS_FAULT', { server: this.name, reason });
    return refused(reason);
  }

  async #prepare(): Promise<Outcome<Certificate>> {
    const stored = await this.#database.load();
    if (!stored.ok) return stored;
    const key = await this.#key(stored.value !== undefined);
    if (!key.ok) return key;
    const read = readCertificate(stored.value ?? (await this.#makeCa(key.value)));
    if (!read.ok) return read;
    if (!read.value.publicKeyDer.equals(key.value.publicKey))
      return refused('its key is not the one in its certificate');
    this.#running = { certificate: read.value, key: key.value };
    this.#made = read.value;
    return read;
  }

  async #key(certified: boolean): Promise<Outcome<RsaKey>> {
    const { keys } = this.#parts;
    const found = keys.find(this.name);
    if (found !== undefined) return done(found);
    if (certified) return refused(`its key pair ${this.name} is missing`);
    return keys.generate({ label: this.name, kind: 'general-keys', modulus: caModulus, exportable: false });
  }

  async #makeCa(key: RsaKey): Promise<Buffer> {
    const typed = parseX500(this.issuerName);
    if (!typed.ok) throw new TypeError(`issuer-name: ${typed.reason}`);
    const name = issuerOf(typed.value);
    const now = this.#parts.clock.now();
    const der = issueCertificate({
      serial: await this.#database.takeSerial(),
      subject: name,
      publicKey: key.publicKey,
      issuer: { name, privateKey: key.privateKey, publicKey: key.publicKey },
      notBefore: now - backdateMs,
      notAfter: now + this.#settings.lifetime.caCertificate * dayMs,
      hash: this.#settings.hash,
      kind: 'ca',
      alternativeNames: [],
    });
    await this.#database.saveCa(der);
    return der;
  }

  get issuerName(): string {
    return this.#settings.issuerName ?? `cn=${this.name}`;
  }

  /** As configured; where the certificate says otherwise, as that says. */
  get #shownName(): string {
    if (this.#made === undefined) return this.issuerName;
    const typed = parseX500(this.issuerName);
    const same = typed.ok && encode(issuerOf(typed.value)).equals(this.#made.subjectDer);
    return same ? this.issuerName : displayName(this.#made.subject).join(',');
  }

  /** Whether the CA certificate was ever made: its name is settled then, also while the server is shut down. */
  get isMade(): boolean {
    return this.#made !== undefined;
  }

  /** Stops at the operator's word. What is on disk of the CA stays, and stays known. */
  async shutdown(): Promise<void> {
    this.stop();
    if (this.#made !== undefined) return;
    const stored = await this.#database.load();
    if (!stored.ok || stored.value === undefined) return;
    const read = readCertificate(stored.value);
    if (read.ok) this.#made = read.value;
  }

  stop(): void {
    this.#running = undefined;
    this.#fault = undefined;
  }

  /**
   * Certificate, requests, database and key pair go, the key first: no number is given twice under one key. `zeroize` takes
   * the pair of a label away with the router's certificates on it, and tells whether it is gone from disk too.
   */
  async destroy(zeroize: (label: string) => Promise<boolean>): Promise<void> {
    this.stop();
    this.#requests.clear();
    try {
      if (!(await this.#database.isUsed())) return;
      await this.#database.remove((await zeroize(this.name)) ? 'nothing' : 'serial');
    } catch (error) {
      this.#parts.log('NVRAM_WRITE', { file: `ca/${this.name}`, reason: reasonOf(error) });
    }
  }

  /** Undefined when the server does not run. */
  async scep(request: ScepRequest): Promise<ScepResponse | undefined> {
    const running = this.#running;
    if (running === undefined) return undefined;
    const authority = {
      certificate: running.certificate,
      key: running.key.privateKey,
      request: (asked: ReadRequest, transactionId: string, asker: Buffer) => this.#request(asked, transactionId, asker),
      poll: (transactionId: string, publicKey: Buffer) => this.#poll(transactionId, publicKey),
      now: () => this.#parts.clock.now(),
      refusedMessage: (reason: string) => this.#parts.log('CS_REJECTED', { server: this.name, reason }),
    };
    return answerScep(request, authority, this.#parts.random);
  }

  /**
   * The same request under the same transaction is the same question: it is answered, not issued again. Clients name a
   * transaction by their key or their request, so a name comes back: what is over is asked anew.
   */
  async #request(request: ReadRequest, transactionId: string, asker: Buffer): Promise<Decision> {
    const known = this.#requests.get(transactionId);
    if (known !== undefined && !this.#isOver(known.decision)) {
      return known.request.der.equals(request.der) ? known.decision : { state: 'rejected', failure: 'badRequest' };
    }
    this.#requests.delete(transactionId);
    if (!this.#makeRoom()) {
      this.#parts.log('CS_REJECTED', { server: this.name, reason: `${mostRequests} requests are pending already` });
      return { state: 'rejected', failure: 'badRequest' };
    }
    const kept: KeptRequest = { id: ++this.#lastId, transactionId, request, asker, decision: { state: 'pending' } };
    this.#requests.set(transactionId, kept);
    if (this.#settings.grant === 'auto') await this.#grant(kept);
    return kept.decision;
  }

  #isOver(decision: Decision): boolean {
    if (decision.state === 'granted') return decision.certificate.notAfter < this.#parts.clock.now();
    return decision.state === 'rejected';
  }

  /** Drops the oldest decided request when the list is full. */
  #makeRoom(): boolean {
    if (this.#requests.size < mostRequests) return true;
    const decided = [...this.#requests.values()].find(({ decision }) => decision.state !== 'pending');
    return decided !== undefined && this.#requests.delete(decided.transactionId);
  }

  #poll(transactionId: string, publicKey: Buffer): Decision {
    const known = this.#requests.get(transactionId);
    return known?.asker.equals(publicKey) ? known.decision : { state: 'rejected', failure: 'badCertId' };
  }

  async #grant(kept: KeptRequest): Promise<void> {
    const issued = await this.issue(kept.request);
    kept.decision = issued.ok
      ? { state: 'granted', certificate: issued.value }
      : { state: 'rejected', failure: 'badRequest' };
  }

  /** Signs a request. Resolves to a reason when the serial number cannot be saved: then nothing is issued. */
  issue(request: ReadRequest): Promise<Outcome<Certificate>> {
    const turn = this.#turn.then(() => this.#issueNow(request));
    this.#turn = turn;
    return turn;
  }

  async #issueNow(request: ReadRequest): Promise<Outcome<Certificate>> {
    const running = this.#running;
    if (running === undefined) return refused('the certificate server does not run');
    try {
      const read = readCertificate(await this.#sign(request, running));
      if (!read.ok) return read;
      const subject = displayName(read.value.subject).join(',');
      await this.#database.saveIssued(this.#settings.databaseLevel, read.value.serial, subject, read.value.der);
      return read;
    } catch (error) {
      this.#parts.log('CS_REJECTED', { server: this.name, reason: reasonOf(error) });
      return refused(reasonOf(error));
    }
  }

  async #sign(request: ReadRequest, { certificate, key }: { certificate: Certificate; key: RsaKey }): Promise<Buffer> {
    const now = this.#parts.clock.now();
    const name = nameOf(certificate);
    return issueCertificate({
      serial: await this.#database.takeSerial(),
      subject: request.subjectName,
      publicKey: request.publicKeyDer,
      issuer: { name, privateKey: key.privateKey, publicKey: key.publicKey },
      notBefore: now - backdateMs,
      notAfter: Math.min(now + this.#settings.lifetime.certificate * dayMs, certificate.notAfter),
      hash: this.#settings.hash,
      kind: 'router',
      alternativeNames: request.alternativeNames,
    });
  }

  /** A pasted request, signed at the operator's word. */
  async signPasted(der: Buffer): Promise<Outcome<Certificate>> {
    const request = readRequest(der);
    return request.ok ? this.issue(request.value) : request;
  }

  async grant(id: number | 'all'): Promise<number> {
    const pending = this.#pending(id);
    for (const kept of pending) await this.#grant(kept);
    return pending.length;
  }

  reject(id: number | 'all'): number {
    const pending = this.#pending(id);
    for (const kept of pending) kept.decision = { state: 'rejected', failure: 'badRequest' };
    return pending.length;
  }

  #pending(id: number | 'all'): readonly KeptRequest[] {
    const pending = [...this.#requests.values()].filter(({ decision }) => decision.state === 'pending');
    return id === 'all' ? pending : pending.filter((kept) => kept.id === id);
  }

  report(): CaServerReport {
    return {
      name: this.name,
      enabled: this.#running !== undefined,
      fault: this.#fault,
      issuerName: this.#shownName,
      ca: this.certificate,
      grant: this.#settings.grant,
      databaseLevel: this.#settings.databaseLevel,
      lastSerial: this.#database.lastSerial,
      requests: [...this.#requests.values()].map(reportRequest),
    };
  }
}

function issuerOf(typed: readonly NameAttribute[]): Name {
  return buildName(typed.map((attribute) => [attribute]).reverse());
}

/** The CA's name exactly as its certificate encodes it. */
function nameOf({ subjectDer }: Certificate): Name {
  const name = decode(subjectDer, Name, 'the name of the CA');
  if (!name.ok) throw new TypeError(name.reason);
  return name.value;
}

function reportRequest({ id, decision, request }: KeptRequest): CaRequestReport {
  const fingerprint = createHash('md5').update(request.der).digest('hex').toUpperCase();
  return { id, state: decision.state, fingerprint, subject: displayName(request.subject).join(',') };
}

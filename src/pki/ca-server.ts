import type { Clock, Files, Log, Random, RemoteFiles } from '../io/index.ts';
import type { CaServerReport, ScepRequest, ScepResponse } from './authority-face.ts';
import { CaArchive } from './ca-archive.ts';
import { CaCopies } from './ca-copies.ts';
import { CaDatabase, type IssuedRecord } from './ca-database.ts';
import { CaEnrolment } from './ca-enrolment.ts';
import { CaIdentity, type CaPair, labelsOf, signRequest } from './ca-identity.ts';
import { CaPlaces } from './ca-places.ts';
import { reportServer } from './ca-report.ts';
import { type Crl, RevocationList } from './ca-revocation.ts';
import { CaRevoking } from './ca-revoking.ts';
import { CaUpkeep } from './ca-upkeep.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import type { ClockGate } from './clock-gate.ts';
import type { RevocationReason } from './crl-issue.ts';
import type { PkiTimer } from './face.ts';
import type { KeyStore } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import type { OcspResponder } from './ocsp-answer.ts';
import { attempt, done, type Outcome, reasonOf, refused } from './outcome.ts';
import type { ReadRequest } from './request.ts';
import type { CaServerSettings } from './settings.ts';

export interface CaServerParts {
  readonly files: Files;
  /** Where copies of the database are published. */
  readonly remoteFiles: RemoteFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log<PkiMessages>;
  readonly keys: KeyStore;
  /** A certificate tells a date: none is issued by a clock that may be wrong. */
  readonly gate: ClockGate;
  /** A password of type 6 in clear; undefined when there is no key to it. */
  readonly openPassword: (sealed: string) => string | undefined;
  /** The pair of a subordinate CA: what the trustpoint of its name got from the CA above. */
  readonly subordinate: (name: string) => Outcome<CaPair>;
  /** Whether a trustpoint accepts who shows a certificate. */
  readonly vouch: (trustpoint: string, certificate: Certificate) => Promise<Outcome<void>>;
  /** Does what takes time when it is its turn in the room. */
  readonly queue: (work: () => Promise<void>) => void;
  /** A server has a new CRL. */
  readonly listed: (issuer: Certificate) => void;
  /** The server has another certificate than the one it started with. */
  readonly changed: (server: CaServer, certificate: Certificate) => void;
}

/**
 * One embedded certificate authority: its identity, its database, what asks it for certificates and what it revoked, under
 * one clock. It makes its key and its certificate when first enabled and numbers every certificate on disk before it signs.
 */
export class CaServer {
  readonly #parts: CaServerParts;
  readonly #database: CaDatabase;
  readonly #identity: CaIdentity;
  readonly #revocations: RevocationList;
  readonly #revoking: CaRevoking;
  readonly #enrolment: CaEnrolment;
  readonly #copies: CaCopies;
  readonly #archive: CaArchive;
  readonly #upkeep: CaUpkeep;
  #settings: CaServerSettings;
  #running = false;
  /** The CA certificate found on disk while the server is shut down. */
  #stored: Certificate | undefined;
  #fault: string | undefined;
  /** One change at a time: a serial number is on disk before the next one is taken. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: CaServerSettings, parts: CaServerParts) {
    const { files, log } = parts;
    this.#settings = settings;
    this.#parts = parts;
    this.#copies = new CaCopies(parts.remoteFiles, settings.name, log);
    const places = (): CaPlaces => new CaPlaces(this.#settings.databaseUrls, this.#settings.publishUrls);
    this.#database = new CaDatabase(files, settings.name, places, (url, content) => this.#copies.send(url, content));
    this.#archive = new CaArchive(settings.name, { ...parts, database: this.#database });
    this.#identity = new CaIdentity({ ...parts, database: this.#database });
    this.#revocations = new RevocationList(this.#database, settings.name, log, () => this.#listed());
    this.#revoking = new CaRevoking({
      ...parts,
      database: this.#database,
      identity: this.#identity,
      list: this.#revocations,
      settings: () => this.#settings,
    });
    this.#enrolment = new CaEnrolment({
      ...parts,
      database: this.#database,
      revocations: this.#revocations,
      settings: () => this.#settings,
      inTurn: (work) => this.#inTurn(work),
      issue: (request, forNext) => this.#issue(request, forNext),
    });
    this.#upkeep = new CaUpkeep({
      ...parts,
      database: this.#database,
      identity: this.#identity,
      list: this.#revocations,
      revoking: this.#revoking,
      archive: this.#archive,
      enrolment: this.#enrolment,
      settings: () => this.#settings,
      running: () => this.#pair,
      inTurn: (work) => this.#inTurn(work),
      changed: (certificate) => parts.changed(this, certificate),
    });
  }

  get certificate(): Certificate | undefined {
    return this.#pair?.certificate;
  }

  get #pair(): CaPair | undefined {
    return this.#running ? this.#identity.current : undefined;
  }

  /** The CA certificate on disk, whether the server runs or not. */
  get #made(): Certificate | undefined {
    return this.#identity.current?.certificate ?? this.#stored;
  }

  get name(): string {
    return this.#settings.name;
  }

  /** It is to run, as far as the configuration is concerned. */
  get isEnabled(): boolean {
    return !this.#settings.shutdown;
  }

  /** Whether the CA certificate was ever made: its name is settled then, also while the server is shut down. */
  get isMade(): boolean {
    return this.#made !== undefined;
  }

  /** Its certificate comes from another CA. */
  get isSubordinate(): boolean {
    return this.#settings.mode === 'sub-cs';
  }

  /** Takes effect at once; what is due by the new settings is done when its turn comes. */
  reconfigure(settings: CaServerSettings): void {
    this.#settings = settings;
    if (this.#running) this.#upkeep.attendInTurn();
  }

  // ---- life ----

  /** Resolves to the CA certificate, or the fault, which is logged and shown. */
  start(): Promise<Outcome<Certificate>> {
    return this.#inTurn(async () => {
      const own = this.isSubordinate ? this.#parts.subordinate(this.name) : undefined;
      // Nothing is wrong: the CA above has yet to answer.
      if (own?.ok === false) return this.#waits(own.reason);
      const started = await attempt(() => this.#prepare());
      if (!started.ok) return this.#failed(started.reason);
      this.#fault = undefined;
      return started;
    });
  }

  /** A subordinate CA signs with what its trustpoint has now, and does not run without. */
  async followTrustpoint(): Promise<void> {
    if (!this.isSubordinate || this.#settings.shutdown) return;
    const own = this.#parts.subordinate(this.name);
    if (this.#running && own.ok && own.value.certificate.der.equals(this.certificate?.der ?? Buffer.alloc(0))) return;
    await this.start();
  }

  #waits(reason: string): Outcome<Certificate> {
    this.stop();
    this.#fault = reason;
    return refused(reason);
  }

  #failed(reason: string): Outcome<Certificate> {
    this.#parts.log('CS_FAULT', { server: this.name, reason });
    return this.#waits(reason);
  }

  async #prepare(): Promise<Outcome<Certificate>> {
    const ready = this.#parts.gate.pass();
    if (!ready.ok) return ready;
    const pair = await this.#identity.load(this.#settings);
    if (!pair.ok) return pair;
    const revoked = await this.#revocations.load();
    if (!revoked.ok) return revoked;
    await this.#enrolment.load();
    this.#running = true;
    await this.#upkeep.changeOver(pair.value);
    if (this.#pair !== undefined) await this.#revoking.issueCrl(this.#pair);
    await this.#upkeep.attend();
    this.#upkeep.schedule();
    return done(this.#identity.current?.certificate ?? pair.value.certificate);
  }

  /** Stops at the operator's word. What is on disk of the CA stays, and stays known. */
  async shutdown(): Promise<void> {
    this.stop();
    if (this.#made !== undefined) return;
    const stored = await this.#database.load();
    if (!stored.ok || stored.value === undefined) return;
    const read = readCertificate(stored.value);
    if (read.ok) this.#stored = read.value;
  }

  stop(): void {
    this.#upkeep.stop();
    this.#running = false;
    this.#fault = undefined;
  }

  /** The gateway ends. */
  close(): void {
    this.stop();
    this.#copies.stop();
  }

  /**
   * Certificate, requests, database and key pairs go, the keys first: no number is given twice under one key. `zeroize`
   * takes the pair of a label away with the router's certificates on it, and tells whether it is gone from disk too.
   */
  async destroy(zeroize: (label: string) => Promise<boolean>): Promise<void> {
    this.stop();
    const destroyed = await this.#inTurn(() => attempt(async () => done(await this.#destroy(zeroize))));
    if (!destroyed.ok) this.#parts.log('NVRAM_WRITE', { file: this.#database.folder, reason: destroyed.reason });
  }

  async #destroy(zeroize: (label: string) => Promise<boolean>): Promise<void> {
    this.#enrolment.clear();
    this.#identity.forget();
    if (!(await this.#database.isUsed())) return;
    let gone = true;
    for (const label of labelsOf(this.name)) gone = (await zeroize(label)) && gone;
    await this.#database.remove(gone ? 'nothing' : 'serial');
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  // ---- issuing ----

  /** Undefined when the server does not run. */
  async scep(request: ScepRequest): Promise<ScepResponse | undefined> {
    const pair = this.#pair;
    return pair && this.#enrolment.scep(request, pair, this.#identity.next);
  }

  /** Signs a request. Resolves to a reason when number or certificate cannot be saved: then nothing is issued. */
  async #issue(request: ReadRequest, forNext: boolean): Promise<Outcome<Certificate>> {
    const pair = forNext && this.#running ? (this.#identity.next ?? this.#pair) : this.#pair;
    if (pair === undefined) return refused('the certificate server does not run');
    const ready = this.#parts.gate.pass();
    if (!ready.ok) return ready;
    if (this.#parts.clock.now() >= pair.certificate.notAfter) return refused('the CA certificate has expired');
    try {
      const serial = await this.#database.takeSerial();
      const terms = { serial, pair, settings: this.#settings, now: this.#parts.clock.now() };
      const read = readCertificate(signRequest(request, terms));
      if (read.ok) await this.#database.saveIssued(this.#settings.databaseLevel, read.value);
      return read;
    } catch (error) {
      this.#parts.log('CS_REJECTED', { server: this.name, reason: reasonOf(error) });
      return refused(reasonOf(error));
    }
  }

  // ---- the operator ----

  /** A pasted request, signed at the operator's word. */
  sign(request: ReadRequest): Promise<Outcome<Certificate>> {
    return this.#inTurn(() => this.#issue(request, false));
  }

  get enrolment(): CaEnrolment {
    return this.#enrolment;
  }

  generatePassword(minutes: number): Outcome<string> {
    return this.#running
      ? done(this.#enrolment.generatePassword(minutes))
      : refused('the certificate server does not run');
  }

  /** Revokes one of its certificates; the CRL that says so is out when this resolves. */
  revoke(serial: number, reason: RevocationReason): Promise<Outcome<void>> {
    return this.#withPair((pair) => this.#revoking.revoke(pair, serial, reason));
  }

  /** Takes a revocation back. */
  unrevoke(serial: number): Promise<Outcome<void>> {
    return this.#withPair((pair) => this.#revoking.unrevoke(pair, serial));
  }

  trim(): Promise<Outcome<number>> {
    return this.#withPair((pair) => this.#revoking.trim(pair));
  }

  /** What may change the CRL, in turn; when the next is due is looked at again. */
  #withPair<T>(work: (pair: CaPair) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return this.#inTurn(async () => {
      const pair = this.#pair;
      const done = pair === undefined ? refused('the certificate server does not run') : await work(pair);
      this.#upkeep.schedule();
      return done;
    });
  }

  /** Archives the key under a password that was typed and is kept nowhere. */
  archive(password: string): Promise<Outcome<void>> {
    return this.#inTurn(async () => {
      const { format = 'pkcs12' } = this.#settings.archive ?? {};
      if (!this.#running) return refused('the certificate server does not run');
      return this.#archive.write(this.#identity.pairs, format, password);
    });
  }

  /** Makes the pair that follows now, or takes it back. */
  rollover(verb: 'make' | 'cancel'): Promise<Outcome<void>> {
    return this.#inTurn(() => attempt(() => (verb === 'make' ? this.#upkeep.makeNext() : this.#upkeep.cancelNext())));
  }

  issued(): Promise<readonly IssuedRecord[]> {
    return this.#database.listIssued();
  }

  // ---- revocation, as it is asked for ----

  /** Whoever here looks at our own list looks again. */
  #listed(): void {
    const { certificate } = this;
    if (certificate !== undefined) this.#parts.listed(certificate);
  }

  get crl(): Crl | undefined {
    return this.#running ? this.#revocations.crl : undefined;
  }

  /** Who answers OCSP for this CA, undefined while it does not run. */
  get responder(): OcspResponder | undefined {
    return this.#pair && this.#revoking.responder(this.#pair);
  }

  timers(): readonly PkiTimer[] {
    return this.#upkeep.timers();
  }

  report(): CaServerReport {
    return reportServer({
      settings: this.#settings,
      fault: this.#fault,
      running: this.certificate,
      made: this.#made,
      next: this.#running ? this.#identity.next?.certificate : undefined,
      crl: this.crl,
      isArchived: this.#archive.isWritten,
      lastSerial: this.#database.lastSerial,
      ...this.#enrolment.report(),
    });
  }
}

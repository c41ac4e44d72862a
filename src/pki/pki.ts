import {
  type Clock,
  type Files,
  type HttpClient,
  type LogSink,
  log,
  type Random,
  type RemoteFiles,
  type TlsPeer,
} from '../io/index.ts';
import { AccountStore } from './acme/account-store.ts';
import { Challenges } from './acme/challenges.ts';
import { Authorities } from './authorities.ts';
import type { Certificate } from './certificate.ts';
import { CertificateStore } from './certificate-store.ts';
import { ChainMirror } from './chain-mirror.ts';
import { EnrollmentFiles } from './enrollment-files.ts';
import { Enrollments } from './enrollments.ts';
import type {
  CaServerReport,
  ChangePki,
  ChosenCredentials,
  EnrollmentAnswers,
  EnrollmentSent,
  ExpectedPeer,
  KeyOrder,
  Keys,
  PemExport,
  PemImport,
  PemProtection,
  PkiFace,
  PkiTimer,
  ScepRequest,
  ScepResponse,
  SignalingRule,
  TrustpointReport,
  Verdict,
} from './face.ts';
import { KeyStore, publicPart } from './key-store.ts';
import { cryptoMessages, pkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import { PemTransfer } from './pem-transfer.ts';
import { PendingEnrollments } from './pending-enrollments.ts';
import { Renewals } from './renewals.ts';
import { loadRouterSerial } from './router-serial.ts';
import { ScepClient } from './scep/client.ts';
import { ScepEnrollments } from './scep-enrollments.ts';
import type { PkiSettings, TrustpointSettings } from './settings.ts';
import { checkSettings } from './settings-check.ts';
import { ShadowKeys } from './shadow-keys.ts';
import { TlsTrust } from './tls-trust.ts';
import { Trustpoints } from './trustpoints.ts';
import { WorkQueue } from './work-queue.ts';

export interface PkiParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
  /** Files at `tftp:` URLs. */
  readonly remoteFiles: RemoteFiles;
  readonly log: LogSink;
  /** Commits a change of the PKI part of the running configuration. */
  readonly change: ChangePki;
  /** Key pairs were made, taken in or removed. */
  readonly keysChanged?: () => void;
}

const emptySettings: PkiSettings = { trustpoints: new Map(), chains: new Map(), servers: new Map() };

/** The room's owner: builds its parts, tells each of them the running configuration, and hands every question to the one that knows. */
export class Pki implements PkiFace {
  readonly keys: Keys;
  readonly #keys: KeyStore;
  readonly #trustpoints: Trustpoints;
  readonly #mirror: ChainMirror;
  readonly #enrollments: Enrollments;
  readonly #renewals: Renewals;
  readonly #challenges = new Challenges();
  readonly #pem: PemTransfer;
  readonly #authorities: Authorities;
  readonly #tls: TlsTrust;
  readonly #queue: WorkQueue;
  readonly #loadSerial: () => Promise<string>;
  #serialNumber = '';

  constructor(parts: PkiParts) {
    const { files, clock, random, http, change } = parts;
    const pkiLog = log('PKI', pkiMessages, parts.log);
    const cryptoLog = log('CRYPTO', cryptoMessages, parts.log);
    const keys = new KeyStore(files, clock, pkiLog, parts.keysChanged);
    const trustpoints = new Trustpoints(emptySettings, keys, change, pkiLog);
    this.#keys = keys;
    this.#trustpoints = trustpoints;
    this.#queue = new WorkQueue((error) => pkiLog('NVRAM_WRITE', { file: 'nvram', reason: reasonOf(error) }));
    this.#mirror = new ChainMirror(new CertificateStore(files, pkiLog), trustpoints, this.#queue);
    const common = { trustpoints, keys, queue: this.#queue, clock, log: pkiLog };
    this.#enrollments = new Enrollments({
      ...common,
      http,
      cryptoLog,
      shadows: new ShadowKeys(keys, trustpoints, pkiLog),
      scep: new ScepEnrollments({
        ...common,
        client: new ScepClient(http, random),
        pending: new PendingEnrollments(files, pkiLog),
        received: (name, certificate) => this.#enrollments.received(name, certificate),
      }),
      enrollmentFiles: new EnrollmentFiles(parts.remoteFiles, pkiLog),
      accounts: new AccountStore(files),
      challenges: this.#challenges,
    });
    this.#renewals = new Renewals({ trustpoints, enrollments: this.#enrollments, clock, log: pkiLog });
    this.#pem = new PemTransfer(trustpoints, keys, random);
    this.#authorities = new Authorities({ files, clock, random, log: pkiLog, keys }, change, async (label) => {
      await this.#zeroize(label);
      return !(await keys.isStored(label));
    });
    this.#tls = new TlsTrust(trustpoints, keys, clock, pkiLog);
    this.#loadSerial = () => loadRouterSerial(files, random, pkiLog);
    this.keys = {
      list: () => keys.list().map(publicPart),
      find: (label) => {
        const key = keys.find(label);
        return key && publicPart(key);
      },
      generate: (order) => this.#generate(order),
      zeroize: (label) => this.#zeroize(label),
    };
  }

  // ---- service ----

  /** Reads NVRAM, then applies the settings. To be awaited before anything else is asked. */
  async start(settings: PkiSettings): Promise<void> {
    await this.#keys.load();
    await this.#mirror.load();
    this.#serialNumber = await this.#loadSerial();
    this.reconfigure(emptySettings, settings);
    await this.settled();
    for (const name of settings.trustpoints.keys()) this.#enrollments.settleKey(name);
    await this.#enrollments.resume();
    await this.settled();
    this.#renewals.start();
  }

  /** Why a change cannot work. What only time can tell (a CA that is silent, a full disk) is said where it happens. */
  check(next: PkiSettings): string | undefined {
    const hasCa = (server: string): boolean => this.#authorities.find(server)?.isMade === true;
    return checkSettings(this.#trustpoints.settings, next, hasCa);
  }

  reconfigure(old: PkiSettings, next: PkiSettings): 'applied' {
    this.#trustpoints.reconfigure(next);
    this.#tls.forget();
    this.#mirror.follow(old, next);
    for (const name of old.trustpoints.keys()) {
      if (!next.trustpoints.has(name)) this.#enrollments.cancel(name);
    }
    for (const name of new Set([...old.servers.keys(), ...next.servers.keys()])) {
      const [before, after] = [old.servers.get(name), next.servers.get(name)];
      if (before !== after) this.#queue.add(() => this.#authorities.apply(before, after));
    }
    this.#renewals.follow();
    return 'applied';
  }

  /** Ends enrolments and servers; resolves when what is under way is on disk. */
  async stop(): Promise<void> {
    this.#renewals.stop();
    this.#enrollments.stop();
    await this.settled();
    this.#authorities.stop();
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  get serialNumber(): string {
    return this.#serialNumber;
  }

  // ---- keys ----

  async #generate(order: KeyOrder): Promise<Outcome<void>> {
    const made = await this.#keys.generate(order);
    this.#tls.forget();
    return made.ok ? done(undefined) : made;
  }

  async #zeroize(label: string | undefined): Promise<Outcome<number>> {
    const certified = this.#trustpoints.certifiedOn(label);
    const gone = await this.#keys.zeroize(label);
    this.#tls.forget();
    this.#trustpoints.dropIdentities(certified);
    return done(gone.length);
  }

  /**
   * The private half of a key pair, PEM, for the SSH server that signs with it as host key. Not part of `PkiFace`: only the
   * composition root, which hands it on as a value, can ask.
   */
  sshHostKey(label: string): string | undefined {
    const pem = this.#keys.find(label)?.privateKey.export({ type: 'pkcs1', format: 'pem' });
    return pem === undefined ? undefined : String(pem);
  }

  // ---- trustpoints ----

  trustpoint(name: string): TrustpointReport | undefined {
    const settings = this.#trustpoints.find(name);
    return settings.ok ? this.#report(settings.value) : undefined;
  }

  trustpoints(): readonly TrustpointReport[] {
    const all = [...this.#trustpoints.settings.trustpoints.values()];
    return all.map((settings) => this.#report(settings));
  }

  #report(settings: TrustpointSettings): TrustpointReport {
    const { name } = settings;
    return this.#trustpoints.report(settings, this.#enrollments.state(name), this.#renewals.renewDue(settings));
  }

  readCertificates(text: string): Outcome<readonly Certificate[]> {
    return readPastedCertificates(text);
  }

  acceptCa(name: string, certificates: readonly Certificate[]): Outcome<void> {
    return this.#trustpoints.acceptCa(name, certificates);
  }

  // ---- enrolment ----

  fetchCa(name: string, router = ''): Promise<Outcome<readonly Certificate[]>> {
    return this.#enrollments.fetchCa(name, router);
  }

  enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>> {
    return this.#enrollments.enroll(name, answers);
  }

  request(name: string, answers: EnrollmentAnswers): Promise<Outcome<Buffer>> {
    return this.#enrollments.request(name, answers);
  }

  selfSign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>> {
    return this.#enrollments.selfSign(name, answers);
  }

  importCertificate(name: string, text: string): Outcome<void> {
    return this.#enrollments.importCertificate(name, text);
  }

  writeRequest(name: string, answers: EnrollmentAnswers, router: string): Promise<Outcome<string>> {
    return this.#enrollments.writeRequest(name, answers, router);
  }

  importFromFile(name: string, router: string): Promise<Outcome<void>> {
    return this.#enrollments.importFromFile(name, router);
  }

  timers(): readonly PkiTimer[] {
    return this.#renewals.timers();
  }

  /** What the file of an ACME challenge holds, while there is one (RFC 8555 8.3). For the HTTP server. */
  acmeChallenge(token: string): string | undefined {
    return this.#challenges.find(token);
  }

  // ---- PEM ----

  importPem(name: string, pasted: PemImport): Promise<Outcome<void>> {
    return this.#pem.importPem(name, pasted);
  }

  exportPem(name: string, protection?: PemProtection): Outcome<PemExport> {
    return this.#pem.exportPem(name, protection);
  }

  // ---- certificate servers ----

  server(name: string): CaServerReport | undefined {
    return this.#authorities.find(name)?.report();
  }

  servers(): readonly CaServerReport[] {
    return this.#authorities.reports();
  }

  grant(server: string, id: number | 'all'): Promise<Outcome<number>> {
    return this.#authorities.decide(server, id, true);
  }

  reject(server: string, id: number | 'all'): Promise<Outcome<number>> {
    return this.#authorities.decide(server, id, false);
  }

  signRequest(server: string, text: string): Promise<Outcome<Certificate>> {
    return this.#authorities.sign(server, text);
  }

  scep(request: ScepRequest): Promise<ScepResponse> {
    return this.#authorities.scep(request);
  }

  // ---- TLS ----

  credentialsFor(peerAddress: string, signaling: readonly SignalingRule[]): Outcome<ChosenCredentials> {
    return this.#tls.credentialsFor(peerAddress, signaling);
  }

  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict {
    return this.#tls.judge(peer, expected);
  }
}

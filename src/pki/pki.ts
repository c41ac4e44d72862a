import {
  type Clock,
  type Files,
  type HttpClient,
  type LogSink,
  log,
  type Network,
  type Random,
  type Resolver,
  type Tls,
  type TlsPeer,
} from '../io/index.ts';
import { Authorities } from './authorities.ts';
import type { Certificate } from './certificate.ts';
import { CertificateStore } from './certificate-store.ts';
import { ChainMirror } from './chain-mirror.ts';
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
import { loadRouterSerial } from './router-serial.ts';
import { ScepClient } from './scep/client.ts';
import type { PkiSettings } from './settings.ts';
import { checkSettings } from './settings-check.ts';
import { Trust } from './trust.ts';
import { Trustpoints } from './trustpoints.ts';
import { WorkQueue } from './work-queue.ts';

export interface PkiParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
  /** For the servers of CRLs and the OCSP responders that certificates name. */
  readonly resolver: Pick<Resolver, 'addresses'>;
  /** For `test crypto pki peer`. */
  readonly network: Network;
  readonly tls: Tls;
  readonly log: LogSink;
  /** Commits a change of the PKI part of the running configuration. */
  readonly change: ChangePki;
  /** Key pairs were made, taken in or removed. */
  readonly keysChanged?: () => void;
  /** What was believed of a peer may be so no longer: live connections are to be judged again. */
  readonly trustChanged?: () => void;
}

const emptySettings: PkiSettings = { trustpoints: new Map(), chains: new Map(), servers: new Map() };

/** The room's owner: builds its parts, tells each of them the running configuration, and hands every question to the one that knows. */
export class Pki implements PkiFace {
  readonly keys: Keys;
  readonly trust: Trust;
  readonly #keys: KeyStore;
  readonly #trustpoints: Trustpoints;
  readonly #mirror: ChainMirror;
  readonly #enrollments: Enrollments;
  readonly #pem: PemTransfer;
  readonly #authorities: Authorities;
  readonly #queue: WorkQueue;
  readonly #loadSerial: () => Promise<string>;
  #serialNumber = '';

  constructor(parts: PkiParts) {
    const { files, clock, random, http, change } = parts;
    const pkiLog = log('PKI', pkiMessages, parts.log);
    const cryptoLog = log('CRYPTO', cryptoMessages, parts.log);
    const keys = new KeyStore(files, clock, pkiLog, parts.keysChanged);
    const trustpoints = new Trustpoints(emptySettings, keys, change, pkiLog);
    const client = new ScepClient(http, random);
    this.#keys = keys;
    this.#trustpoints = trustpoints;
    this.#queue = new WorkQueue((error) => pkiLog('NVRAM_WRITE', { file: 'nvram', reason: reasonOf(error) }));
    this.#mirror = new ChainMirror(new CertificateStore(files, pkiLog), trustpoints, this.#queue);
    this.#enrollments = new Enrollments({ trustpoints, keys, client, clock, log: pkiLog, cryptoLog });
    this.#pem = new PemTransfer(trustpoints, keys, random);
    this.#authorities = new Authorities({ files, clock, random, log: pkiLog, keys }, change, async (label) => {
      await this.#zeroize(label);
      return !(await keys.isStored(label));
    });
    this.trust = new Trust({ ...parts, trustpoints, keys, pkiLog, changed: parts.trustChanged ?? (() => undefined) });
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
    await this.trust.load();
    this.#serialNumber = await this.#loadSerial();
    this.reconfigure(emptySettings, settings);
    await this.settled();
  }

  /** Why a change cannot work. What only time can tell (a CA that is silent, a full disk) is said where it happens. */
  check(next: PkiSettings): string | undefined {
    const hasCa = (server: string): boolean => this.#authorities.find(server)?.isMade === true;
    return checkSettings(this.#trustpoints.settings, next, hasCa);
  }

  reconfigure(old: PkiSettings, next: PkiSettings): 'applied' {
    this.#trustpoints.reconfigure(next);
    this.#mirror.follow(old, next);
    for (const name of old.trustpoints.keys()) {
      if (!next.trustpoints.has(name)) this.#enrollments.cancel(name);
    }
    for (const name of new Set([...old.servers.keys(), ...next.servers.keys()])) {
      const [before, after] = [old.servers.get(name), next.servers.get(name)];
      if (before !== after) this.#queue.add(() => this.#authorities.apply(before, after));
    }
    this.trust.reconfigure();
    return 'applied';
  }

  /** Ends enrolments and servers; resolves when what is under way is on disk. */
  async stop(): Promise<void> {
    this.#enrollments.cancelAll();
    this.trust.stop();
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
    this.trust.forgetKeys();
    return made.ok ? done(undefined) : made;
  }

  async #zeroize(label: string | undefined): Promise<Outcome<number>> {
    const certified = this.#trustpoints.certifiedOn(label);
    const gone = await this.#keys.zeroize(label);
    this.trust.forgetKeys();
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
    return settings.ok ? this.#trustpoints.report(settings.value, this.#enrollments.state(name)) : undefined;
  }

  trustpoints(): readonly TrustpointReport[] {
    const all = [...this.#trustpoints.settings.trustpoints.values()];
    return all.map((settings) => this.#trustpoints.report(settings, this.#enrollments.state(settings.name)));
  }

  readCertificates(text: string): Outcome<readonly Certificate[]> {
    return readPastedCertificates(text);
  }

  acceptCa(name: string, certificates: readonly Certificate[]): Outcome<void> {
    return this.#trustpoints.acceptCa(name, certificates);
  }

  // ---- enrolment ----

  fetchCa(name: string): Promise<Outcome<readonly Certificate[]>> {
    return this.#enrollments.fetchCa(name);
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
    return this.trust.handshakes.credentialsFor(peerAddress, signaling);
  }

  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict | Promise<Verdict> {
    return this.trust.handshakes.judge(peer, expected);
  }
}

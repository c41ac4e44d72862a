import {
  type Clock,
  type DebugTopic,
  type Files,
  type HttpClient,
  type LogSink,
  log,
  type Network,
  type Random,
  type RemoteFiles,
  type Resolver,
  type Tls,
  type TlsPeer,
} from '../io/index.ts';
import { AccountStore } from './acme/account-store.ts';
import { Challenges } from './acme/challenges.ts';
import { Authorities } from './authorities.ts';
import type { AuthorityFace } from './authority-face.ts';
import { subordinatePair } from './ca-subordinate.ts';
import type { Certificate } from './certificate.ts';
import { CertificateStore } from './certificate-store.ts';
import { ChainMirror } from './chain-mirror.ts';
import { ClockGate } from './clock-gate.ts';
import { EnrollmentWays } from './enrollment-ways.ts';
import type { Enrollments } from './enrollments.ts';
import type { ChangePki, PkiFace, PkiTimer } from './face.ts';
import type { ChosenCredentials, ExpectedPeer, SignalingRule, Verdict } from './handshake-face.ts';
import type { TypedParameters } from './http-command.ts';
import { ConfigKey, type ReadConfigKey } from './key-config.ts';
import { KeyDoor } from './key-door.ts';
import type { ConfigKeyFace, Keys, KeyType } from './key-face.ts';
import { KeyStore } from './key-store.ts';
import { cryptoMessages, pkiMessages } from './messages.ts';
import { type Outcome, reasonOf } from './outcome.ts';
import { readPastedCa } from './paste.ts';
import { PemTransfer } from './pem-transfer.ts';
import { Renewals } from './renewals.ts';
import { loadRouterSerial } from './router-serial.ts';
import type { ChainCertificate, PkiSettings, TrustpointSettings } from './settings.ts';
import { checkSettings } from './settings-check.ts';
import { type InterfaceAddress, sourcedFiles, sourcedHttp } from './source-address.ts';
import type { TransferFace } from './transfer-face.ts';
import { Trust } from './trust.ts';
import type { EnrollmentAnswers, EnrollmentSent, RequestsToCarry, TrustpointReport } from './trustpoint-face.ts';
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
  /** Files at `tftp:` URLs. */
  readonly remoteFiles: RemoteFiles;
  readonly log: LogSink;
  /** Commits a change of the PKI part of the running configuration. */
  readonly change: ChangePki;
  /** What a request says that is made without asking anybody. */
  readonly answers: (settings: TrustpointSettings) => EnrollmentAnswers;
  /** Whether dates can be judged by the clock; absent: always. `clockTrusted` is to be called when it becomes so. */
  readonly isClockAuthoritative?: () => boolean;
  /** The address of an interface, for `source interface`; absent: none has one. */
  readonly interfaceAddress?: InterfaceAddress;
  /** The configuration key, when it is not kept in NVRAM. */
  readonly readConfigKey?: ReadConfigKey | undefined;
  /** Key pairs were made, taken in or removed. */
  readonly keysChanged?: () => void;
  /** What was believed of a peer may be so no longer: live connections are to be judged again. */
  readonly trustChanged?: () => void;
  /** Who watches SCEP transactions; nobody when absent. */
  readonly scepTopic?: DebugTopic;
}

const emptySettings: PkiSettings = { trustpoints: new Map(), chains: new Map(), servers: new Map() };

/** The room's owner: builds its parts, tells each of them the running configuration, and hands every question to the one that knows. */
export class Pki implements PkiFace {
  readonly keys: Keys;
  readonly configKey: ConfigKeyFace;
  readonly #configKey: ConfigKey;
  readonly trust: Trust;
  readonly #keys: KeyStore;
  readonly #accounts: AccountStore;
  readonly #trustpoints: Trustpoints;
  readonly #store: CertificateStore;
  readonly #mirror: ChainMirror;
  readonly #ways: EnrollmentWays;
  readonly #enrollments: Enrollments;
  readonly #renewals: Renewals;
  readonly #challenges = new Challenges();
  readonly transfer: TransferFace;
  readonly authorities: AuthorityFace;
  readonly #authorities: Authorities;
  readonly #queue: WorkQueue;
  readonly #clock: Clock;
  readonly #gate: ClockGate;
  readonly #loadSerial: () => Promise<string>;
  #serialNumber = '';

  constructor(parts: PkiParts) {
    const { files, clock, random, http, change } = parts;
    this.#clock = clock;
    const pkiLog = log('PKI', pkiMessages, parts.log);
    const cryptoLog = log('CRYPTO', cryptoMessages, parts.log);
    const sealing = () => this.#configKey.sealing;
    const keys = new KeyStore(files, clock, pkiLog, parts.keysChanged, sealing);
    const { readConfigKey } = parts;
    this.#accounts = new AccountStore(files, pkiLog, sealing);
    const sealed = { load: () => keys.load(), reseal: () => this.#reseal() };
    this.#configKey = new ConfigKey({ files, random, log: pkiLog, keys: sealed, readConfigKey });
    this.configKey = this.#configKey;
    const trustpoints = new Trustpoints(emptySettings, keys, change, pkiLog);
    this.#keys = keys;
    this.#trustpoints = trustpoints;
    this.#queue = new WorkQueue((error) => pkiLog('NVRAM_WRITE', { file: 'nvram', reason: reasonOf(error) }));
    const queue = (work: () => Promise<void>): void => this.#queue.add(work);
    const store = new CertificateStore(files, clock, pkiLog);
    this.#store = store;
    this.#mirror = new ChainMirror(store, trustpoints, this.#queue);
    const common = { trustpoints, keys, queue: this.#queue, clock, log: pkiLog };
    const interfaceAddress = parts.interfaceAddress ?? (() => undefined);
    const httpFor = (settings: TrustpointSettings): HttpClient => sourcedHttp(http, settings, interfaceAddress);
    this.#ways = new EnrollmentWays({
      ...common,
      files,
      filesFor: (settings) => sourcedFiles(parts.remoteFiles, settings, interfaceAddress),
      accounts: this.#accounts,
      challenges: this.#challenges,
      httpFor,
      random,
      cryptoLog,
      seal: {
        seal: (clear) => this.#configKey.sealPassword(clear),
        open: (sealed) => this.#configKey.openPassword(sealed),
      },
      scepTopic: parts.scepTopic,
    });
    this.#enrollments = this.#ways.network;
    const gate = new ClockGate(parts.isClockAuthoritative ?? (() => true), pkiLog);
    this.#gate = gate;
    const { answers } = parts;
    this.#renewals = new Renewals({ trustpoints, enrollments: this.#enrollments, answers, gate, clock, log: pkiLog });
    this.transfer = new PemTransfer(trustpoints, keys, random);
    this.#authorities = new Authorities(
      {
        files,
        remoteFiles: parts.remoteFiles,
        clock,
        random,
        log: pkiLog,
        keys,
        queue,
        gate,
        openPassword: (sealed) => this.#configKey.openPassword(sealed),
        subordinate: (name) => subordinatePair(name, trustpoints, keys),
        vouch: (trustpoint, certificate) => this.trust.vouch(trustpoint, certificate),
        listed: (issuer) => this.trust.ownListed(issuer),
      },
      change,
      async (label) => {
        await this.keys.zeroize(label);
        return !(await keys.isStored(label));
      },
    );
    this.authorities = this.#authorities;
    this.trust = new Trust({
      ...parts,
      interfaceAddress,
      ownList: (issuer) => this.#authorities.ownList(issuer),
      trustpoints,
      keys,
      pkiLog,
      changed: parts.trustChanged ?? (() => undefined),
    });
    this.#loadSerial = () => loadRouterSerial(files, random, pkiLog);
    this.keys = new KeyDoor({ keys, trustpoints, random, changed: () => this.trust.forgetKeys() });
  }

  // ---- service ----

  /** Reads NVRAM, then applies the settings. To be awaited before anything else is asked. */
  async start(settings: PkiSettings): Promise<void> {
    await this.#configKey.load();
    await this.#keys.load();
    await this.#mirror.load();
    await this.trust.load();
    this.#serialNumber = await this.#loadSerial();
    this.reconfigure(emptySettings, settings);
    // What a kill left half done: some files sealed, some not.
    this.#queue.add(async () => void (await this.#reseal()));
    await this.settled();
    for (const name of settings.trustpoints.keys()) this.#ways.received.settleKey(name);
    await this.#enrollments.resume();
    await this.settled();
    this.#enrollments.hurry(() => this.ready().ok);
    this.#renewals.start();
  }

  /** Why a change cannot work. What only time can tell (a CA that is silent, a full disk) is said where it happens. */
  check(next: PkiSettings): string | undefined {
    const hasCa = (server: string): boolean => this.#authorities.find(server)?.isMade === true;
    return checkSettings(this.#trustpoints.settings, next, hasCa);
  }

  reconfigure(old: PkiSettings, next: PkiSettings): 'applied' {
    this.#trustpoints.reconfigure(next);
    this.#configKey.encrypt(next.encryptPasswords === true);
    if (old.encryptPasswords !== next.encryptPasswords) {
      this.#queue.add(async () => void (await this.#reseal()));
    }
    this.#mirror.follow(old, next);
    for (const name of old.trustpoints.keys()) {
      if (!next.trustpoints.has(name)) this.#enrollments.cancel(name);
    }
    for (const name of new Set([...old.servers.keys(), ...next.servers.keys()])) {
      const [before, after] = [old.servers.get(name), next.servers.get(name)];
      if (before !== after) this.#queue.add(() => this.#authorities.apply(before, after));
      if (old.chains.get(name) !== next.chains.get(name)) {
        this.#queue.add(() => this.#authorities.followTrustpoint(name));
      }
    }
    this.trust.reconfigure();
    this.#renewals.follow();
    return 'applied';
  }

  /** Brings every key on disk to what is wanted now; false when one could not be written. */
  async #reseal(): Promise<boolean> {
    const whole = [await this.#keys.reseal(), await this.#accounts.reseal()];
    return !whole.includes(false);
  }

  /** Ends enrolments and servers; resolves when what is under way is on disk. */
  async stop(): Promise<void> {
    this.#renewals.stop();
    this.#enrollments.stop();
    this.trust.stop();
    await this.settled();
    this.#authorities.stop();
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  ready(): Outcome<void> {
    return this.#gate.pass();
  }

  /** The clock has become authoritative: servers that waited for it start, renewals are due by it. */
  clockTrusted(): void {
    this.#enrollments.hurry(() => this.ready().ok);
    this.#renewals.follow();
    this.#queue.add(() => this.#authorities.retry());
  }

  get serialNumber(): string {
    return this.#serialNumber;
  }

  // ---- keys ----

  /**
   * The private half of a key pair, PEM, for the SSH server that signs with it as host key. Not part of `PkiFace`: only the
   * composition root, which hands it on as a value, can ask.
   */
  sshHostKey(label: string, type: KeyType = 'rsa'): string | undefined {
    const key = this.#keys.find(label, type === 'ec' ? 'ec' : 'signing')?.privateKey;
    return key?.export({ type: type === 'ec' ? 'sec1' : 'pkcs1', format: 'pem' }).toString();
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
    const [renewAt, rolloverAt] = [this.#renewals.renewDue(settings), this.#renewals.rolloverDue(settings)];
    return this.#trustpoints.report(settings, this.#enrollments.state(name), { renewAt, rolloverAt });
  }

  installedAt(name: string, entry: ChainCertificate): number | undefined {
    return this.#store.installedAt(name, entry);
  }

  readCa(text: string): Outcome<readonly Certificate[]> {
    return readPastedCa(text, this.#clock.now());
  }

  acceptCa(name: string, certificates: readonly Certificate[]): Outcome<void> {
    return this.#trustpoints.acceptCa(name, certificates);
  }

  // ---- enrolment ----

  async fetchCa(name: string, router = '', typed?: TypedParameters): Promise<Outcome<readonly Certificate[]>> {
    const ready = this.ready();
    if (!ready.ok) return ready;
    return this.#enrollments.fetchCa(name, router, typed);
  }

  async enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>> {
    const ready = this.ready();
    if (!ready.ok) return ready;
    return this.#enrollments.enroll(name, answers);
  }

  requests(name: string, answers: EnrollmentAnswers): Promise<Outcome<RequestsToCarry>> {
    return this.#ways.carried.requests(name, answers);
  }

  async selfSign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>> {
    const ready = this.ready();
    if (!ready.ok) return ready;
    return this.#ways.selfSigning.sign(name, answers);
  }

  importCertificate(name: string, text: string): Outcome<void> {
    return this.#ways.carried.importPasted(name, text);
  }

  writeRequests(name: string, answers: EnrollmentAnswers, router: string): Promise<Outcome<void>> {
    return this.#ways.carried.writeRequests(name, answers, router);
  }

  importFromFile(name: string, router: string): Promise<Outcome<void>> {
    return this.#ways.carried.importFromFile(name, router);
  }

  timers(): readonly PkiTimer[] {
    return [...this.#renewals.timers(), ...this.trust.timers(), ...this.#authorities.timers()];
  }

  /** What the file of an ACME challenge holds, while there is one (RFC 8555 8.3). For the HTTP server. */
  acmeChallenge(token: string): string | undefined {
    return this.#challenges.find(token);
  }

  // ---- TLS ----

  credentialsFor(
    peerAddress: string,
    signaling: readonly SignalingRule[],
    role?: ExpectedPeer['role'],
  ): Outcome<ChosenCredentials> {
    return this.trust.handshakes.credentialsFor(peerAddress, signaling, role);
  }

  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict | Promise<Verdict> {
    const ready = this.ready();
    if (!ready.ok)
      return { accepted: false, rule: 'clock', reason: `certificate verify failed: ${ready.reason} (clock)` };
    return this.trust.handshakes.judge(peer, expected);
  }
}

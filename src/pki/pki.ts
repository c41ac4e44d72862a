import {
  type Clock,
  type Files,
  type HttpClient,
  type Log,
  type LogSink,
  log,
  type Random,
  type TlsPeer,
} from '../io/index.ts';
import { Authorities } from './authorities.ts';
import { type Certificate, isIssuedBy, readCertificate } from './certificate.ts';
import { CertificateStore, chainCertificate } from './certificate-store.ts';
import { buildCredentials, chooseRule } from './credentials.ts';
import { Enrollment } from './enrollment.ts';
import type {
  CaServerReport,
  ChangePki,
  ChosenCredentials,
  EnrollmentAnswers,
  EnrollmentSent,
  EnrollmentState,
  ExpectedPeer,
  KeyOrder,
  Keys,
  PemExport,
  PemImport,
  PemProtection,
  PkiFace,
  RsaKeyReport,
  ScepRequest,
  ScepResponse,
  SignalingRule,
  TrustpointReport,
  Verdict,
} from './face.ts';
import { issueCertificate } from './issue.ts';
import { KeyStore, type RsaKey } from './key-store.ts';
import { type CryptoMessages, cryptoMessages, type PkiMessages, pkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import { importedTrustpoint, printPemExport, readPemImport } from './pem-exchange.ts';
import { type Anchor, judgePeer } from './policy.ts';
import { buildRequest, type ReadRequest, readRequest } from './request.ts';
import { orderAuthorities, ScepClient } from './scep/client.ts';
import type { ChainCertificate, PkiSettings, TrustpointSettings } from './settings.ts';
import { type DecodedChain, decodeChain, withAuthorities, withIdentity } from './trustpoint.ts';
import { type NameAttribute, parseX500, routerName } from './x500-name.ts';

export interface PkiParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
  readonly log: LogSink;
  /** Commits a change of the PKI part of the running configuration. */
  readonly change: ChangePki;
}

const emptySettings: PkiSettings = { trustpoints: new Map(), chains: new Map(), servers: new Map() };
const autogenModulus = 2048;
const selfSignedYears = 10;
const dayMs = 86_400_000;
const serialFile = 'router-serial';

/** The room's owner: keeps keys, chains and servers in step with the running configuration, and answers for them. */
export class Pki implements PkiFace {
  readonly keys: Keys;
  readonly #parts: PkiParts;
  readonly #log: Log<PkiMessages>;
  readonly #cryptoLog: Log<CryptoMessages>;
  readonly #keys: KeyStore;
  readonly #store: CertificateStore;
  readonly #authorities: Authorities;
  readonly #client: ScepClient;
  readonly #enrollments = new Map<string, Enrollment>();
  /** Chains found in NVRAM, until the configuration has them. */
  readonly #stored = new Map<string, readonly ChainCertificate[]>();
  readonly #decoded = new WeakMap<readonly ChainCertificate[], DecodedChain>();
  readonly #credentials = new Map<string, Outcome<ChosenCredentials>>();
  #anchors: readonly Anchor[] | undefined;
  #settings: PkiSettings = emptySettings;
  #serialNumber = '';
  #queue: Promise<void> = Promise.resolve();

  constructor(parts: PkiParts) {
    const { files, clock, random, http, change } = parts;
    this.#parts = parts;
    this.#log = log('PKI', pkiMessages, parts.log);
    this.#cryptoLog = log('CRYPTO', cryptoMessages, parts.log);
    this.#keys = new KeyStore(files, clock, this.#log);
    this.#store = new CertificateStore(files, this.#log);
    this.#authorities = new Authorities({ files, clock, random, log: this.#log, keys: this.#keys }, change);
    this.#client = new ScepClient(http, random);
    this.keys = {
      list: () => this.#keys.list().map(publicPart),
      find: (label) => optional(this.#keys.find(label), publicPart),
      generate: (order) => this.#generate(order),
      zeroize: (label) => this.#zeroize(label),
    };
  }

  // ---- service ----

  /** Reads NVRAM, then applies the settings. To be awaited before anything else is asked. */
  async start(settings: PkiSettings): Promise<void> {
    await this.#keys.load();
    for (const [name, chain] of await this.#store.load()) this.#stored.set(name, chain);
    this.#serialNumber = await this.#loadSerialNumber();
    this.reconfigure(emptySettings, settings);
    await this.settled();
  }

  /** No objection: everything that could be wrong is a fault of one trustpoint or server, said there. */
  check(_next: PkiSettings): string | undefined {
    return undefined;
  }

  reconfigure(old: PkiSettings, next: PkiSettings): 'applied' {
    this.#settings = next;
    this.#forget();
    for (const name of new Set([...old.chains.keys(), ...next.chains.keys()])) this.#mirror(name, old, next);
    for (const name of next.trustpoints.keys()) this.#adopt(name);
    for (const name of old.trustpoints.keys()) {
      if (!next.trustpoints.has(name)) this.#cancel(name);
    }
    for (const name of new Set([...old.servers.keys(), ...next.servers.keys()])) {
      const [before, after] = [old.servers.get(name), next.servers.get(name)];
      if (before !== after) this.#enqueue(() => this.#authorities.apply(before, after));
    }
    return 'applied';
  }

  /** Ends enrolments and servers; resolves when what is under way is on disk. */
  async stop(): Promise<void> {
    for (const name of [...this.#enrollments.keys()]) this.#cancel(name);
    await this.settled();
    this.#authorities.stop();
  }

  async settled(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== this.#queue; ) {
      seen = this.#queue;
      await seen;
    }
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#log('NVRAM_WRITE', { file: 'nvram', reason: reasonOf(error) });
    });
  }

  #forget(): void {
    this.#credentials.clear();
    this.#anchors = undefined;
  }

  #mirror(name: string, old: PkiSettings, next: PkiSettings): void {
    const [before, after] = [old.chains.get(name) ?? [], next.chains.get(name) ?? []];
    this.#stored.delete(name);
    if (before !== after) this.#enqueue(() => this.#store.replace(name, before, after));
  }

  /** A trustpoint without a chain in the configuration takes the one in NVRAM: its last enrolment was not saved with it. */
  #adopt(name: string): void {
    const stored = this.#stored.get(name);
    if (stored === undefined || this.#settings.chains.has(name)) return;
    this.#enqueue(async () => {
      if (this.#settings.trustpoints.has(name) && !this.#settings.chains.has(name))
        this.#changeChain(name, () => stored);
    });
  }

  #cancel(name: string): void {
    this.#enrollments.get(name)?.cancel();
    this.#enrollments.delete(name);
  }

  async #loadSerialNumber(): Promise<string> {
    const { files, random } = this.#parts;
    try {
      const saved = (await files.read(serialFile))?.toString('latin1').trim();
      if (saved !== undefined && /^[0-9A-F]{8}$/.test(saved)) return saved;
      const made = random.bytes(4).toString('hex').toUpperCase();
      await files.write(serialFile, `${made}\n`);
      return made;
    } catch (error) {
      this.#log('NVRAM_WRITE', { file: serialFile, reason: reasonOf(error) });
      return random.bytes(4).toString('hex').toUpperCase();
    }
  }

  get serialNumber(): string {
    return this.#serialNumber;
  }

  // ---- keys ----

  async #generate(order: KeyOrder): Promise<Outcome<void>> {
    const made = await this.#keys.generate(order);
    this.#forget();
    return made.ok ? done(undefined) : made;
  }

  async #zeroize(label: string | undefined): Promise<Outcome<number>> {
    const gone = await this.#keys.zeroize(label);
    this.#forget();
    for (const name of this.#settings.chains.keys()) {
      const identity = this.#chain(name).identity;
      if (identity !== undefined && gone.some((key) => key.equals(identity.publicKeyDer))) {
        this.#changeChain(name, (chain) => withIdentity(chain, undefined));
      }
    }
    return done(gone.length);
  }

  // ---- trustpoints ----

  #chain(name: string): DecodedChain {
    const chain = this.#settings.chains.get(name);
    if (chain === undefined) return { ca: undefined, others: [], identity: undefined, selfSigned: false };
    const known = this.#decoded.get(chain) ?? decodeChain(chain);
    this.#decoded.set(chain, known);
    return known;
  }

  #changeChain(
    name: string,
    change: (chain: readonly ChainCertificate[]) => readonly ChainCertificate[],
  ): Outcome<void> {
    try {
      this.#parts.change((settings) => {
        const chain = change(settings.chains.get(name) ?? []);
        const chains = new Map(settings.chains);
        if (chain.length === 0) chains.delete(name);
        else chains.set(name, chain);
        return { ...settings, chains };
      });
      return done(undefined);
    } catch (error) {
      this.#log('CHAIN_NOT_COMMITTED', { name, reason: reasonOf(error) });
      return refused(reasonOf(error));
    }
  }

  trustpoint(name: string): TrustpointReport | undefined {
    const settings = this.#settings.trustpoints.get(name);
    if (settings === undefined) return undefined;
    const chain = this.#chain(name);
    return {
      name,
      ...chain,
      key: optional(this.#keyOf(settings, chain), publicPart),
      enrollment: this.#enrollments.get(name)?.state ?? settledState(chain),
      scepUrl: settings.enrollment.method?.kind === 'url' ? settings.enrollment.method.url : undefined,
    };
  }

  #keyOf({ rsaKeyPair }: TrustpointSettings, { identity }: DecodedChain): RsaKey | undefined {
    if (identity !== undefined) return this.#keys.withPublicKey(identity.publicKeyDer);
    return rsaKeyPair === undefined ? undefined : this.#keys.find(rsaKeyPair.label);
  }

  trustpoints(): readonly TrustpointReport[] {
    return [...this.#settings.trustpoints.keys()].flatMap((name) => this.trustpoint(name) ?? []);
  }

  #scepUrl(name: string): Outcome<string> {
    const settings = this.#settings.trustpoints.get(name);
    if (settings === undefined) return refused(`trustpoint ${name} is unknown`);
    const { method } = settings.enrollment;
    if (method?.kind !== 'url') return refused('the trustpoint has no enrollment url');
    return /^http:\/\//i.test(method.url) ? done(method.url) : refused('only http enrollment is supported');
  }

  async fetchCa(name: string): Promise<Outcome<readonly Certificate[]>> {
    const url = this.#scepUrl(name);
    if (!url.ok) return url;
    const fetched = await this.#client.fetchCa(url.value, name);
    if (!fetched.ok) this.#log('SOCKETSEND');
    return fetched;
  }

  readCertificates(text: string): Outcome<readonly Certificate[]> {
    return readPastedCertificates(text);
  }

  acceptCa(name: string, certificates: readonly Certificate[]): Outcome<void> {
    const ordered = orderAuthorities(certificates);
    if (!ordered.ok) return ordered;
    return this.#changeChain(name, (chain) => {
      return withAuthorities(
        chain,
        ordered.value.map((one) => chainCertificate(one, 'ca')),
      );
    });
  }

  // ---- enrolment ----

  async enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>> {
    const url = this.#scepUrl(name);
    if (!url.ok) return url;
    const settings = this.#settings.trustpoints.get(name)!;
    const { ca, others } = this.#chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const made = await this.#makeRequest(settings, answers);
    if (!made.ok) return made;
    const capabilities = await this.#client.fetchCapabilities(url.value, name);
    this.#cancel(name);
    const { retryCount, retryPeriodMinutes } = settings.enrollment;
    const enrollment = new Enrollment(
      {
        client: this.#client,
        clock: this.#parts.clock,
        log: this.#log,
        received: (certificate) => this.#received(name, certificate),
      },
      { trustpoint: name, url: url.value, retryCount, retryPeriodMinutes },
      { ...made.value, authorities: [ca, ...others], capabilities, now: this.#parts.clock.now() },
    );
    this.#enrollments.set(name, enrollment);
    return done(await this.#send(enrollment));
  }

  async #send(enrollment: Enrollment): Promise<EnrollmentSent> {
    const { state } = enrollment;
    const sent = 'requestMd5' in state ? state : { requestMd5: '', requestSha1: '' };
    const { requestMd5, requestSha1 } = sent;
    this.#cryptoLog('REQUEST_FINGERPRINT', { hash: 'MD5', fingerprint: requestMd5 });
    this.#cryptoLog('REQUEST_FINGERPRINT', { hash: 'SHA1', fingerprint: requestSha1 });
    const after = (await enrollment.start()).state;
    return { requestMd5, requestSha1, state: after === 'sent' || after === 'none' ? 'pending' : after };
  }

  #received(name: string, certificate: Certificate): void {
    const stored = this.#changeChain(name, (chain) => withIdentity(chain, chainCertificate(certificate, 'identity')));
    if (!stored.ok) return;
    this.#log('CERTRET');
    this.#log('NOCONFIGAUTOSAVE');
  }

  async request(name: string, answers: EnrollmentAnswers): Promise<Outcome<Buffer>> {
    const settings = this.#settings.trustpoints.get(name);
    if (settings === undefined) return refused(`trustpoint ${name} is unknown`);
    const made = await this.#makeRequest(settings, answers);
    return made.ok ? done(made.value.request.der) : made;
  }

  async #makeRequest(
    settings: TrustpointSettings,
    answers: EnrollmentAnswers,
  ): Promise<Outcome<{ readonly request: ReadRequest; readonly privateKey: RsaKey['privateKey'] }>> {
    const typed = parseX500OrEmpty(settings.subjectName);
    if (!typed.ok) return refused(`${settings.subjectName} is not a valid subject name`);
    const key = await this.#ensureKey(settings, answers);
    if (!key.ok) return key;
    const { privateKey, publicKey } = key.value;
    const der = buildRequest({
      subject: routerName(typed.value, routerAttributes(answers)),
      privateKey,
      publicKey,
      hash: settings.hash ?? 'sha256',
      ...(settings.subjectAltName !== undefined && { alternativeName: settings.subjectAltName }),
      ...(answers.challengePassword !== undefined && { challengePassword: answers.challengePassword }),
    });
    const request = readRequest(der);
    return request.ok ? done({ request: request.value, privateKey }) : request;
  }

  async #ensureKey({ rsaKeyPair }: TrustpointSettings, answers: EnrollmentAnswers): Promise<Outcome<RsaKey>> {
    const label = rsaKeyPair?.label ?? answers.defaultKeyLabel;
    const found = this.#keys.find(label);
    if (found !== undefined) return done(found);
    const modulus = rsaKeyPair?.size ?? autogenModulus;
    const made = await this.#keys.generate({ label, kind: 'general-keys', modulus, exportable: false });
    if (made.ok) this.#cryptoLog('AUTOGEN', { modulus });
    return made;
  }

  async selfSign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>> {
    const settings = this.#settings.trustpoints.get(name);
    if (settings === undefined) return refused(`trustpoint ${name} is unknown`);
    const made = await this.#makeRequest(settings, answers);
    if (!made.ok) return made;
    const { request, privateKey } = made.value;
    const now = this.#parts.clock.now();
    const read = readCertificate(
      issueCertificate({
        serial: 1,
        subject: request.subjectName,
        publicKey: request.publicKeyDer,
        issuer: { name: request.subjectName, privateKey, publicKey: request.publicKeyDer },
        notBefore: now,
        notAfter: now + selfSignedYears * 365 * dayMs,
        hash: settings.hash ?? 'sha256',
        kind: 'router',
        alternativeNames: request.alternativeNames,
      }),
    );
    if (!read.ok) return read;
    return this.#changeChain(name, (chain) => withIdentity(chain, chainCertificate(read.value, 'self-signed')));
  }

  importCertificate(name: string, text: string): Outcome<void> {
    const settings = this.#settings.trustpoints.get(name);
    if (settings === undefined) return refused(`trustpoint ${name} is unknown`);
    const read = readPastedCertificates(text);
    if (!read.ok) return read;
    const { ca, others } = this.#chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const ours = read.value.find((one) => this.#keys.withPublicKey(one.publicKeyDer) !== undefined);
    if (ours === undefined) return refused('the certificate carries none of our keys');
    if (![ca, ...others].some((authority) => isIssuedBy(ours, authority))) {
      return refused('the certificate is not issued by the authenticated CA');
    }
    this.#cancel(name);
    return this.#changeChain(name, (chain) => withIdentity(chain, chainCertificate(ours, 'identity')));
  }

  // ---- PEM ----

  async importPem(name: string, pasted: PemImport): Promise<Outcome<void>> {
    if (this.#keys.find(name) !== undefined) return refused(`key pair ${name} exists`);
    if (this.#settings.chains.has(name)) return refused(`trustpoint ${name} is in use`);
    const read = readPemImport(pasted);
    if (!read.ok) return read;
    const { chain, privateKey } = read.value;
    const added = await this.#keys.add(name, privateKey, pasted.exportable);
    if (!added.ok) return added;
    try {
      this.#parts.change((settings) => ({
        ...settings,
        trustpoints: new Map([
          ...settings.trustpoints,
          [name, settings.trustpoints.get(name) ?? importedTrustpoint(name)],
        ]),
        chains: new Map([...settings.chains, [name, chain]]),
      }));
      return done(undefined);
    } catch (error) {
      await this.#keys.zeroize(name);
      return refused(reasonOf(error));
    }
  }

  exportPem(name: string, protection?: PemProtection): Outcome<PemExport> {
    const settings = this.#settings.trustpoints.get(name);
    if (settings === undefined) return refused(`trustpoint ${name} is unknown`);
    const chain = this.#chain(name);
    return printPemExport(chain, this.#keyOf(settings, chain), protection, this.#parts.random);
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
    const rule = chooseRule(peerAddress, signaling);
    if (rule === undefined) return refused('no crypto signaling entry covers the peer');
    const cacheKey = `${rule.strictCipher} ${rule.trustpoint}`;
    const known = this.#credentials.get(cacheKey) ?? this.#makeCredentials(rule);
    this.#credentials.set(cacheKey, known);
    return known;
  }

  #makeCredentials({ trustpoint, strictCipher }: SignalingRule): Outcome<ChosenCredentials> {
    const settings = this.#settings.trustpoints.get(trustpoint);
    if (settings === undefined) return refused(`trustpoint ${trustpoint} does not exist`);
    const { identity, others } = this.#chain(trustpoint);
    const key = optional(identity, ({ publicKeyDer }) => this.#keys.withPublicKey(publicKeyDer));
    const intermediates = others.filter((one) => one.isCa);
    const anchors = this.#allAnchors().map(({ certificate }) => certificate);
    const tls = buildCredentials({ trustpoint, certificate: identity, intermediates, key }, anchors, strictCipher);
    return tls.ok ? done({ trustpoint, tls: tls.value }) : tls;
  }

  #allAnchors(): readonly Anchor[] {
    this.#anchors ??= [...this.#settings.trustpoints.values()].flatMap(({ name, revocationCheck }) => {
      const { ca } = this.#chain(name);
      return ca === undefined ? [] : [{ trustpoint: name, certificate: ca, revocationCheck }];
    });
    return this.#anchors;
  }

  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict {
    const { verdict, chainAlone } = judgePeer(peer, expected, this.#allAnchors(), this.#parts.clock.now());
    if (verdict.accepted && chainAlone) this.#log('ADDRESS_NOT_NAMED', { address: expected.address ?? '' });
    return verdict;
  }
}

function optional<T, R>(value: T | undefined, then: (value: T) => R): R | undefined {
  return value === undefined ? undefined : then(value);
}

function publicPart({ label, usage, modulus, exportable, generatedAt, publicKey }: RsaKey): RsaKeyReport {
  return { label, usage, modulus, exportable, generatedAt, publicKey };
}

function settledState({ identity, selfSigned }: DecodedChain): EnrollmentState {
  return { state: identity === undefined || selfSigned ? 'none' : 'granted' };
}

function parseX500OrEmpty(text: string | undefined): Outcome<readonly NameAttribute[]> {
  return text === undefined ? done([]) : parseX500(text);
}

function routerAttributes({ serialNumber, fqdn, ipAddress }: EnrollmentAnswers): readonly NameAttribute[] {
  const all: [string, string | undefined][] = [
    ['serialNumber', serialNumber],
    ['hostname', fqdn],
    ['ipaddress', ipAddress],
  ];
  return all.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
}

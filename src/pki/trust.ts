import type { Clock, Files, HttpClient, Log, Network, Random, Resolver, Tls } from '../io/index.ts';
import { checkOf, type TrustTerms } from './anchor.ts';
import { Anchors } from './anchors.ts';
import { type Certificate, isIssuedBy } from './certificate.ts';
import type { PkiTimer } from './face.ts';
import type { SignalingRule } from './handshake-face.ts';
import type { KeyStore } from './key-store.ts';
import { type LintTrustpoint, lint } from './lint.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { testPeer } from './peer-test.ts';
import { Revocation, type RevocationParts } from './revocation/revocation.ts';
import type { Check, CrlSource, OwnList, Source } from './revocation/standing.ts';
import { scepKeyFault } from './scep-key.ts';
import type { InterfaceAddress } from './source-address.ts';
import { TlsTrust } from './tls-trust.ts';
import type { LintFinding, PeerTestOrder, PeerTestReport, TrustFace, ValidationCounters } from './trust-face.ts';
import { authorityGroups } from './trustpoint.ts';
import type { Trustpoints } from './trustpoints.ts';
import { readBundle, Trustpool } from './trustpool.ts';

export interface TrustParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
  readonly resolver: Pick<Resolver, 'addresses'>;
  readonly network: Network;
  readonly tls: Tls;
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly pkiLog: Log<PkiMessages>;
  readonly changed: () => void;
  readonly interfaceAddress: InterfaceAddress;
  /** The CRL of a certificate server of ours, by its certificate. */
  readonly ownList: (issuer: Certificate) => OwnList | undefined;
}

/** Whom we believe and why: owner of anchors, trustpool and evidence of revocation, and of what TLS asks of them. */
export class Trust implements TrustFace {
  readonly handshakes: TlsTrust;
  readonly #parts: TrustParts;
  readonly #anchors: Anchors;
  readonly #revocation: Revocation;
  readonly #pool: Trustpool;

  constructor(parts: TrustParts) {
    const { trustpoints, keys, clock, pkiLog: log } = parts;
    this.#parts = parts;
    this.#pool = new Trustpool(parts.files, parts.http, log, () => this.#changed());
    this.#anchors = new Anchors(trustpoints, () => this.#pool.certificates, parts.interfaceAddress, parts.ownList);
    const crlAsker: RevocationParts['crlAsker'] = (name, issuer) => this.#crlAsker(name, issuer);
    this.#revocation = new Revocation({ ...parts, log, crlAsker });
    const { anchors, revocation } = { anchors: this.#anchors, revocation: this.#revocation };
    this.handshakes = new TlsTrust({ trustpoints, keys, anchors, revocation, clock, log });
  }

  /** From NVRAM. */
  load(): Promise<void> {
    return this.#pool.load();
  }

  /** Whether a trustpoint accepts, by all its rules, who proved to hold the key of a certificate elsewhere than in TLS. */
  async vouch(trustpoint: string, certificate: Certificate): Promise<Outcome<void>> {
    const { others } = this.#parts.trustpoints.chain(trustpoint);
    const chainDer = [certificate, ...others].map(({ der }) => der);
    const verdict = await this.handshakes.judge(
      { version: 'TLSv1.3', cipher: 'none', cipherOpenssl: 'none', resumed: false, chainDer },
      { role: 'client', clientVtp: trustpoint },
    );
    return verdict.accepted ? done(undefined) : refused(verdict.reason);
  }

  /** Keys changed: what we show is made anew. */
  forgetKeys(): void {
    this.handshakes.forget();
  }

  /** The configuration changed: peers are judged again. */
  reconfigure(): void {
    this.#changed();
  }

  stop(): void {
    this.#revocation.stop();
  }

  #changed(): void {
    this.#anchors.forget();
    this.handshakes.forget();
    this.#parts.changed();
  }

  // ---- revocation ----

  /** A certificate server of ours has a new list: whoever is judged by it is judged again. */
  ownListed(issuer: Certificate): void {
    const own = this.#revocation.heldSources(issuer).filter(({ ownServer }) => ownServer !== undefined);
    void this.#revocation.request(own);
  }

  crls(): ReturnType<TrustFace['crls']> {
    const { bytes, atMost } = this.#revocation.cacheSize;
    return { lists: this.#revocation.reports(), bytes, bytesAtMost: atMost };
  }

  /** When each list that somebody relies on is fetched again. */
  timers(): readonly PkiTimer[] {
    return this.#revocation.listsDue().map(({ url, at }) => ({ kind: 'CRL UPDATE', subject: url, at }));
  }

  async requestCrl(name: string): Promise<Outcome<void>> {
    const known = this.#parts.trustpoints.find(name);
    if (!known.ok) return known;
    const sources = this.#evidenceOf(name);
    if (sources.length === 0) return refused(this.#nothingToFetch(name));
    const [failure] = await this.#revocation.request(sources);
    return failure === undefined ? done(undefined) : refused(failure);
  }

  #nothingToFetch(name: string): string {
    return this.#anchors.termsOf(name)?.revocationCheck.includes('ocsp') === true
      ? `no OCSP responder for the certificate of trustpoint ${name} is known: configure ocsp url`
      : `no CRL of trustpoint ${name} is known: configure crl query`;
  }

  /** A CA answers who shows a certificate of it, with a key that its answer can be sealed for. */
  #crlAsker(name: string, issuer: Certificate): ReturnType<RevocationParts['crlAsker']> {
    const { identity, ca, others } = this.#parts.trustpoints.chain(name);
    const all = ca === undefined ? [] : [ca, ...others];
    const holdsIssuer = (some: readonly Certificate[]): boolean => some.some(({ der }) => der.equals(issuer.der));
    const authorities = [...authorityGroups(all), all].find(holdsIssuer);
    const key = identity && this.#parts.keys.withPublicKey(identity.publicKeyDer);
    if (authorities === undefined || identity === undefined || key?.type !== 'rsa' || !isIssuedBy(identity, issuer)) {
      return refused(`SCEP needs a certificate of that CA on an RSA key in trustpoint ${name}`);
    }
    return done({ identity, privateKey: key.privateKey, authorities });
  }

  /** Where what a trustpoint checks by is to be had: CRLs of its CA, and who answers about our own certificate. */
  #evidenceOf(name: string): readonly Source[] {
    const { ca: issuer, identity } = this.#parts.trustpoints.chain(name);
    const terms = this.#anchors.termsOf(name);
    if (issuer === undefined || terms === undefined) return [];
    const ours = identity?.issuerDer.equals(issuer.subjectDer) === true ? identity : undefined;
    const check = ours && checkOf({ certificate: ours, issuer, terms });
    const methods = terms.revocationCheck;
    if (!methods.includes('ocsp')) return this.#listsOf(issuer, terms, check);
    return [...(check?.responders ?? []), ...(methods.includes('crl') ? this.#listsOf(issuer, terms, check) : [])];
  }

  /** The CRLs of a CA: by our own certificate, by the operator, and those held already. */
  #listsOf(issuer: Certificate, terms: TrustTerms, check: Check | undefined): readonly CrlSource[] {
    const named = check?.crls ?? [];
    const { crlQuery: url } = terms.trust;
    const { localHost } = terms;
    const from = localHost === undefined ? {} : { localHost };
    const typed: readonly CrlSource[] =
      url === undefined ? [] : [{ kind: 'crl', url, issuer, allowsPrivate: true, ...from }];
    const all = [...named, ...typed, ...this.#revocation.heldSources(issuer)];
    return [...new Map(all.map((source) => [source.url, source])).values()];
  }

  /** What live connections rest on is asked for anew. */
  clearCrls(): void {
    this.#revocation.clear();
    this.#changed();
  }

  counters(): ValidationCounters {
    return this.handshakes.counters;
  }

  clearCounters(): void {
    this.handshakes.clearCounters();
  }

  // ---- looking ahead ----

  testPeer(order: PeerTestOrder): Promise<Outcome<PeerTestReport>> {
    const { network, tls, resolver, clock } = this.#parts;
    const [anchors, revocation, trust] = [this.#anchors, this.#revocation, this.handshakes];
    return testPeer({ network, tls, resolver, clock, anchors, revocation, trust }, order);
  }

  lint(signaling: readonly SignalingRule[], advertised: readonly string[]): readonly LintFinding[] {
    const { trustpoints, keys, clock } = this.#parts;
    const shown = new Map<string, string>();
    for (const { trustpoint, fault, namedBy = 'crypto signaling' } of signaling) {
      if (fault === undefined && !shown.has(trustpoint)) shown.set(trustpoint, namedBy);
    }
    const faults = signaling.flatMap(({ fault }) => fault ?? []);
    const subjects = [...trustpoints.settings.trustpoints].map(([name, settings]): LintTrustpoint => {
      const chain = trustpoints.chain(name);
      const anchors = this.#anchors.all().filter(({ terms }) => terms.trustpoint === name);
      const hasKey = chain.identity === undefined || keys.withPublicKey(chain.identity.publicKeyDer) !== undefined;
      const [terms, keyFault] = [this.#anchors.termsOf(name), scepKeyFault(settings)];
      return { name, chain, anchors, terms, shownBy: shown.get(name), hasKey, keyFault };
    });
    const missing = [...shown].flatMap(([name, namedBy]) => (trustpoints.find(name).ok ? [] : [{ name, namedBy }]));
    return lint({
      trustpoints: subjects,
      missing,
      faults: [...new Set(faults)],
      advertised,
      evidence: this.#revocation,
      now: clock.now(),
    });
  }

  // ---- trustpool ----

  pool(): readonly Certificate[] {
    return this.#pool.certificates;
  }

  fetchPool(url: string): Promise<Outcome<Buffer>> {
    return this.#pool.fetch(url);
  }

  readPool(bundle: Buffer): Outcome<readonly Certificate[]> {
    return readBundle(bundle);
  }

  acceptPool(certificates: readonly Certificate[], clean: boolean): Promise<Outcome<number>> {
    return this.#pool.accept(certificates, clean);
  }

  cleanPool(): Promise<Outcome<number>> {
    return this.#pool.clean();
  }
}

import type { Log } from '../io/index.ts';
import { type Certificate, isForEncryption } from './certificate.ts';
import { chainCertificate } from './certificate-store.ts';
import { withProfiles } from './enrollment-profile.ts';
import type { ChangePki } from './face.ts';
import { type KeyPair, publicPart } from './key-pair.ts';
import type { KeyStore } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { orderAuthorities } from './scep/client.ts';
import type { ChainCertificate, PkiSettings, TrustpointSettings } from './settings.ts';
import {
  anchorsOf,
  type DecodedChain,
  decodeChain,
  rolledOver,
  withAuthorities,
  withIdentity,
  withRollover,
} from './trustpoint.ts';
import type { EnrollmentState, TrustpointReport } from './trustpoint-face.ts';

const noChain: DecodedChain = {
  ca: undefined,
  others: [],
  identity: undefined,
  selfSigned: false,
  encryption: undefined,
  rollover: undefined,
};

type ChainChange = (chain: readonly ChainCertificate[]) => readonly ChainCertificate[];

/** The trustpoints of the running configuration with their chains, and the one way by which this room changes them: a commit. */
export class Trustpoints {
  readonly #keys: KeyStore;
  readonly #change: ChangePki;
  readonly #log: Log<PkiMessages>;
  /** Decoded once for every chain committed. */
  readonly #decoded = new WeakMap<readonly ChainCertificate[], DecodedChain>();
  #settings: PkiSettings;

  constructor(settings: PkiSettings, keys: KeyStore, change: ChangePki, log: Log<PkiMessages>) {
    this.#settings = settings;
    this.#keys = keys;
    this.#change = change;
    this.#log = log;
  }

  /** Every trustpoint is as its enrolment profile makes it from here on. */
  reconfigure(settings: PkiSettings): void {
    this.#settings = withProfiles(settings);
  }

  get settings(): PkiSettings {
    return this.#settings;
  }

  find(name: string): Outcome<TrustpointSettings> {
    const settings = this.#settings.trustpoints.get(name);
    return settings === undefined ? refused(`trustpoint ${name} is unknown`) : done(settings);
  }

  chain(name: string): DecodedChain {
    const chain = this.#settings.chains.get(name);
    if (chain === undefined) return noChain;
    const known = this.#decoded.get(chain) ?? decodeChain(chain);
    this.#decoded.set(chain, known);
    return known;
  }

  /**
   * The pair our certificate was issued on; without a certificate the one configured, when that exists. One key may stand
   * under several labels, exportable under one of them only: the trustpoint's own label comes first.
   */
  keyOf(settings: TrustpointSettings): KeyPair | undefined {
    const { identity } = this.chain(settings.name);
    if (identity === undefined) return this.configuredKey(settings);
    return this.#ownKey(settings.name, identity) ?? this.#keys.withPublicKey(identity.publicKeyDer);
  }

  /** The pair that `eckeypair` or `rsakeypair` names. */
  configuredKey({ ecKeyPair, rsaKeyPair }: TrustpointSettings): KeyPair | undefined {
    if (ecKeyPair !== undefined) return this.#keys.find(ecKeyPair, 'ec');
    return rsaKeyPair && this.#keys.find(rsaKeyPair.label);
  }

  /** The pair of the certificate under the label configured, or under the trustpoint's name, which an import gives it. */
  #ownKey(name: string, identity: Certificate): KeyPair | undefined {
    const { rsaKeyPair, ecKeyPair } = this.#settings.trustpoints.get(name) ?? {};
    const labels = [ecKeyPair ?? rsaKeyPair?.label, name];
    const certified = this.#keys.list().filter((key) => key.publicKey.equals(identity.publicKeyDer));
    return labels.map((label) => certified.find((key) => key.label === label)).find((key) => key !== undefined);
  }

  /** `enrolling`: the state of its enrolment over SCEP, when there is or was one. */
  report(
    settings: TrustpointSettings,
    enrolling: EnrollmentState | undefined,
    due: { readonly renewAt: number | undefined; readonly rolloverAt: number | undefined },
  ): TrustpointReport {
    const { name } = settings;
    const { method } = settings.enrollment;
    const chain = this.chain(name);
    const asked = enrolling !== undefined && 'publicKey' in enrolling ? enrolling.publicKey : undefined;
    const key = this.keyOf(settings) ?? (asked && this.#keys.withPublicKey(asked));
    return {
      name,
      ...chain,
      key: key && publicPart(key),
      enrollment: enrolling ?? settledState(chain),
      ...due,
      scepUrl: method?.kind === 'url' && method.http === undefined ? method.url : undefined,
    };
  }

  acceptCa(name: string, certificates: readonly Certificate[]): Outcome<void> {
    const ordered = orderAuthorities(certificates);
    if (!ordered.ok) return ordered;
    const authorities = ordered.value.map((one) => chainCertificate(one, 'ca'));
    return this.changeChain(name, (chain) => withAuthorities(chain, authorities));
  }

  setIdentity(name: string, certificate: Certificate, kind: 'identity' | 'self-signed'): Outcome<void> {
    const { identity, encryption } = this.chain(name);
    const isSecond = isForEncryption(certificate);
    const own = [isSecond ? identity : certificate, isSecond ? certificate : encryption].flatMap((one) => one ?? []);
    // Of two usage certificates the other one stays, while its key is there; a general one stands alone.
    const kept = own.filter((one) => one === certificate || this.#isUsagePair(one, certificate));
    return this.changeChain(name, (chain) => withIdentity(chain, ...kept.map((one) => chainCertificate(one, kind))));
  }

  /** Whether two certificates stand on the two usage keys of one label. */
  #isUsagePair(one: Certificate, other: Certificate): boolean {
    const [a, b] = [one, other].map((certificate) => this.#keys.withPublicKey(certificate.publicKeyDer));
    return a !== undefined && b !== undefined && a.label === b.label && a.usage !== 'general' && a.usage !== b.usage;
  }

  /** Keeps our certificate of the CA that follows. */
  setRollover(name: string, certificate: Certificate): Outcome<void> {
    return this.changeChain(name, (chain) => withRollover(chain, chainCertificate(certificate, 'rollover')));
  }

  /** The certificate kept for it is ours from now on. */
  rollOver(name: string): Outcome<void> {
    return this.changeChain(name, rolledOver);
  }

  /**
   * Our certificate together with the CA certificates between it and the authenticated CA, in one commit; what stood between
   * before goes. For a CA that hands its intermediate certificates out with each answer.
   */
  setChain(name: string, certificate: Certificate, intermediates: readonly Certificate[]): Outcome<void> {
    return this.changeChain(name, (chain) => {
      const roots = anchorsOf(this.chain(name)).map((one) => chainCertificate(one, 'ca'));
      const between = intermediates.map((one) => chainCertificate(one, 'ca'));
      return withIdentity(withAuthorities(chain, [...roots, ...between]), chainCertificate(certificate, 'identity'));
    });
  }

  /** The CA certificates of a trustpoint as its chain is to have them from now on. */
  setAuthorities(name: string, authorities: readonly Certificate[]): Outcome<void> {
    return this.changeChain(name, (chain) =>
      withAuthorities(
        chain,
        authorities.map((one) => chainCertificate(one, 'ca')),
      ),
    );
  }

  /** Trustpoints whose certificate stands on pairs that go and on no other: to be asked before they go. */
  certifiedOn(isGoing: (key: KeyPair) => boolean): readonly string[] {
    return [...this.#settings.chains.keys()].filter((name) => {
      const { identity } = this.chain(name);
      if (identity === undefined) return false;
      const own = this.#ownKey(name, identity);
      const certified = this.#keys.list().filter((key) => key.publicKey.equals(identity.publicKeyDer));
      const pairs = own === undefined ? certified : [own];
      return pairs.length > 0 && pairs.every(isGoing);
    });
  }

  dropIdentities(names: readonly string[]): void {
    for (const name of names) this.changeChain(name, (chain) => withIdentity(chain));
  }

  /** Gives a trustpoint the chain that NVRAM kept for it, when it has none or an older one. */
  adopt(name: string, stored: readonly ChainCertificate[]): void {
    if (!this.#settings.trustpoints.has(name)) return;
    if (this.#settings.chains.has(name) && !this.isNewer(name, stored)) return;
    this.changeChain(name, () => stored);
  }

  /**
   * Whether a chain has a later certificate of ours than the configuration has, on a key we hold: it was renewed, and the
   * configuration not saved since.
   */
  isNewer(name: string, stored: readonly ChainCertificate[]): boolean {
    const [kept, configured] = [decodeChain(stored).identity, this.chain(name).identity];
    if (kept === undefined || configured === undefined || kept.notBefore <= configured.notBefore) return false;
    return this.#keys.withPublicKey(kept.publicKeyDer) !== undefined;
  }

  changeChain(name: string, change: ChainChange): Outcome<void> {
    const committed = this.#commit((settings) => {
      const chain = change(settings.chains.get(name) ?? []);
      const chains = new Map(settings.chains);
      if (chain.length === 0) chains.delete(name);
      else chains.set(name, chain);
      return { ...settings, chains };
    });
    if (!committed.ok) this.#log('CHAIN_NOT_COMMITTED', { name, reason: committed.reason });
    return committed;
  }

  /** Adds a chain, and the trustpoint around it unless there is one of that name. */
  install(trustpoint: TrustpointSettings, chain: readonly ChainCertificate[]): Outcome<void> {
    const { name } = trustpoint;
    return this.#commit((settings) => ({
      ...settings,
      trustpoints: new Map([...settings.trustpoints, [name, settings.trustpoints.get(name) ?? trustpoint]]),
      chains: new Map([...settings.chains, [name, chain]]),
    }));
  }

  #commit(change: (settings: PkiSettings) => PkiSettings): Outcome<void> {
    try {
      this.#change(change);
      return done(undefined);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }
}

function settledState({ identity, selfSigned }: DecodedChain): EnrollmentState {
  return { state: identity === undefined || selfSigned ? 'none' : 'granted' };
}

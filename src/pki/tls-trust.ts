import type { Clock, Log, TlsPeer } from '../io/index.ts';
import { isSelfIssued } from './certificate.ts';
import { buildCredentials, chooseRule } from './credentials.ts';
import type { ChosenCredentials, ExpectedPeer, SignalingRule, Verdict } from './face.ts';
import type { KeyStore } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { type Anchor, judgePeer } from './policy.ts';
import { anchorsOf } from './trustpoint.ts';
import type { Trustpoints } from './trustpoints.ts';

/** What TLS asks of this room: what to show to a peer and whom to believe. Computed once, until keys or configuration change. */
export class TlsTrust {
  readonly #trustpoints: Trustpoints;
  readonly #keys: KeyStore;
  readonly #clock: Clock;
  readonly #log: Log<PkiMessages>;
  readonly #credentials = new Map<string, Outcome<ChosenCredentials>>();
  #anchors: readonly Anchor[] | undefined;

  constructor(trustpoints: Trustpoints, keys: KeyStore, clock: Clock, log: Log<PkiMessages>) {
    this.#trustpoints = trustpoints;
    this.#keys = keys;
    this.#clock = clock;
    this.#log = log;
  }

  /** To be told whenever a key, a chain or a trustpoint changed. */
  forget(): void {
    this.#credentials.clear();
    this.#anchors = undefined;
  }

  credentialsFor(peerAddress: string, signaling: readonly SignalingRule[]): Outcome<ChosenCredentials> {
    const rule = chooseRule(peerAddress, signaling);
    if (rule === undefined) return refused('no crypto signaling entry covers the peer');
    const cacheKey = `${rule.strictCipher} ${rule.trustpoint}`;
    const known = this.#credentials.get(cacheKey) ?? this.#makeCredentials(rule);
    this.#credentials.set(cacheKey, known);
    return known;
  }

  #makeCredentials({ trustpoint, strictCipher }: SignalingRule): Outcome<ChosenCredentials> {
    if (!this.#trustpoints.find(trustpoint).ok) return refused(`trustpoint ${trustpoint} does not exist`);
    const { identity: certificate, others } = this.#trustpoints.chain(trustpoint);
    const key = certificate && this.#keys.withPublicKey(certificate.publicKeyDer);
    const intermediates = others.filter((one) => one.isCa && !isSelfIssued(one));
    const anchors = this.#allAnchors().map((anchor) => anchor.certificate);
    const tls = buildCredentials({ trustpoint, certificate, intermediates, key }, anchors, strictCipher);
    return tls.ok ? done({ trustpoint, tls: tls.value }) : tls;
  }

  #allAnchors(): readonly Anchor[] {
    this.#anchors ??= [...this.#trustpoints.settings.trustpoints.values()].flatMap(({ name, revocationCheck }) => {
      const anchors = anchorsOf(this.#trustpoints.chain(name));
      return anchors.map((certificate) => ({ trustpoint: name, certificate, revocationCheck }));
    });
    return this.#anchors;
  }

  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict {
    const { verdict, chainAlone } = judgePeer(peer, expected, this.#allAnchors(), this.#clock.now());
    if (verdict.accepted && chainAlone) this.#log('ADDRESS_NOT_NAMED', { address: expected.address ?? '' });
    return verdict;
  }
}

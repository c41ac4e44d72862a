import type { Clock, Log, TlsPeer } from '../io/index.ts';
import { checkOf } from './anchor.ts';
import type { Anchors } from './anchors.ts';
import { isSelfIssued } from './certificate.ts';
import { buildCredentials, chooseRule } from './credentials.ts';
import type { ChosenCredentials, ExpectedPeer, SignalingRule, Verdict } from './handshake-face.ts';
import { sipDomains } from './identity-rules.ts';
import type { KeyStore } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { type Judgement, judgePeer } from './policy.ts';
import type { Revocation } from './revocation/revocation.ts';
import type { ValidationCounters } from './trust-face.ts';
import type { Trustpoints } from './trustpoints.ts';

/** Fetches one judgement may wait for: a chain has few certificates, and each few places. */
const fetchesAtMost = 16;
/** Peers whose odd purpose was told of; the oldest is told of again. */
const toldAtMost = 256;

export interface TlsTrustParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly anchors: Anchors;
  readonly revocation: Revocation;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
}

/** What TLS asks of this room: what to show to a peer and whom to believe. Computed once, until keys or configuration change. */
export class TlsTrust {
  readonly #parts: TlsTrustParts;
  readonly #credentials = new Map<string, Outcome<ChosenCredentials>>();
  readonly #told = new Set<string>();
  readonly #counters = { started: 0, ended: 0, successful: 0, failed: 0, bypassed: 0, pending: 0 };

  constructor(parts: TlsTrustParts) {
    this.#parts = parts;
  }

  /** To be told whenever a key, a chain or a trustpoint changed. */
  forget(): void {
    this.#credentials.clear();
    this.#told.clear();
  }

  get counters(): ValidationCounters {
    return { ...this.#counters, ...this.#parts.revocation.counters };
  }

  clearCounters(): void {
    const { pending } = this.#counters;
    Object.assign(this.#counters, { started: pending, ended: 0, successful: 0, failed: 0, bypassed: 0 });
    Object.assign(this.#parts.revocation.counters, { listsChecked: 0, attempts: 0, failedAttempts: 0, busy: 0 });
  }

  credentialsFor(
    peerAddress: string,
    signaling: readonly SignalingRule[],
    role?: ExpectedPeer['role'],
  ): Outcome<ChosenCredentials> {
    const rule = chooseRule(peerAddress, signaling);
    if (rule === undefined) return refused('no crypto signaling entry covers the peer');
    const fault = this.#usageFault(rule.trustpoint, role);
    if (fault !== undefined) return refused(fault);
    const cacheKey = JSON.stringify(rule);
    const known = this.#credentials.get(cacheKey) ?? this.#makeCredentials(rule);
    this.#credentials.set(cacheKey, known);
    if (!known.ok) return known;
    const ocspResponse = this.#staple(rule.trustpoint);
    if (ocspResponse === undefined) return known;
    return done({ ...known.value, tls: { ...known.value.tls, ocspResponse } });
  }

  /** `usage` of the trustpoint: without one the certificate is for everything. */
  #usageFault(trustpoint: string, role: ExpectedPeer['role'] | undefined): string | undefined {
    const { usage } = this.#parts.trustpoints.settings.trustpoints.get(trustpoint) ?? {};
    if (usage === undefined) return undefined;
    const isAllowed = role === undefined ? usage.some((one) => one !== 'ike') : usage.includes(`ssl-${role}`);
    const refusal = `trustpoint ${trustpoint} is for ${usage.join(', ')} only (usage)`;
    return isAllowed ? undefined : role === undefined ? refusal : `${refusal}, not for a TLS ${role}`;
  }

  #makeCredentials(rule: SignalingRule): Outcome<ChosenCredentials> {
    const { trustpoint, strictCipher } = rule;
    const { trustpoints, keys, anchors } = this.#parts;
    if (!trustpoints.find(trustpoint).ok) return refused(`trustpoint ${trustpoint} does not exist`);
    const { identity: certificate, others } = trustpoints.chain(trustpoint);
    const key = certificate && keys.withPublicKey(certificate.publicKeyDer);
    const intermediates = others.filter((one) => one.isCa && !isSelfIssued(one));
    const trusted = anchors.all().map((anchor) => anchor.certificate);
    const tls = buildCredentials({ trustpoint, certificate, intermediates, key }, trusted, strictCipher);
    const names = certificate === undefined ? [] : sipDomains(certificate);
    return tls.ok ? done({ trustpoint, names, rule, tls: tls.value }) : tls;
  }

  /**
   * The OCSP answer about our own certificate, to be stapled by a trustpoint that checks peers by OCSP itself. Fetched in the
   * background: a handshake before it is there goes without.
   */
  #staple(trustpoint: string): Buffer | undefined {
    const { trustpoints, anchors, revocation } = this.#parts;
    const terms = anchors.termsOf(trustpoint);
    const { identity, ca, others } = trustpoints.chain(trustpoint);
    if (identity === undefined || ca === undefined || terms?.revocationCheck.includes('ocsp') !== true)
      return undefined;
    const issuer = [ca, ...others].find((one) => one.subjectDer.equals(identity.issuerDer));
    if (issuer === undefined) return undefined;
    const answer = revocation.answerFor(identity, issuer);
    if (answer !== undefined) return answer.status === 'good' ? answer.der : undefined;
    const [source] = checkOf({ certificate: identity, issuer, terms }).responders;
    // What is handed to everybody cannot repeat a nonce of ours.
    if (source !== undefined && revocation.ocspFailure(source) === undefined) {
      void revocation.fetch({ ...source, withNonce: false });
    }
    return undefined;
  }

  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict | Promise<Verdict> {
    this.#counters.started++;
    const first = this.#attempt(peer, expected);
    return 'verdict' in first ? this.#conclude(first, expected) : this.#wait(peer, expected, first);
  }

  async #wait(peer: TlsPeer, expected: ExpectedPeer, first: Extract<Judgement, { open: unknown }>): Promise<Verdict> {
    this.#counters.pending++;
    let judgement: Judgement = first;
    for (let fetches = 0; 'open' in judgement && fetches < fetchesAtMost; fetches++) {
      await this.#parts.revocation.fetch(judgement.open);
      judgement = this.#attempt(peer, expected);
    }
    this.#counters.pending--;
    if ('verdict' in judgement) return this.#conclude(judgement, expected);
    const reason = 'certificate verify failed: too much must be fetched to check revocation (revocation)';
    return this.#conclude(
      { verdict: { accepted: false, rule: 'revocation', reason }, chainAlone: false, bypassed: false },
      expected,
    );
  }

  #attempt(peer: TlsPeer, expected: ExpectedPeer): Judgement {
    const { anchors, revocation, clock } = this.#parts;
    return judgePeer(peer, expected, { anchors: anchors.all(), evidence: revocation, now: clock.now() });
  }

  #conclude(judgement: Extract<Judgement, { verdict: Verdict }>, expected: ExpectedPeer): Verdict {
    const { verdict, chainAlone, bypassed, purpose } = judgement;
    const counters = this.#counters;
    counters.ended++;
    if (!verdict.accepted) counters.failed++;
    else if (bypassed) counters.bypassed++;
    else counters.successful++;
    if (expected.isLive === true) return verdict;
    if (verdict.accepted && chainAlone) this.#parts.log('ADDRESS_NOT_NAMED', { address: expected.address ?? '' });
    if (purpose !== undefined) this.#tellPurpose(purpose);
    return verdict;
  }

  #tellPurpose(reason: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    for (const oldest of this.#told) {
      if (this.#told.size <= toldAtMost) break;
      this.#told.delete(oldest);
    }
    this.#parts.log('PURPOSE_ACCEPTED', { reason });
  }
}

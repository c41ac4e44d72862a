import type { TlsPeer } from '../io/index.ts';
import { type Anchor, type AnchoredPath, anchoredPath, checkOf, isAdmitted } from './anchor.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import type { ExpectedPeer, PolicyRule, Verdict } from './handshake-face.ts';
import { type Proof, proveIdentity } from './identity-rules.ts';
import { explainVerdict, type Judged, suspicion } from './library-verdict.ts';
import type { Path } from './path.ts';
import { dateFault, hiddenFault, pathFault, subjectOf } from './path-rules.ts';
import { type Evidence, type Source, type Standing, standingOf } from './revocation/standing.ts';

const mostInChain = 10;
/** A live connection whose peer's standing cannot be found out is asked about again so soon. */
const uncertainMs = 60_000;

type Refusal = { readonly accepted: false; readonly rule: PolicyRule; readonly reason: string };

/** `code` is the name an operator can look up: the TLS library's, or that of our rule. */
function refuse(rule: PolicyRule, words: string, code: string = rule): Refusal {
  return { accepted: false, rule, reason: `certificate verify failed: ${words} (${code})` };
}

/** A verdict with what the operator should know beside it; or what must be fetched before there is one. */
export type Judgement =
  | {
      readonly verdict: Verdict;
      /** It rests on the chain alone although an address was expected. */
      readonly chainAlone: boolean;
      /** A purpose that was accepted by `peer-purpose` only. */
      readonly purpose?: string;
      /** Revocation was not checked by anybody. */
      readonly bypassed: boolean;
    }
  | { readonly open: Source };

/** What a judgement depends on besides the peer. */
export interface Court {
  readonly anchors: readonly Anchor[];
  readonly evidence: Evidence;
  /** The gateway's time, milliseconds since the epoch: dates are judged by it, whatever the library's clock (the host's) made of them. */
  readonly now: number;
}

/**
 * Our policy on a finished handshake, for both roles, for resumed and for live connections alike: the library's verdict on
 * the chain, our own rules for the path to an anchor and the purpose of every certificate on it, the name or address the
 * peer must prove, and the revocation check of the trustpoint that anchors it, which comes last since it may ask others.
 */
export function judgePeer(peer: TlsPeer, expected: ExpectedPeer, court: Court): Judgement {
  const read = readChain(peer.chainDer);
  if ('accepted' in read) return decided(read);
  const { chain } = read;
  const [leaf] = chain;
  const { clientVtp } = expected;
  const anchors = court.anchors.filter(({ terms }) => clientVtp === undefined || terms.trustpoint === clientVtp);
  const certificates = anchors.map(({ certificate }) => certificate);
  const refusal = chainRefusal(peer, { chain, anchors: certificates, role: expected.role });
  if (refusal !== undefined) return decided(refusal);
  const paths = anchors.flatMap((anchor) => anchoredPath(chain, anchor) ?? []);
  if (paths.length === 0) return decided(notAnchored(leaf, clientVtp));
  let first: Refusal | undefined;
  for (const path of paths) {
    const standing = judgePath(path, { peer, expected, ...court });
    if ('open' in standing) return standing;
    if ('accepted' in standing) {
      // What one trustpoint knows to be revoked no other one makes good.
      if (standing.rule === 'revoked') return decided(standing);
      first ??= standing;
      continue;
    }
    return accept(path, standing);
  }
  return decided(first ?? notAnchored(leaf, clientVtp));
}

function accept({ anchor }: AnchoredPath, { identity, validUntil, bypassed, purpose }: Passed): Judgement {
  const { proved: provedName, names: provedNames, chainAlone } = identity;
  const { trustpoint } = anchor.terms;
  const verdict: Verdict = { accepted: true, provedName, provedNames, trustpoint, validUntil };
  return { verdict, chainAlone, bypassed, ...(purpose === undefined ? {} : { purpose }) };
}

function decided(verdict: Verdict): Judgement {
  return { verdict, chainAlone: false, bypassed: false };
}

function notAnchored(leaf: Certificate, clientVtp: string | undefined): Refusal {
  const who =
    clientVtp === undefined ? 'no authenticated trustpoint anchors' : `client-vtp ${clientVtp} does not anchor`;
  return refuse('anchor', `${who} the chain of ${subjectOf(leaf)}`);
}

export type Chain = readonly [Certificate, ...Certificate[]];

export function readChain(ders: readonly Buffer[]): { readonly chain: Chain } | Refusal {
  if (ders.length > mostInChain) return refuse('malformed', `more than ${mostInChain} certificates in the chain`);
  const chain: Certificate[] = [];
  for (const der of ders) {
    const read = readCertificate(der);
    if (!read.ok) return refuse('malformed', read.reason);
    chain.push(read.value);
  }
  const [leaf, ...others] = chain;
  if (leaf === undefined) return refuse('no-certificate', 'the peer showed no certificate');
  return { chain: [leaf, ...others] };
}

function chainRefusal(peer: TlsPeer, judged: Judged): Refusal | undefined {
  if (peer.chainError === undefined || isOurs(peer.chainError)) return undefined;
  const { rule, words, code } = explainVerdict(peer.chainError, judged);
  return refuse(rule, words, code);
}

const purposeError = 'INVALID_PURPOSE';
const dateErrors: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Errors of the library that are not its to judge: the rules of the path know our purposes, and dates go by our own clock. */
function isOurs(chainError: string): boolean {
  return chainError === purposeError || dateErrors.has(chainError);
}

/** The library reports one error of several, the last it found: it looks at dates after all else. */
function hiddenBy(chainError: string | undefined, path: Path): ReturnType<typeof hiddenFault> {
  if (chainError === undefined) return undefined;
  return hiddenFault(path) ?? (dateErrors.has(chainError) ? suspicion(path, chainError) : undefined);
}

interface Circumstances extends Court {
  readonly peer: TlsPeer;
  readonly expected: ExpectedPeer;
}

interface Passed extends Unrevoked {
  readonly identity: Proof;
  readonly purpose?: string;
}

interface Unrevoked {
  /** When it must be judged again: something runs out. */
  readonly validUntil: number;
  readonly bypassed: boolean;
}

function judgePath(anchored: AnchoredPath, circumstances: Circumstances): Passed | Refusal | { readonly open: Source } {
  const { peer, expected, now } = circumstances;
  const { path, anchor, fault: broken } = anchored;
  const { trustpoint, trust } = anchor.terms;
  if (broken !== undefined) return refuse('anchor', broken);
  const strict = pathFault(path, expected.role);
  const { peerPurpose = 'strict' } = trust;
  const lenient = peerPurpose === 'strict' ? strict : pathFault(path, expected.role, peerPurpose);
  const fault = dateFault(path, now) ?? lenient ?? hiddenBy(peer.chainError, path);
  if (fault !== undefined) return refuse(fault.rule, fault.words, fault.code);
  const leaf = path[0]!;
  if (!isAdmitted(leaf, anchor.terms)) {
    return refuse('map', `no certificate map of trustpoint ${trustpoint} fits ${subjectOf(leaf)}`);
  }
  const identity = proveIdentity(leaf, expected);
  if ('rule' in identity) return refuse(identity.rule, identity.words);
  const standing = judgeSteps(anchored, circumstances);
  if (!('validUntil' in standing)) return standing;
  if (strict === undefined) return { ...standing, identity };
  return {
    ...standing,
    identity,
    purpose: `${strict.words} (accepted by peer-purpose ${peerPurpose} of ${trustpoint})`,
  };
}

function judgeSteps(
  { steps, path }: AnchoredPath,
  circumstances: Circumstances,
): Unrevoked | Refusal | { readonly open: Source } {
  const { evidence, expected, peer, now } = circumstances;
  const stapled = expected.isLive === true ? undefined : peer.stapled;
  let validUntil = Math.min(...path.map(({ notAfter }) => notAfter));
  let bypassed = false;
  for (const [at, step] of steps.entries()) {
    const check = checkOf(step);
    if (at === 0 && stapled !== undefined && check.methods.includes('ocsp')) evidence.staple(stapled, check);
    const standing = standingOf(check, evidence);
    if (standing.state === 'open') return { open: standing.source };
    if (standing.state === 'good') {
      validUntil = Math.min(validUntil, standing.usableUntil);
      bypassed ||= standing.by === 'none';
    } else if (standing.state === 'unknown' && expected.isLive === true) {
      validUntil = Math.min(validUntil, now + uncertainMs);
    } else return refuseStanding(standing, step.certificate, step.terms.trustpoint, step.terms.revocationCheck);
  }
  return { validUntil, bypassed };
}

function refuseStanding(
  standing: Extract<Standing, { state: 'revoked' | 'unknown' }>,
  certificate: Certificate,
  trustpoint: string,
  methods: readonly string[],
): Refusal {
  const who = subjectOf(certificate);
  if (standing.state === 'revoked') {
    const when = new Date(standing.at).toISOString().slice(0, 10);
    return refuse('revoked', `the certificate of ${who} was revoked on ${when}, ${standing.words}`, 'CERT_REVOKED');
  }
  const demand = `trustpoint ${trustpoint} demands revocation-check ${methods.join(' ')} of ${who}`;
  return refuse('revocation', `${demand}, which cannot be done: ${standing.reasons.join('; ')}`);
}

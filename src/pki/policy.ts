import type { TlsPeer } from '../io/index.ts';
import { type AlternativeNames, type Certificate, commonName, isIssuedBy, readCertificate } from './certificate.ts';
import type { ExpectedPeer, PolicyRule, Verdict } from './face.ts';
import { canonicalAddress, ipv4Number } from './ip.ts';
import type { RevocationMethod } from './settings.ts';
import { displayName, nameValues } from './x500-name.ts';

/** One authenticated CA certificate and the trustpoint it stands in. */
export interface Anchor {
  readonly trustpoint: string;
  readonly certificate: Certificate;
  readonly revocationCheck: readonly RevocationMethod[];
}

const mostInChain = 10;

type Refusal = { readonly accepted: false; readonly rule: PolicyRule; readonly reason: string };

function refuse(rule: PolicyRule, reason: string): Refusal {
  return { accepted: false, rule, reason };
}

/** A verdict, and whether it rests on the chain alone although an address was expected. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly chainAlone: boolean;
}

/**
 * Our policy on a finished handshake, for both roles and for resumed connections alike: the library's verdict on the chain,
 * the purpose of the certificate, the name or address it must prove, and the revocation check of the trustpoint that
 * anchors it. `now` is the wall clock, milliseconds since the epoch.
 */
export function judgePeer(peer: TlsPeer, expected: ExpectedPeer, anchors: readonly Anchor[], now: number): Judgement {
  const leafDer = peer.chainDer[0];
  if (leafDer === undefined) return judged(refuse('no-certificate', 'the peer showed no certificate'));
  const chain = readChain(peer.chainDer);
  if (!Array.isArray(chain)) return judged(chain);
  const leaf = chain[0]!;
  const refusal = chainRefusal(peer, chain, now) ?? purposeRefusal(leaf, expected.role);
  if (refusal !== undefined) return judged(refusal);
  const identity = proveIdentity(leaf, expected);
  if (typeof identity.proved !== 'string') return judged(identity.proved);
  const anchor = findAnchor(chain, anchors);
  if (!('trustpoint' in anchor)) return judged(anchor);
  const verdict: Verdict = { accepted: true, provedName: identity.proved, trustpoint: anchor.trustpoint };
  return { verdict, chainAlone: identity.chainAlone };
}

function judged(verdict: Verdict): Judgement {
  return { verdict, chainAlone: false };
}

function readChain(chainDer: readonly Buffer[]): Certificate[] | Refusal {
  if (chainDer.length > mostInChain) return refuse('malformed', `the chain is longer than ${mostInChain} certificates`);
  const chain: Certificate[] = [];
  for (const der of chainDer) {
    const read = readCertificate(der);
    if (!read.ok) return refuse('malformed', read.reason);
    chain.push(read.value);
  }
  return chain;
}

/**
 * Chain building and validity stay with the TLS library; only its view of the purpose is not ours (see below). As it
 * reports one error of several, a purpose error says nothing of the dates: those are then looked at here, and the anchor is
 * always looked for.
 */
function chainRefusal({ chainError }: TlsPeer, chain: readonly Certificate[], now: number): Refusal | undefined {
  if (chainError === undefined) return undefined;
  if (chainError !== 'INVALID_PURPOSE') return refuse('chain', chainError);
  const inTime = chain.every(({ notBefore, notAfter }) => notBefore <= now && now <= notAfter);
  return inTime ? undefined : refuse('chain', 'CERT_HAS_EXPIRED or not yet valid');
}

const anyPurpose = '2.5.29.37.0';
const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;
const sipDomain = '1.3.6.1.5.5.7.3.20';
const digitalSignatureOrEncipherment = 0xa8;

/** RFC 5924: no extendedKeyUsage allows everything; else the role's own purpose, any purpose, or a SIP domain's. */
function purposeRefusal(leaf: Certificate, role: ExpectedPeer['role']): Refusal | undefined {
  const usage = leaf.keyUsage === undefined ? 0xff : Number.parseInt(leaf.keyUsage.slice(0, 2), 16);
  if ((usage & digitalSignatureOrEncipherment) === 0) return refuse('purpose', 'keyUsage does not allow TLS');
  const allowed = [anyPurpose, purposes[role], sipDomain];
  if (leaf.extendedKeyUsage === undefined || leaf.extendedKeyUsage.some((id) => allowed.includes(id))) return undefined;
  return refuse('purpose', `extendedKeyUsage does not allow a TLS ${role}`);
}

interface Identity {
  readonly proved: string | Refusal;
  readonly chainAlone: boolean;
}

function proveIdentity(leaf: Certificate, { dnsName, address }: ExpectedPeer): Identity {
  if (dnsName !== undefined) {
    const wanted = comparable(dnsName);
    const proved = sipDomains(leaf).includes(wanted)
      ? wanted
      : refuse('name', `the certificate does not name ${wanted}`);
    return { proved, chainAlone: false };
  }
  const named = namedAddresses(leaf);
  if (address === undefined) return { proved: ownName(leaf), chainAlone: false };
  if (named.length === 0) return { proved: ownName(leaf), chainAlone: true };
  const wanted = canonicalAddress(address);
  const proved = named.includes(wanted)
    ? wanted
    : refuse('address', `the certificate names ${named[0]}, not ${wanted}`);
  return { proved, chainAlone: false };
}

/** RFC 5922 7.1: SIP URIs, then DNS names; the common name only without any alternative name. Wildcards prove nothing. */
function sipDomains(certificate: Certificate): readonly string[] {
  const names = certificate.alternativeNames;
  if (names === undefined) {
    const common = commonName(certificate);
    return common === undefined || !isDomain(common) ? [] : [comparable(common)];
  }
  return [...uriDomains(names), ...names.dns.filter(isDomain).map(comparable)];
}

/** `sip:example.com` is a domain; a URI with a user part, a port or parameters is somebody, not a domain. */
function uriDomains(names: AlternativeNames): readonly string[] {
  return names.uris.flatMap((uri) => {
    const domain = /^sips?:([^@:;?]+)$/i.exec(uri)?.[1];
    return domain !== undefined && isDomain(domain) ? [comparable(domain)] : [];
  });
}

function isDomain(text: string): boolean {
  return text.length <= 253 && /^[A-Za-z0-9._-]+$/.test(text) && ipv4Number(text) === undefined;
}

function comparable(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Addresses the certificate stands for: alternative names, and IPv4 addresses in CN and unstructuredAddress as IOS writes them. */
function namedAddresses(certificate: Certificate): readonly string[] {
  const inSubject = [...nameValues(certificate.subject, 'cn'), ...nameValues(certificate.subject, 'ipaddress')];
  const addresses = inSubject.filter((value) => ipv4Number(value) !== undefined);
  return [...(certificate.alternativeNames?.addresses ?? []), ...addresses].map(canonicalAddress);
}

/** What an accepted peer is known by when nothing in particular was asked of it. */
function ownName(certificate: Certificate): string {
  return sipDomains(certificate)[0] ?? namedAddresses(certificate)[0] ?? displayName(certificate.subject).join(',');
}

/** Any trustpoint may validate the peer, as on IOS: the first one whose CA anchors the chain and whose revocation check passes. */
function findAnchor(chain: readonly Certificate[], anchors: readonly Anchor[]): Anchor | Refusal {
  const anchoring = anchors.filter((anchor) => reaches(chain, anchor.certificate));
  if (anchoring.length === 0) return refuse('anchor', 'no authenticated trustpoint anchors the chain');
  const passing = anchoring.find((anchor) => revocationPasses(anchor.revocationCheck));
  if (passing !== undefined) return passing;
  const { trustpoint, revocationCheck } = anchoring[0]!;
  const methods = revocationCheck.join(' ');
  return refuse('revocation', `trustpoint ${trustpoint} demands revocation-check ${methods}, which cannot be done`);
}

/** Walks issuer by issuer from the leaf; a certificate the peer sent counts only where it issued the one before. */
function reaches(chain: readonly Certificate[], anchor: Certificate): boolean {
  let current = chain[0];
  for (let step = 0; current !== undefined && step <= mostInChain; step++) {
    const below = current;
    if (below.der.equals(anchor.der) || isIssuedBy(below, anchor)) return true;
    current = chain.find((one) => one !== below && one.isCa && isIssuedBy(below, one));
  }
  return false;
}

/** A method that cannot be carried out counts as a server that is down: the next one decides, and without a next one it fails. */
function revocationPasses(methods: readonly RevocationMethod[]): boolean {
  return methods.includes('none');
}

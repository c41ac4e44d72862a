import type { TlsPeer } from '../io/index.ts';
import { type AlternativeNames, type Certificate, commonName, readCertificate } from './certificate.ts';
import type { ExpectedPeer, PolicyRule, Verdict } from './face.ts';
import { canonicalAddress, ipv4Number } from './ip.ts';
import { explainVerdict, type Judged, suspicion } from './library-verdict.ts';
import { type Path, pathTo } from './path.ts';
import { dateFault, hiddenFault, pathFault, subjectOf } from './path-rules.ts';
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

/** `code` is the name an operator can look up: the TLS library's, or that of our rule. */
function refuse(rule: PolicyRule, words: string, code: string = rule): Refusal {
  return { accepted: false, rule, reason: `certificate verify failed: ${words} (${code})` };
}

/** A verdict, and whether it rests on the chain alone although an address was expected. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly chainAlone: boolean;
}

/**
 * Our policy on a finished handshake, for both roles and for resumed connections alike: the library's verdict on the chain,
 * our own rules for the path to an anchor and the purpose of every certificate on it, the revocation check of the
 * trustpoint that anchors it, and the name or address the peer must prove. `now`, milliseconds since the epoch, is the
 * gateway's time: dates are judged by it, whatever the library's clock (the host's) made of them.
 */
export function judgePeer(peer: TlsPeer, expected: ExpectedPeer, anchors: readonly Anchor[], now: number): Judgement {
  const leafDer = peer.chainDer[0];
  if (leafDer === undefined) return judged(refuse('no-certificate', 'the peer showed no certificate'));
  const read = readChain(leafDer, peer.chainDer.slice(1));
  if ('accepted' in read) return judged(read);
  const { chain } = read;
  const [leaf] = chain;
  const refusal = chainRefusal(peer, {
    chain,
    anchors: anchors.map(({ certificate }) => certificate),
    role: expected.role,
  });
  if (refusal !== undefined) return judged(refusal);
  const anchor = findAnchor(chain, anchors, { peer, role: expected.role, now });
  if (!('trustpoint' in anchor)) return judged(anchor);
  const identity = proveIdentity(leaf, expected);
  if (typeof identity.proved !== 'string') return judged(identity.proved);
  const verdict: Verdict = { accepted: true, provedName: identity.proved, trustpoint: anchor.trustpoint };
  return { verdict, chainAlone: identity.chainAlone };
}

/** What the judgement of a path depends on besides the path. */
interface Context {
  readonly peer: TlsPeer;
  readonly role: ExpectedPeer['role'];
  readonly now: number;
}

function judged(verdict: Verdict): Judgement {
  return { verdict, chainAlone: false };
}

type Chain = readonly [Certificate, ...Certificate[]];

function readChain(leafDer: Buffer, others: readonly Buffer[]): { readonly chain: Chain } | Refusal {
  if (others.length >= mostInChain) return refuse('malformed', `more than ${mostInChain} certificates in the chain`);
  const leaf = readCertificate(leafDer);
  if (!leaf.ok) return refuse('malformed', leaf.reason);
  const chain: [Certificate, ...Certificate[]] = [leaf.value];
  for (const der of others) {
    const read = readCertificate(der);
    if (!read.ok) return refuse('malformed', read.reason);
    chain.push(read.value);
  }
  return { chain };
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

interface Identity {
  readonly proved: string | Refusal;
  readonly chainAlone: boolean;
}

function proveIdentity(leaf: Certificate, { dnsName, address }: ExpectedPeer): Identity {
  if (dnsName !== undefined) {
    const wanted = comparable(dnsName);
    const proved = sipDomains(leaf).includes(wanted)
      ? wanted
      : refuse('name', `the certificate of ${subjectOf(leaf)} does not name ${wanted}`);
    return { proved, chainAlone: false };
  }
  const named = namedAddresses(leaf);
  if (address === undefined) return { proved: ownName(leaf), chainAlone: false };
  if (named.length === 0) return { proved: ownName(leaf), chainAlone: true };
  const wanted = canonicalAddress(address);
  const proved = named.includes(wanted)
    ? wanted
    : refuse('address', `the certificate of ${subjectOf(leaf)} names the address ${named[0]}, not ${wanted}`);
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

interface Anchored {
  readonly anchor: Anchor;
  readonly path: Path;
}

/** Any trustpoint may validate the peer, as on IOS: the first one that anchors the chain by all rules and whose revocation check passes. */
function findAnchor(chain: Chain, anchors: readonly Anchor[], context: Context): Anchor | Refusal {
  const anchored = anchors.flatMap((anchor): Anchored[] => {
    const path = pathTo(chain, anchor.certificate);
    return path === undefined ? [] : [{ anchor, path }];
  });
  if (anchored.length === 0)
    return refuse('anchor', `no authenticated trustpoint anchors the chain of ${subjectOf(chain[0])}`);
  const judgements = anchored.map((one) => pathRefusal(one, context) ?? one.anchor);
  return judgements.find((one) => 'trustpoint' in one) ?? judgements[0]!;
}

function pathRefusal({ anchor, path }: Anchored, { peer, role, now }: Context): Refusal | undefined {
  const fault = dateFault(path, now) ?? pathFault(path, role) ?? hiddenBy(peer.chainError, path);
  if (fault !== undefined) return refuse(fault.rule, fault.words, fault.code);
  if (revocationPasses(anchor.revocationCheck)) return undefined;
  const methods = anchor.revocationCheck.join(' ');
  return refuse(
    'revocation',
    `trustpoint ${anchor.trustpoint} demands revocation-check ${methods}, which cannot be done`,
  );
}

/** A method that cannot be carried out counts as a server that is down: the next one decides, and without a next one it fails. */
function revocationPasses(methods: readonly RevocationMethod[]): boolean {
  return methods.includes('none');
}

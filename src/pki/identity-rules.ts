import type { AlternativeNames } from './alternative-names.ts';
import { type Certificate, commonName } from './certificate.ts';
import type { ExpectedPeer } from './handshake-face.ts';
import { canonicalAddress, ipv4Number } from './ip.ts';
import { subjectOf } from './path-rules.ts';
import { displayName, nameValues } from './x500-name.ts';

/** Who a certificate proves its holder to be, or why it is not whom we expect. */
type Identity = Proof | { readonly rule: 'name' | 'address'; readonly words: string };

export interface Proof {
  /** What the peer is known by: the name or address asked for, else its first. */
  readonly proved: string;
  /** All names and addresses the certificate proves, that one first. */
  readonly names: readonly string[];
  /** An address was expected, and the certificate names none. */
  readonly chainAlone: boolean;
}

/** Names of one certificate that are kept: the largest certificates in use hold about so many. */
const mostNames = 100;

/** The name or address a peer must prove: by RFC 5922 unless `cn-san validate` says otherwise. */
export function proveIdentity(leaf: Certificate, expected: ExpectedPeer): Identity {
  const { role, dnsName, address, cnSan } = expected;
  if (role === 'client' && cnSan?.client === true) return proveListed(leaf, cnSan.names);
  if (dnsName !== undefined)
    return proveDomain(leaf, comparable(dnsName), cnSan?.server === true ? cnSan.names : undefined);
  const named = namedAddresses(leaf);
  if (address === undefined) return provedItself(leaf, false);
  if (named.length === 0) return provedItself(leaf, true);
  const wanted = canonicalAddress(address);
  if (named.includes(wanted)) return provedAs(leaf, wanted);
  return {
    rule: 'address',
    words: `the certificate of ${subjectOf(leaf)} names the address ${named[0]}, not ${wanted}`,
  };
}

/** `listed` given: the common name counts beside the alternative names, and a wildcard that is listed itself. */
function proveDomain(leaf: Certificate, wanted: string, listed: readonly string[] | undefined): Identity {
  const names = listed === undefined ? sipDomains(leaf) : cnAndSan(leaf);
  const wildcard = `*.${wanted.split('.').slice(1).join('.')}`;
  const isWild = listed?.map(comparable).includes(wildcard) === true && names.includes(wildcard);
  if (names.includes(wanted) || isWild) return provedAs(leaf, wanted);
  return { rule: 'name', words: `the certificate of ${subjectOf(leaf)} does not name ${wanted}` };
}

/** A name of the list is exact, or `*.domain` for one label. */
function proveListed(leaf: Certificate, listed: readonly string[]): Identity {
  const allowed = listed.map(comparable);
  const found = cnAndSan(leaf).find((name) => allowed.some((one) => nameFits(name, one)));
  if (found !== undefined) return provedAs(leaf, found);
  const words = listed.length === 0 ? 'no cn-san name is configured to compare' : `no cn-san name fits`;
  return { rule: 'name', words: `${words} the certificate of ${subjectOf(leaf)}` };
}

function nameFits(name: string, pattern: string): boolean {
  if (name === pattern) return true;
  return pattern.startsWith('*.') && /^[^.*]+\./.test(name) && name.slice(name.indexOf('.')) === pattern.slice(1);
}

/** RFC 5922 7.1: SIP URIs, then DNS names; the common name only without any alternative name. Wildcards prove nothing. */
export function sipDomains(certificate: Certificate): readonly string[] {
  const names = certificate.alternativeNames;
  if (names === undefined) return commonNameDomain(certificate);
  return [...uriDomains(names), ...names.dns.filter(isDomain).map(comparable)];
}

function commonNameDomain(certificate: Certificate): readonly string[] {
  const common = commonName(certificate);
  return common === undefined || !isDomain(common) ? [] : [comparable(common)];
}

/** All names of common name and alternative names, wildcards of one label too. */
export function cnAndSan(certificate: Certificate): readonly string[] {
  const { alternativeNames: names } = certificate;
  const dns = [...(names?.dns ?? []), commonName(certificate) ?? ''];
  return [...(names === undefined ? [] : uriDomains(names)), ...dns.filter(isDomainOrWildcard).map(comparable)];
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

function isDomainOrWildcard(text: string): boolean {
  return isDomain(text.replace(/^\*\.(?=.*\.)/, ''));
}

function comparable(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Addresses the certificate stands for: alternative names, and IPv4 addresses in CN and unstructuredAddress as IOS writes them. */
export function namedAddresses(certificate: Certificate): readonly string[] {
  const inSubject = [...nameValues(certificate.subject, 'cn'), ...nameValues(certificate.subject, 'ipaddress')];
  const addresses = inSubject.filter((value) => ipv4Number(value) !== undefined);
  return [...(certificate.alternativeNames?.addresses ?? []), ...addresses].map(canonicalAddress);
}

function provedAs(leaf: Certificate, proved: string): Proof {
  return { proved, names: firstNames([proved, ...ownNames(leaf)]), chainAlone: false };
}

/** Nothing in particular was asked: a certificate without any name is known by its subject, which is no name for a list of them. */
function provedItself(leaf: Certificate, chainAlone: boolean): Proof {
  const proved = sipDomains(leaf)[0] ?? namedAddresses(leaf)[0] ?? displayName(leaf.subject).join(',');
  return { proved, names: firstNames(ownNames(leaf)), chainAlone };
}

function firstNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].slice(0, mostNames);
}

/** A wildcard stands among them as it is, for whoever lists that very wildcard: no host is proved by it. */
function ownNames(leaf: Certificate): readonly string[] {
  const { alternativeNames } = leaf;
  const wild = alternativeNames === undefined ? [commonName(leaf) ?? ''] : alternativeNames.dns;
  const wildcards = wild.filter((name) => name.startsWith('*.') && isDomainOrWildcard(name)).map(comparable);
  return [...sipDomains(leaf), ...namedAddresses(leaf), ...wildcards];
}

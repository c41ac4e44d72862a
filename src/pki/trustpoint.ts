import { type Certificate, isForEncryption, isIssuedBy, isSelfIssued, readCertificate } from './certificate.ts';
import { orderAuthorities } from './scep/client.ts';
import type { ChainCertificate } from './settings.ts';

/** A trustpoint's chain, decoded. */
export interface DecodedChain {
  /** The CA our certificate comes from; without one, the first that was authenticated. */
  readonly ca: Certificate | undefined;
  readonly others: readonly Certificate[];
  readonly identity: Certificate | undefined;
  readonly selfSigned: boolean;
  /** The second of two usage certificates. */
  readonly encryption: Certificate | undefined;
  /** Ours of the CA that follows: it is shown to nobody yet. */
  readonly rollover: Certificate | undefined;
}

/** Entries that do not decode are left out: they were refused when typed, and said when loaded. */
export function decodeChain(chain: readonly ChainCertificate[]): DecodedChain {
  const decoded = chain.flatMap(({ kind, der }) => {
    const read = readCertificate(der);
    return read.ok ? [{ kind, certificate: read.value }] : [];
  });
  const authorities = decoded.flatMap(({ kind, certificate }) => (kind === 'ca' ? [certificate] : []));
  const own = decoded.filter(({ kind }) => kind === 'identity' || kind === 'self-signed');
  const ours = own.findLast(({ certificate }) => !isForEncryption(certificate));
  const list = current(authorities, ours?.certificate);
  return {
    ca: list[0],
    others: list.slice(1),
    identity: ours?.certificate,
    selfSigned: ours?.kind === 'self-signed',
    encryption: own.findLast(({ certificate }) => isForEncryption(certificate))?.certificate,
    rollover: decoded.findLast(({ kind }) => kind === 'rollover')?.certificate,
  };
}

/** While a CA hands over to the next there are two roots: the one our certificate comes from is first. */
function current(authorities: readonly Certificate[], identity: Certificate | undefined): readonly Certificate[] {
  const ordered = orderAuthorities(authorities);
  if (ordered.ok) return ordered.value;
  const groups = authorityGroups(authorities);
  const own = groups.find((group) => identity !== undefined && group.some((one) => isIssuedBy(identity, one)));
  const first = own ?? groups[0] ?? [];
  return [...first, ...authorities.filter((one) => !first.includes(one))];
}

/** Every root with what it vouches for, roots first. */
export function authorityGroups(authorities: readonly Certificate[]): readonly (readonly Certificate[])[] {
  const roots = authorities.filter((one) => one.isCa && isSelfIssued(one));
  const others = authorities.filter((one) => !roots.includes(one));
  return roots.map((root) => {
    const group = [root];
    for (let size = 0; size !== group.length; ) {
      size = group.length;
      group.push(...others.filter((one) => !group.includes(one) && group.some((by) => by.isCa && isIssuedBy(one, by))));
    }
    return group;
  });
}

/** Whom a trustpoint makes us believe: its CA, and the one it hands over to. */
export function anchorsOf({ ca, others }: DecodedChain): readonly Certificate[] {
  return ca === undefined ? [] : [ca, ...others.filter((one) => one.isCa && isSelfIssued(one))];
}

/**
 * The chain with our certificate, or two on usage keys, replaced or taken away; they stand before the CA's, as IOS prints it.
 * What is kept for later stays while there is one.
 */
export function withIdentity(
  chain: readonly ChainCertificate[],
  ...identities: readonly ChainCertificate[]
): readonly ChainCertificate[] {
  const kept = chain.filter(({ kind }) => kind === 'ca' || (kind === 'rollover' && identities.length > 0));
  return [...identities, ...kept];
}

/** The chain with our certificate of the CA that follows. */
export function withRollover(
  chain: readonly ChainCertificate[],
  rollover: ChainCertificate,
): readonly ChainCertificate[] {
  const others = chain.filter(({ kind }) => kind !== 'rollover');
  return [...others.filter(({ kind }) => kind !== 'ca'), rollover, ...others.filter(({ kind }) => kind === 'ca')];
}

/** What was kept for later is in force; the certificate before it goes. */
export function rolledOver(chain: readonly ChainCertificate[]): readonly ChainCertificate[] {
  const rollover = chain.find(({ kind }) => kind === 'rollover');
  if (rollover === undefined) return chain;
  return [{ ...rollover, kind: 'identity' }, ...chain.filter(({ kind }) => kind === 'ca')];
}

/** The chain with its CA certificates replaced. */
export function withAuthorities(
  chain: readonly ChainCertificate[],
  authorities: readonly ChainCertificate[],
): readonly ChainCertificate[] {
  return [...chain.filter(({ kind }) => kind !== 'ca'), ...authorities];
}

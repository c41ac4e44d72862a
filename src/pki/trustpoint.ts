import { type Certificate, isIssuedBy, isSelfIssued, readCertificate } from './certificate.ts';
import { orderAuthorities } from './scep/client.ts';
import type { ChainCertificate } from './settings.ts';

/** A trustpoint's chain, decoded. */
export interface DecodedChain {
  /** The CA our certificate comes from; without one, the first that was authenticated. */
  readonly ca: Certificate | undefined;
  readonly others: readonly Certificate[];
  readonly identity: Certificate | undefined;
  readonly selfSigned: boolean;
}

/** Entries that do not decode are left out: they were refused when typed, and said when loaded. */
export function decodeChain(chain: readonly ChainCertificate[]): DecodedChain {
  const decoded = chain.flatMap(({ kind, der }) => {
    const read = readCertificate(der);
    return read.ok ? [{ kind, certificate: read.value }] : [];
  });
  const authorities = decoded.flatMap(({ kind, certificate }) => (kind === 'ca' ? [certificate] : []));
  const ours = decoded.findLast(({ kind }) => kind !== 'ca');
  const list = current(authorities, ours?.certificate);
  return {
    ca: list[0],
    others: list.slice(1),
    identity: ours?.certificate,
    selfSigned: ours?.kind === 'self-signed',
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

/** The chain with our certificate replaced (or taken away); it stands before the CA's, as IOS prints it. */
export function withIdentity(
  chain: readonly ChainCertificate[],
  identity: ChainCertificate | undefined,
): readonly ChainCertificate[] {
  const authorities = chain.filter(({ kind }) => kind === 'ca');
  return identity === undefined ? authorities : [identity, ...authorities];
}

/** The chain with its CA certificates replaced. */
export function withAuthorities(
  chain: readonly ChainCertificate[],
  authorities: readonly ChainCertificate[],
): readonly ChainCertificate[] {
  return [...chain.filter(({ kind }) => kind !== 'ca'), ...authorities];
}

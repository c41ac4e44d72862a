import { type Certificate, readCertificate } from './certificate.ts';
import { orderAuthorities } from './scep/client.ts';
import type { ChainCertificate } from './settings.ts';

/** A trustpoint's chain, decoded. */
export interface DecodedChain {
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
  const ordered = orderAuthorities(authorities);
  const list = ordered.ok ? ordered.value : authorities;
  const ours = decoded.findLast(({ kind }) => kind !== 'ca');
  return {
    ca: list[0],
    others: list.slice(1),
    identity: ours?.certificate,
    selfSigned: ours?.kind === 'self-signed',
  };
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

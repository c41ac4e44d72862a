import type { Flow } from '../transport/index.ts';

type Proved = Pick<Flow, 'provedName' | 'provedNames'>;

/** Whether the peer of a later flow is proved to be that of an earlier one: among its names is the one the earlier is known by. */
export function isSamePeer(earlier: Proved, later: Proved): boolean {
  const { provedName } = earlier;
  return provedName === later.provedName || (provedName !== undefined && later.provedNames.includes(provedName));
}

/** The same for two calls at once: of who proves nothing it is the address that is the same. */
export function isSameParty(one: Flow | undefined, other: Flow | undefined): boolean {
  if (one === undefined || other === undefined || one.tenant !== other.tenant) return false;
  return isSamePeer(one, other) && (one.provedName !== undefined || one.remote.host === other.remote.host);
}

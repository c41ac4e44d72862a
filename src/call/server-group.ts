import { shuffled } from './hunt.ts';
import type { GroupServer, ServerGroup } from './settings.ts';

/** What the order depends on. */
export interface ServerState {
  /** Any 32-bit number, a new one for each call. */
  readonly random: number;
  /** The server that began the hunt before this one. */
  readonly last: GroupServer | undefined;
  /** It failed lately: asked after the others. */
  isShunned(server: GroupServer): boolean;
  /** It answers no keepalive: not asked at all. */
  isBusy(server: GroupServer): boolean;
}

/** Whether calls can go there. */
export function isActive(group: ServerGroup | undefined): group is ServerGroup {
  return group !== undefined && !group.shutdown && group.servers.length > 0;
}

export function isSameServer(a: GroupServer, b: GroupServer): boolean {
  return a.host === b.host && a.port === b.port;
}

/** The servers of a group in the order one call tries them: in turn, or by preference and at random among equals. */
export function serverOrder(group: ServerGroup, state: ServerState): readonly GroupServer[] {
  const ordered = group.roundRobin ? inTurn(group.servers, state.last) : byPreference(group.servers, state.random);
  const available = ordered.filter((server) => !state.isBusy(server));
  return [
    ...available.filter((server) => !state.isShunned(server)),
    ...available.filter((server) => state.isShunned(server)),
  ];
}

function inTurn(servers: readonly GroupServer[], last: GroupServer | undefined): readonly GroupServer[] {
  const next = last === undefined ? 0 : servers.findIndex((server) => isSameServer(server, last)) + 1;
  return [...servers.slice(next), ...servers.slice(0, next)];
}

function byPreference(servers: readonly GroupServer[], random: number): readonly GroupServer[] {
  return servers
    .map((server, i) => ({ server, place: shuffled(i, random) }))
    .sort((a, b) => a.server.preference - b.server.preference || a.place - b.place)
    .map(({ server }) => server);
}

/** Where the hunt goes on after a failure: to the next server, to the next dial peer, or nowhere. */
export type AfterFailure = 'server' | 'peer' | 'nowhere';

/**
 * `status`: what the server answered; undefined when no server was asked, since another one would not be either. A user that is
 * busy or away (480, 486) is so at every server, and a 6xx speaks for all of them (RFC 3261 21.6).
 */
export function afterFailure(group: ServerGroup, status: number | undefined): AfterFailure {
  if (status === undefined) return 'peer';
  for (const { from, to } of group.huntStops.values()) {
    if (from <= status && status <= to && !neverStops.has(status)) return 'nowhere';
  }
  return status === 480 || status === 486 || status >= 600 ? 'peer' : 'server';
}

/** What IOS takes no `huntstop` for. */
export const neverStops: ReadonlySet<number> = new Set([401, 407, 415, 417, 422, 480, 485, 486, 488]);

import type { UserAgent } from '../sip/session.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { Route } from './hunt.ts';
import { isActive, type ServerState, serverOrder } from './server-group.ts';
import type { CallSettings } from './service-settings.ts';
import type { GroupServer, VoipPeer } from './settings.ts';

/** Which servers of a group a call tries, and whose turn it is. */
export class ServerHunt {
  readonly #settings: () => CallSettings;
  readonly #isShunned: UserAgent['isShunned'];
  readonly #isBusy: (peer: VoipPeer, server: GroupServer) => boolean;
  /** By group: the server that began the last hunt. */
  readonly #last = new Map<number, GroupServer>();

  constructor(
    settings: () => CallSettings,
    isShunned: UserAgent['isShunned'],
    isBusy: (peer: VoipPeer, server: GroupServer) => boolean,
  ) {
    this.#settings = settings;
    this.#isShunned = isShunned;
    this.#isBusy = isBusy;
  }

  /** A peer with a group of servers is as many attempts as it has servers that can be asked; any other is one. */
  waysOf(route: Route, random: number): readonly Route[] {
    const { peer } = route;
    if (peer.kind !== 'voip' || peer.serverGroup === undefined || route.server !== undefined) return [route];
    const servers = this.order(peer, random);
    if (servers[0] !== undefined) this.#last.set(peer.serverGroup, servers[0]);
    return servers.map((server) => ({ ...route, server }));
  }

  /** The servers in the order the next call through the peer tries them. */
  order(peer: VoipPeer, random: number): readonly GroupServer[] {
    const tag = peer.serverGroup ?? 0;
    const group = this.#settings().voiceClasses.serverGroups.get(tag);
    if (!isActive(group)) return [];
    const effective = effectiveSettings(this.#settings().sip, peer);
    const state: ServerState = {
      random,
      last: this.#last.get(tag),
      isShunned: (target) =>
        effective !== undefined &&
        this.#isShunned({ target, transport: effective.transport, scheme: effective.scheme }),
      isBusy: (server) => this.#isBusy(peer, server),
    };
    return serverOrder(group, state);
  }

  last(tag: number): GroupServer | undefined {
    return this.#last.get(tag);
  }

  /** Forgets groups that are no longer configured. */
  keep(groups: ReadonlyMap<number, unknown>): void {
    for (const tag of this.#last.keys()) if (!groups.has(tag)) this.#last.delete(tag);
  }
}

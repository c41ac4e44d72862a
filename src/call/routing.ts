import { type Availability, isBusiedOut, isPortBusiedOut } from './availability.ts';
import type { Release } from './cause.ts';
import type { DialPlan } from './dial-plan.ts';
import type { Route } from './hunt.ts';
import type { CallerLeg } from './leg.ts';
import type { PeerUse } from './peer-use.ts';
import { unavailable } from './refusals.ts';
import type { CallRouting } from './route-hunt.ts';
import { type AfterFailure, afterFailure } from './server-group.ts';
import type { ServerHunt } from './server-hunt.ts';
import type { CallSettings } from './service-settings.ts';

/** Nobody has the number. */
const unassigned: Release = { cause: 1 };
/** `destination dpg` names a group that is not there: the dial plan is not asked in its place. */
const noGroup: Release = { cause: 3 };

/** Which dial peers and servers a call tries, and where a failure leads. */
export class Routing implements CallRouting {
  readonly #settings: () => CallSettings;
  readonly #plan: DialPlan;
  readonly #use: Pick<PeerUse, 'lastUsed'>;
  readonly #servers: ServerHunt;
  readonly #availability: Availability;
  readonly #random: () => number;

  constructor(
    settings: () => CallSettings,
    plan: DialPlan,
    use: Pick<PeerUse, 'lastUsed'>,
    servers: ServerHunt,
    availability: Availability,
    random: () => number,
  ) {
    this.#settings = settings;
    this.#plan = plan;
    this.#use = use;
    this.#servers = servers;
    this.#availability = availability;
    this.#random = random;
  }

  routes({ called, requested, peer }: Pick<CallerLeg, 'called' | 'requested' | 'peer'>): readonly Route[] | Release {
    const state = { random: this.#random(), lastUsed: this.#use.lastUsed };
    const group = peer?.destinationGroup;
    if (group !== undefined && !this.#settings().voiceClasses.peerGroups.has(group)) return noGroup;
    const grouped = group === undefined ? undefined : this.#plan.outboundOf(group, called, state);
    if (grouped !== undefined) return this.#available(grouped);
    const routes = this.#plan.outbound(called, state, requested);
    return routes.length === 0 ? unassigned : this.#available(routes);
  }

  /** Without the peers that are busied out. */
  #available(routes: readonly Route[]): readonly Route[] | Release {
    const { voicePorts } = this.#settings();
    const available = routes.filter(({ peer }) =>
      peer.kind === 'pots'
        ? !isPortBusiedOut(voicePorts.get(peer.port ?? ''), this.#availability)
        : !isBusiedOut(peer.tag, this.#availability),
    );
    return available.length === 0 ? unavailable : available;
  }

  waysOf(route: Route): readonly Route[] {
    return this.#servers.waysOf(route, this.#random());
  }

  after({ peer, server }: Route, { received }: Release): AfterFailure {
    const tag = peer.kind === 'voip' && server !== undefined ? peer.serverGroup : undefined;
    const group = tag === undefined ? undefined : this.#settings().voiceClasses.serverGroups.get(tag);
    return group === undefined ? 'peer' : afterFailure(group, received);
  }
}

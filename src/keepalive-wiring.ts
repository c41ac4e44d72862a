/** Whether the targets of dial peers, and those that voice ports depend on, live: the configuration says whom to ask, the SIP room asks, the call room is told. */
import {
  type Availability,
  gatewayTargets,
  keepalivePlan,
  type WatchedPlace,
  type WatchedState,
} from './call/index.ts';
import type { Tree } from './commands/index.ts';
import { type Keepalives, type KeepaliveTarget, keyOfTarget } from './sip/index.ts';

type Depends = Pick<Tree, 'dialPlan' | 'voiceClasses' | 'sip'>;

export class TargetKeepalives implements Availability {
  readonly #keepalives: Keepalives;
  /** Of `keepalive target`. */
  #own: readonly string[] = [];
  #plan: ReadonlyMap<number, readonly (WatchedPlace & { readonly key: string })[]> = new Map();

  constructor(keepalives: Keepalives) {
    this.#keepalives = keepalives;
  }

  follow(old: Depends | undefined, next: Depends): void {
    if (old?.dialPlan === next.dialPlan && old.voiceClasses === next.voiceClasses && old.sip === next.sip) return;
    const wanted = new Map<string, KeepaliveTarget>();
    this.#plan = new Map(
      Array.from(keepalivePlan(next), ([peer, places]) => [
        peer,
        places.map((place) => {
          const key = keyOfTarget(place.target);
          wanted.set(key, place.target);
          return { ...place, key };
        }),
      ]),
    );
    this.#own = gatewayTargets(next.sip).map((target) => {
      const key = keyOfTarget(target);
      wanted.set(key, target);
      return key;
    });
    this.#keepalives.follow(wanted);
  }

  placesOf(peer: number): readonly WatchedState[] {
    const places = this.#plan.get(peer) ?? [];
    return places.map(({ key, server, target: { host, port, isName, transport } }) => ({
      ...this.#keepalives.stateOf(key),
      ...(server === undefined ? {} : { server }),
      host,
      ...(port === undefined ? {} : { port }),
      isName,
      transport,
    }));
  }

  get isGatewayAlone(): boolean {
    return this.#own.length > 0 && this.#own.every((key) => this.#keepalives.stateOf(key).isBusy);
  }

  stop(): void {
    this.#plan = new Map();
    this.#own = [];
    this.#keepalives.stop();
  }
}

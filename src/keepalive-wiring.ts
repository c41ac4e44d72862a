/** Whether the targets of dial peers live: the configuration says whom to ask, the SIP room asks, the call room is told. */
import { type Availability, keepalivePlan, type WatchedPlace, type WatchedState } from './call/index.ts';
import type { Tree } from './commands/index.ts';
import { type Keepalives, type KeepaliveTarget, keyOfTarget } from './sip/index.ts';

type Depends = Pick<Tree, 'dialPlan' | 'voiceClasses' | 'sip'>;

export class TargetKeepalives implements Availability {
  readonly #keepalives: Keepalives;
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

  stop(): void {
    this.#plan = new Map();
    this.#keepalives.stop();
  }
}

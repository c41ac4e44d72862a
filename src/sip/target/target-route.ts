import type { GatewayErrorCode, Random } from '../../io/index.ts';
import type { Flow, OpenFailure, Opening, OpenRequest } from '../transport/index.ts';
import { locate } from './locate.ts';
import type { NameCache } from './name-cache.ts';
import { type Candidate, defaultPort, type Target } from './target.ts';
import type { TargetHealth } from './target-health.ts';

/** What finding the way needs of the outside. */
export interface RouteMeans {
  readonly names: NameCache;
  readonly random: Random;
  readonly health: TargetHealth;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly open: (request: OpenRequest, opening: Opening) => void;
  /** Runs something after the present event. */
  readonly later: (run: () => void) => void;
}

/**
 * The way to a target: one candidate after the other, until somebody is content with one. TLS proves the target's own name whichever
 * candidate answers (RFC 5922 4), and tells it as server name.
 */
export class TargetRoute {
  readonly #target: Target;
  readonly #means: RouteMeans;
  #candidates: readonly Candidate[] | undefined;
  #next = 0;

  constructor(target: Target, means: RouteMeans) {
    this.#target = target;
    this.#means = means;
    const { host, port = defaultPort(target.transport) } = target;
    this.#candidates = target.isName ? undefined : [{ host, port }];
  }

  /** Whether there is a candidate left to try. Before the name is resolved nobody knows. */
  get hasMore(): boolean {
    return this.#candidates !== undefined && this.#next < this.#candidates.length;
  }

  /** Opens a flow to the next candidate that can be reached. A failure is told, never before this returns. */
  next(opening: Opening): void {
    if (this.#candidates !== undefined) return this.#try(this.#candidates, opening);
    const { names, random, health, now } = this.#means;
    const { transport, namesHeldMs } = this.#target;
    locate(this.#target, namesHeldMs === undefined ? names : names.heldFor(namesHeldMs), random)
      .then((found) => {
        this.#candidates = health.order(preferred(found, this.#target.prefer), transport, now());
        this.#try(this.#candidates, opening);
      })
      .catch((error: unknown) => {
        this.#candidates ??= [];
        opening.failed({ code: codeOf(error), reason: error instanceof Error ? error.message : String(error) });
      });
  }

  /** The place last opened answered, with a refusal of its own or not at all: it is asked last for a while. */
  reject(reason: string, retryAfterMs?: number): void {
    const place = this.#candidates?.[this.#next - 1];
    if (place !== undefined) this.#failed(place, reason, retryAfterMs);
  }

  /** The place last opened answered. */
  accept(): void {
    const place = this.#candidates?.[this.#next - 1];
    if (place !== undefined) this.#means.health.worked(place, this.#target.transport);
  }

  #try(candidates: readonly Candidate[], opening: Opening): void {
    const place = candidates[this.#next++];
    if (place === undefined) return opening.failed({ code: 'name-not-found', reason: 'the name has no address' });
    const { transport, host, isName, tenant, bind } = this.#target;
    const serverName = transport === 'tls' && isName ? { serverName: host } : {};
    this.#means.open(
      { transport, remote: place, isChosen: true, ...serverName, bind, ...(tenant === undefined ? {} : { tenant }) },
      {
        opened: (flow: Flow) => opening.opened(flow),
        failed: (failure: OpenFailure) => {
          this.#failed(place, failure.reason);
          if (this.hasMore) this.#try(candidates, opening);
          else this.#means.later(() => opening.failed(failure));
        },
      },
    );
  }

  #failed(place: Candidate, reason: string, retryAfterMs?: number): void {
    const { health, now } = this.#means;
    health.failed(place, this.#target.transport, now(), reason, retryAfterMs);
  }
}

/** TLS proves the name wherever it goes, so that an address of yesterday may be asked. */
function preferred(candidates: readonly Candidate[], first: Candidate | undefined): readonly Candidate[] {
  if (first === undefined) return candidates;
  return [first, ...candidates.filter(({ host, port }) => host !== first.host || port !== first.port)];
}

function codeOf(error: unknown): GatewayErrorCode {
  const isTimeout = error instanceof Error && 'code' in error && error.code === 'name-timeout';
  return isTimeout ? 'name-timeout' : 'name-not-found';
}

import type { TransportName } from '../settings.ts';
import { defaultPort, NameCache, type Target, TargetHealth, type TargetReport, TargetRoute } from '../target/index.ts';
import type { Flow, Opening, OpenRequest } from '../transport/index.ts';
import type { AgentParts } from './agent-parts.ts';
import type { AgentTransaction } from './exchange.ts';
import { contactAddress, viaValue } from './identity.ts';
import { comeBack } from './next-hop.ts';
import { ownAlias } from './reuse.ts';

export interface WaysParts extends Pick<AgentParts, 'transport' | 'clock' | 'random' | 'names' | 'keepsFlow'> {
  readonly later: (run: () => void) => void;
  /** What the news of a flow set off may have deadlines. */
  readonly arm: () => void;
}

/** How peers are reached, and how they reach us: flows, names and the health of places. */
export class Ways {
  readonly #parts: WaysParts;
  readonly #names: NameCache;
  readonly #health = new TargetHealth();
  #isClosed = false;

  constructor(parts: WaysParts) {
    this.#parts = parts;
    this.#names = new NameCache(parts.names, () => this.#now());
  }

  /** Nobody is told of a flow any more. */
  close(): void {
    this.#isClosed = true;
  }

  open(request: OpenRequest, opening: Opening): void {
    this.#parts.transport().open(request, opening);
  }

  /** The way to a target, one candidate after the other. */
  route(target: Target): TargetRoute {
    return new TargetRoute(target, {
      names: this.#names,
      random: this.#parts.random,
      health: this.#health,
      now: () => this.#now(),
      open: (request, opening) => this.#openGuarded(request, opening),
      later: this.#parts.later,
    });
  }

  /** The flow for the answers to a request, or a new one where that is gone (RFC 3261 18.2.2). */
  back(transaction: AgentTransaction, opened: (flow: Flow) => void, failed: (reason: string) => void): void {
    const exchange = transaction.owner;
    if (exchange.flow.open) return opened(exchange.flow);
    const take = (flow: Flow): void => {
      exchange.flow = flow;
      opened(flow);
    };
    comeBack({ open: (request, opening) => this.#openGuarded(request, opening) }, exchange, take, failed);
  }

  contactPort({ transport, tenant, local }: Flow): number {
    return this.#parts.transport().listenPort(transport, tenant) ?? local.port;
  }

  contactFor(user: string, scheme: 'sip' | 'sips', flow: Flow, name?: string): string {
    const isOutbound = this.#parts.keepsFlow?.(flow) === true;
    return contactAddress(user, scheme, flow, this.contactPort(flow), { name, isOutbound });
  }

  viaFor(flow: Flow, branch: string, settings: Parameters<typeof ownAlias>[1]): string {
    return viaValue(flow, this.contactPort(flow), branch, ownAlias(flow, settings));
  }

  /** Whether calls go round a place, because it failed lately. */
  isShunned({ host, port }: Pick<Target, 'host' | 'port'>, transport: TransportName): boolean {
    return this.#health.isShunned({ host, port: port ?? defaultPort(transport) }, transport, this.#now());
  }

  /** The places that failed lately, those of `dns:` targets and those of addresses. */
  targets(): readonly TargetReport[] {
    return this.#health.report(this.#now());
  }

  /** `ip host` or `ip name-server` changed: what was found out no longer holds. */
  forgetNames(): void {
    this.#names.clear();
  }

  #now(): number {
    return this.#parts.clock.monotonic();
  }

  #openGuarded(request: OpenRequest, opening: Opening): void {
    this.open(request, {
      opened: (flow) => {
        if (this.#isClosed) return;
        opening.opened(flow);
        this.#parts.arm();
      },
      failed: (failure) => {
        if (!this.#isClosed) opening.failed(failure);
      },
    });
  }
}

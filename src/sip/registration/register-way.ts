import { hopOf, type Place, Redirections } from '../agent/redirection.ts';
import { timerDefaults } from '../settings.ts';
import type { TargetRoute } from '../target/index.ts';
import type { Flow } from '../transport/index.ts';
import type { Binding } from './binding.ts';
import type { RegisterHost } from './register-host.ts';
import { redirectionsAtMost, registrarPlace } from './register-place.ts';
import type { WantedRegistration } from './wanted-registration.ts';

/** What became of an attempt to reach a host. */
export interface WayTold {
  opened(flow: Flow): void;
  failed(reason: string): void;
}

/** The way to a registrar: the hosts that answer for it, one after another, and where it sends us on to. */
export class RegisterWay {
  readonly #host: Pick<RegisterHost, 'route'>;
  readonly #told: WayTold;
  #route: TargetRoute | undefined = undefined;
  /** Counts attempts, so that what comes of an older one is told from the newest. */
  #attempt = 0;
  /** Since the turn began. */
  #redirected = new Redirections(redirectionsAtMost);

  constructor(host: Pick<RegisterHost, 'route'>, told: WayTold) {
    this.#host = host;
    this.#told = told;
  }

  /** A new turn, at the registrar itself. */
  begin(): void {
    this.#redirected = new Redirections(redirectionsAtMost);
  }

  place({ registrar }: WantedRegistration): Place {
    return this.#redirected.place ?? registrarPlace(registrar);
  }

  /** On to the first place that is no worse (RFC 3261 8.1.3.4), once each; or why there is none. */
  follow(contacts: readonly string[], wanted: WantedRegistration): string | undefined {
    const place = this.#redirected.follow(contacts, this.place(wanted));
    return typeof place === 'string' ? place : undefined;
  }

  /** To the first host. Where the last attempt failed its name is asked anew: it may have moved. */
  open(wanted: WantedRegistration, binding: Binding, hasFailed: boolean): void {
    const { tenant, sip } = wanted;
    const place = this.place(wanted);
    const { transport } = place;
    const { host, isName, port } = sip.outboundProxy === undefined ? place : hopOf(sip.outboundProxy);
    const prefer = sip.outboundProxy?.reuse ? binding.placeOver(transport) : undefined;
    const heldMs = (sip.timers.dnsRegistrarCache ?? timerDefaults.dnsRegistrarCache) * 1000;
    this.#route = this.#host.route({
      ...{ host, isName, transport, tenant },
      ...(port === undefined ? {} : { port }),
      ...(prefer === undefined ? {} : { prefer }),
      ...(hasFailed ? {} : { namesHeldMs: heldMs }),
    });
    this.#next(this.#route);
  }

  accept(): void {
    this.#route?.accept();
  }

  /** This host did not do it: whether another one is asked now. */
  reject(reason: string, retryAfterSeconds?: number): boolean {
    const route = this.#route;
    if (route === undefined) return false;
    route.reject(reason, retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000);
    if (!route.hasMore) return false;
    this.#next(route);
    return true;
  }

  #next(route: TargetRoute): void {
    const attempt = ++this.#attempt;
    route.next({
      opened: (flow) => {
        if (attempt === this.#attempt) this.#told.opened(flow);
      },
      failed: ({ reason }) => {
        if (attempt === this.#attempt) this.#told.failed(reason);
      },
    });
  }
}

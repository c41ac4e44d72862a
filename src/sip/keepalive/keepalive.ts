import type { Exchange, RequestOwner } from '../agent/exchange.ts';
import { contactAddress, printAddress, sipHost } from '../agent/identity.ts';
import { retryAfterMs } from '../agent/retry-after.ts';
import type { SessionHost } from '../agent/session-host.ts';
import type { RequestFields, SipResponse } from '../message/index.ts';
import { defaultPort, type TargetRoute } from '../target/index.ts';
import { Timed } from '../transaction/index.ts';
import type { Flow } from '../transport/index.ts';
import { beat, firstHeartbeat, type Heartbeat, isAlive, untilNext } from './heartbeat.ts';
import type { KeepaliveTarget } from './keepalive-target.ts';
import type { KeepaliveLog } from './messages.ts';

/** What a keepalive may ask of the user agent. */
export type KeepaliveHost = Pick<
  SessionHost,
  | 'abilitiesFor'
  | 'abandon'
  | 'contactPort'
  | 'later'
  | 'maxForwards'
  | 'now'
  | 'request'
  | 'route'
  | 'tokens'
  | 'viaFor'
>;

/** What a keepalive may ask of its owner. */
export interface KeepaliveOwner {
  readonly host: KeepaliveHost;
  readonly log: KeepaliveLog;
  /** The deadline is another one. */
  rescheduled(keepalive: Keepalive): void;
}

const never = Number.POSITIVE_INFINITY;

/** One place that is asked again and again: sends OPTIONS, hears what becomes of it, and says how the place is. */
export class Keepalive extends Timed implements RequestOwner {
  override deadline: number;
  readonly target: KeepaliveTarget;
  /** `OOD SessID` of the displays. */
  readonly id: number;
  readonly #owner: KeepaliveOwner;
  #heartbeat: Heartbeat = firstHeartbeat;
  #route: TargetRoute | undefined;
  #exchange: Exchange | undefined;
  /** Counts what was sent, so that what comes of an older one is told from the newest. */
  #attempt = 0;
  /** What became of the last one is not known yet. */
  #isPending = false;
  #isOver = false;

  constructor(owner: KeepaliveOwner, target: KeepaliveTarget, id: number, firstAt: number) {
    super();
    this.#owner = owner;
    this.target = target;
    this.id = id;
    this.deadline = firstAt;
  }

  get heartbeat(): Heartbeat {
    return this.#heartbeat;
  }

  /** It is not wanted any more. */
  end(): void {
    this.#isOver = true;
    this.#attempt++;
    if (this.#exchange !== undefined) this.#owner.host.abandon(this.#exchange);
    this.#exchange = undefined;
    this.deadline = never;
    this.#owner.rescheduled(this);
  }

  /** The time has come. Of the last one nothing more is to be expected. */
  woken(): void {
    if (this.#exchange !== undefined) this.#owner.host.abandon(this.#exchange);
    this.#exchange = undefined;
    if (this.#isPending) {
      this.#route?.reject('no answer');
      this.#hear('no answer');
    }
    this.#isPending = true;
    const { host, isName, port, transport, tenant, bind } = this.target;
    this.#route = this.#owner.host.route({
      host,
      isName,
      transport,
      tenant,
      bind,
      ...(port === undefined ? {} : { port }),
    });
    this.#sendToNext(this.#route);
    this.#schedule();
  }

  responded(exchange: Exchange, response: SipResponse): void {
    if (exchange !== this.#exchange || response.status < 200) return;
    this.#exchange = undefined;
    if (isAlive(response.status)) {
      this.#route?.accept();
      this.#hear(undefined);
    } else this.#failed(`it says ${response.status}`, retryAfterMs(response));
  }

  unanswered(exchange: Exchange, why: 'timeout' | 'transport error'): void {
    if (exchange !== this.#exchange) return;
    this.#exchange = undefined;
    this.#failed(why === 'timeout' ? 'no answer' : 'OPTIONS could not be sent');
  }

  /** To the next host that answers for a name, if there is one. */
  #failed(reason: string, asksForMs?: number): void {
    const route = this.#route;
    route?.reject(reason, asksForMs);
    if (route?.hasMore === true) this.#sendToNext(route);
    else this.#hear(reason);
  }

  #hear(failure: string | undefined): void {
    this.#isPending = false;
    const { isBusy: was } = this.#heartbeat;
    this.#heartbeat = beat(this.#heartbeat, failure === undefined, this.target.timing);
    const { isBusy, failures } = this.#heartbeat;
    if (isBusy === was) return;
    const { transport } = this.target;
    const told = { target: placeOf(this.target), transport, failures, reason: failure ?? '' };
    this.#owner.log(isBusy ? 'KEEPALIVE_BUSYOUT' : 'KEEPALIVE_ACTIVE', told);
    this.#schedule();
  }

  #schedule(): void {
    this.deadline = this.#isOver ? never : this.#owner.host.now() + untilNext(this.#heartbeat, this.target.timing);
    this.#owner.rescheduled(this);
  }

  #sendToNext(route: TargetRoute): void {
    const attempt = ++this.#attempt;
    route.next({
      opened: (flow) => {
        if (attempt === this.#attempt) this.#sendOn(flow);
      },
      failed: ({ reason }) => {
        if (attempt === this.#attempt) this.#hear(reason);
      },
    });
  }

  #sendOn(flow: Flow): void {
    const { host } = this.#owner;
    const branch = host.tokens.branch();
    this.#exchange = host.request(flow, this.#fields(flow, branch), this, branch);
    if (this.#exchange === undefined) host.later(() => this.#hear('too many transactions'));
  }

  #fields(flow: Flow, branch: string): RequestFields {
    const { host } = this.#owner;
    const { scheme } = this.target;
    return {
      method: 'OPTIONS',
      uri: `${scheme}:${placeOf(this.target)}`,
      via: host.viaFor(flow, branch),
      maxForwards: host.maxForwards(this.target.tenant),
      from: `<${scheme}:${sipHost(flow.local.host)}>;tag=${host.tokens.tag()}`,
      to: `<${scheme}:${sipHost(this.target.host)}>`,
      callId: host.tokens.callId(flow.local.host),
      cseqNumber: 101,
      contact: contactAddress('', scheme, flow, host.contactPort(flow)),
      headers: ['Accept: application/sdp', ...host.abilitiesFor(this.target.tenant).requestHeaders],
    };
  }
}

function placeOf({ host, port, transport }: KeepaliveTarget): string {
  return printAddress({ host, port: port ?? defaultPort(transport) });
}

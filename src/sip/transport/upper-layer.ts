import type { Clock, GatewayErrorCode, Network, Tls } from '../../io/index.ts';
import type { Source } from '../screen/index.ts';
import { type SipTrace, traceHead } from '../trace.ts';
import type { Counters } from './counters.ts';
import type { Flow, FlowReceiver, Opening } from './flow.ts';
import type { TransportLog } from './messages.ts';
import type { TlsPolicy } from './policy.ts';
import type { TransportSettings } from './transport-settings.ts';

/** What the UDP side and the stream side of one transport have in common. */
export interface Shared {
  readonly network: Network;
  readonly tls: Tls;
  readonly clock: Clock;
  readonly log: TransportLog;
  readonly policy: TlsPolicy;
  readonly counters: Counters;
  readonly upper: UpperLayer;
  readonly trace: SipTrace;
  /** Whether it is a configured target or listed. */
  readonly knows: (source: Omit<Source, 'tenant'>) => boolean;
  settings: TransportSettings;
  /** A socket was added: the sweep must run. */
  busy(): void;
}

/** Calls whoever stands above; what is thrown there is logged and goes no further. Silent once closed. */
export class UpperLayer {
  readonly #receiver: FlowReceiver;
  readonly #log: TransportLog;
  readonly #trace: SipTrace;
  #silent = false;

  constructor(receiver: FlowReceiver, log: TransportLog, trace: SipTrace) {
    this.#receiver = receiver;
    this.#log = log;
    this.#trace = trace;
  }

  silence(): void {
    this.#silent = true;
  }

  /** False: the receiver threw. */
  received(text: string, flow: Flow): boolean {
    if (this.#silent) return true;
    if (this.#trace.messages.on) this.#trace.messages.show('Received', text);
    try {
      this.#receiver.received(text, flow);
      return true;
    } catch (error) {
      this.#threw(error, flow.remote.host, flow.transport);
      return false;
    }
  }

  closed(flow: Flow, error: Error | undefined, broken: boolean): void {
    if (this.#silent) return;
    if (this.#trace.transport.on) {
      this.#trace.transport.write(() => wayText(flow, `closed${error === undefined ? '' : `: ${error.message}`}`));
    }
    try {
      this.#receiver.closed(flow, error, broken);
    } catch (thrown) {
      this.#threw(thrown, flow.remote.host, flow.transport);
    }
  }

  /** A receiver that cannot say keeps the flow. */
  inUse(flow: Flow): boolean {
    try {
      return this.#receiver.inUse(flow);
    } catch (error) {
      this.#threw(error, flow.remote.host, flow.transport);
      return true;
    }
  }

  opened(opening: Opening, flow: Flow): void {
    if (this.#silent) return;
    if (this.#trace.transport.on) this.#trace.transport.write(() => wayText(flow, `is used, ${flow.direction}bound`));
    try {
      opening.opened(flow);
    } catch (error) {
      this.#threw(error, flow.remote.host, flow.transport);
    }
  }

  failed(opening: Opening, code: GatewayErrorCode, reason: string): void {
    if (this.#silent) return;
    if (this.#trace.transport.on) {
      this.#trace.transport.write(
        () => `${traceHead('Transport', 'sipTransport')} no way to the peer (${code}): ${reason}`,
      );
    }
    try {
      opening.failed({ code, reason });
    } catch (error) {
      this.#threw(error, '', '');
    }
  }

  #threw(error: unknown, remote: string, transport: string): void {
    this.#log('RECEIVER_FAILED', { remote, transport, reason: String(error) });
  }
}

function wayText({ id, transport, local, remote }: Flow, what: string): string {
  const way = `${local.host}:${local.port} <-> ${remote.host}:${remote.port}`;
  return `${traceHead('Transport', 'sipTransport')} ${transport} connection ${id} (${way}) ${what}`;
}

import { GatewayError } from '../errors.ts';
import type { Address, Stream, StreamHandler } from '../network.ts';
import type { SimulatedClock } from './clock.ts';

/** What lies between the two ends. */
export interface Wire {
  readonly clock: SimulatedClock;
  isCut(a: string, b: string): boolean;
  carry(from: string, to: string, sender: object, arrive: () => void): void;
  forget(stream: MemoryStream): void;
}

/** One end of a simulated connection. Bytes arrive in order, a latency later, or when the way between the hosts is open again. */
export class MemoryStream implements Stream {
  readonly local: Address;
  readonly remote: Address;
  /** The other end. */
  peer: MemoryStream | undefined;
  readonly #wire: Wire;
  #handler: StreamHandler | undefined;
  #arrived: Buffer[] = [];
  #ended: { readonly error: Error | undefined } | undefined;
  #told = false;
  #isClosing = false;
  #inFlight = 0;
  /** Whoever reads the first bytes before delivery begins. */
  #onArrival: (() => void) | undefined;
  #onClose: ((error: Error | undefined) => void) | undefined;

  constructor(local: Address, remote: Address, wire: Wire) {
    this.local = local;
    this.remote = remote;
    this.#wire = wire;
  }

  preface(take: (arrived: Buffer) => number | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      this.#onArrival = () => {
        const arrived = Buffer.concat(this.#arrived);
        const taken = arrived.length === 0 ? undefined : take(arrived);
        const isOver = this.#ended !== undefined;
        if (taken === undefined && !isOver) return;
        this.#onArrival = undefined;
        if (taken !== undefined) this.#arrived = [arrived.subarray(taken)];
        resolve(taken !== undefined && !isOver);
      };
      this.#onArrival();
    });
  }

  start(handler: StreamHandler): void {
    this.#handler = handler;
    this.#wire.clock.after(0, () => this.#deliver());
  }

  /** Bytes that cannot leave because the way is cut; without a fault everything leaves at once. */
  get queuedBytes(): number {
    return this.#wire.isCut(this.local.host, this.remote.host) ? this.#inFlight : 0;
  }

  write(data: string | Buffer): void {
    if (this.#ended !== undefined || this.#isClosing) return;
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data);
    const { peer } = this;
    this.#inFlight += bytes.length;
    this.#wire.carry(this.local.host, this.remote.host, this, () => {
      this.#inFlight -= bytes.length;
      peer?.arrive(bytes);
    });
  }

  end(): void {
    if (this.#ended !== undefined || this.#isClosing) return;
    this.#isClosing = true;
    const { peer } = this;
    this.#wire.carry(this.local.host, this.remote.host, this, () => {
      peer?.finish(undefined);
      this.finish(undefined);
    });
  }

  destroy(): void {
    if (this.#ended !== undefined) return;
    const { peer } = this;
    this.#wire.carry(this.local.host, this.remote.host, this, () => peer?.finish(undefined));
    this.finish(undefined);
  }

  /** The connection is gone on this side. For the network. */
  finish(error: Error | undefined): void {
    if (this.#ended !== undefined) return;
    this.#ended = { error };
    this.#wire.forget(this);
    this.#onClose?.(error);
    this.#onArrival?.();
    this.#wire.clock.after(0, () => this.#deliver());
  }

  /** As a reset from the network: both ends learn of it. */
  reset(): void {
    this.peer?.finish(new GatewayError('connection-reset', 'read ECONNRESET'));
    this.finish(new GatewayError('connection-reset', 'read ECONNRESET'));
  }

  arrive(bytes: Buffer): void {
    if (this.#ended !== undefined) return;
    if (this.#handler === undefined) {
      this.#arrived.push(bytes);
      this.#onArrival?.();
    } else {
      this.#deliver();
      this.#handler.received(bytes);
    }
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** For a handshake laid over it. */
  onClose(told: ((error: Error | undefined) => void) | undefined): void {
    this.#onClose = told;
  }

  #deliver(): void {
    const handler = this.#handler;
    if (handler === undefined || this.#told) return;
    for (const bytes of this.#arrived.splice(0)) if (bytes.length > 0) handler.received(bytes);
    if (this.#ended === undefined) return;
    this.#told = true;
    handler.closed(this.#ended.error);
  }
}

import type { Address } from '../../io/index.ts';
import type { TransportName } from '../settings.ts';
import type { Flow } from '../transport/index.ts';

/** What a registrar has said to a REGISTER that it took (RFC 3261 10.3). */
export interface Taken {
  /** Of the request it answered. */
  readonly contact: string;
  readonly flow: Flow | undefined;
  /** How long the number is reached there: 0 after it was taken back. */
  readonly seconds: number;
  /** The registrar sends calls on the connection of the request (RFC 5626). */
  readonly isOutbound: boolean;
  /** The way it wants calls to take (RFC 3608). */
  readonly serviceRoute: readonly string[];
}

/** What a registrar knows of a number, and until when. */
export class Binding {
  readonly #now: () => number;
  #taken: Taken | undefined;
  #takenOn: Pick<Flow, 'transport' | 'remote'> | undefined;
  #until = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  take(taken: Taken): void {
    this.#taken = taken;
    this.#takenOn = taken.flow && { transport: taken.flow.transport, remote: taken.flow.remote };
    this.#until = this.#now() + taken.seconds * 1000;
  }

  /** The contact by which it is reached; undefined when the registrar does not know it any more. */
  get contact(): string | undefined {
    return this.isHeld ? this.#taken?.contact : undefined;
  }

  get isHeld(): boolean {
    return this.#now() < this.#until;
  }

  get msLeft(): number {
    return Math.max(0, this.#until - this.#now());
  }

  get serviceRoute(): readonly string[] {
    return this.isHeld ? (this.#taken?.serviceRoute ?? []) : [];
  }

  /** Calls come on the connection of the last REGISTER that was taken, and nowhere else. */
  get isOutbound(): boolean {
    return this.#taken?.isOutbound === true;
  }

  /** Where it was taken, over a transport. */
  placeOver(transport: TransportName): Address | undefined {
    const taken = this.#takenOn;
    return this.isHeld && taken?.transport === transport ? taken.remote : undefined;
  }
}

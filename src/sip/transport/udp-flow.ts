import type { Address, DatagramSocket } from '../../io/index.ts';
import type { MessageTrace } from '../trace.ts';
import type { Flow, Opening } from './flow.ts';
import { Traffic } from './traffic.ts';

/** The largest payload of one IPv4 datagram. */
const largestDatagram = 65_507;

/** Datagrams and openings that may wait while our own address towards a new peer is being found. */
const waitingAtMost = 16;

export interface UdpFlowOwner {
  readonly sweptAt: number;
  readonly messages: MessageTrace;
  /** Whether its peer may be sent so much. */
  maySend(flow: UdpFlow, text: string): boolean;
  echoed(flow: UdpFlow): void;
  used(flow: UdpFlow): void;
  carried(flow: UdpFlow): void;
  sent(flow: UdpFlow): void;
  sendFailed(flow: UdpFlow): void;
}

/** A remote over UDP. All flows of one listener share its socket. */
export class UdpFlow implements Flow {
  readonly id: number;
  readonly transport = 'udp';
  readonly reliable = false;
  readonly provedName = undefined;
  readonly provedNames = [];
  readonly ownNames = [];
  /** Its socket is no longer listened to. */
  draining = false;
  readonly remote: Address;
  readonly tenant: number;
  readonly bind: string | undefined;
  readonly direction: 'in' | 'out';
  readonly socket: DatagramSocket;
  local: Address;
  /** Whether `local` is a real address yet. */
  located: boolean;
  open = true;
  /** We call there by ourselves. */
  isChosen = false;
  /** Whether the screen knew it, and at which sweep. */
  isKnown = false;
  knownAt = Number.NaN;
  /** Calls and registrations that live on it. */
  carried = 0;
  /** Time of the sweep before its last use. */
  usedAt: number;
  readonly traffic: Traffic;
  readonly received: string[] = [];
  readonly openings: Opening[] = [];
  readonly #owner: UdpFlowOwner;

  constructor(
    id: number,
    remote: Address,
    tenant: number,
    bind: string | undefined,
    direction: 'in' | 'out',
    socket: DatagramSocket,
    localHost: string | undefined,
    since: number,
    owner: UdpFlowOwner,
  ) {
    this.id = id;
    this.remote = remote;
    this.tenant = tenant;
    this.bind = bind;
    this.direction = direction;
    this.socket = socket;
    this.local = { host: localHost ?? socket.local.host, port: socket.local.port };
    this.located = localHost !== undefined;
    this.usedAt = owner.sweptAt;
    this.traffic = new Traffic(since);
    this.#owner = owner;
  }

  send(text: string): boolean {
    if (!this.open || text.length > largestDatagram) {
      this.#owner.sendFailed(this);
      return false;
    }
    this.#owner.used(this);
    // As if it were lost: whoever waits for it asks again.
    if (!this.#owner.maySend(this, text)) return true;
    this.traffic.sent(text.length);
    this.socket.send(text, this.remote, this.#failed);
    const { messages } = this.#owner;
    if (messages.on) messages.show('Sent', text);
    this.#owner.sent(this);
    return true;
  }

  carry(change: 1 | -1): void {
    this.carried += change;
    this.#owner.carried(this);
  }

  keptAlive(): void {
    // Only connections of ours are: a registration over UDP offers no outbound.
  }

  echoed(): void {
    this.#owner.echoed(this);
  }

  aliasOffered(): void {
    // There is nothing to reuse.
  }

  abort(): void {
    // The next datagram stands for itself.
  }

  /** Whether one more may wait for `located`. */
  get mayWait(): boolean {
    return this.received.length + this.openings.length < waitingAtMost;
  }

  readonly #failed = (): void => this.#owner.sendFailed(this);
}

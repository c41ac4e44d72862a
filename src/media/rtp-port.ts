import type { Address, DatagramHandler, DatagramSocket } from '../io/index.ts';
import { type PayloadMap, renumber } from './payload-map.ts';

/** RFC 3550 5.1: what stands before the payload, without contributing sources. */
const headerBytes = 12;

/**
 * One UDP port for RTP. It counts what comes from the peer its user named, and only that; strangers are counted apart
 * and dropped, so that nobody can push audio into a call by guessing a port. It is its socket's handler for life, so
 * that a packet costs no closure.
 */
export class RtpPort implements DatagramHandler {
  /** Packets and payload bytes from the peer, and those sent to it; since the port was handed out. */
  receivedPackets = 0;
  receivedBytes = 0;
  sentPackets = 0;
  sentBytes = 0;
  /** Packets from anywhere else. */
  strayPackets = 0;

  #local: Address;
  #socket: DatagramSocket | undefined;
  #inUse = false;
  #broken = false;
  #closed = false;
  #remote: Address | undefined;
  #relay: RtpPort | undefined;
  #renumbering: PayloadMap | undefined;
  /** Takes what the other side has not agreed to. */
  #refused: ((packet: Buffer) => void) | undefined;
  #onFailure: (() => void) | undefined;
  readonly #freed: (port: RtpPort) => void;

  constructor(local: Address, freed: (port: RtpPort) => void) {
    this.#local = local;
    this.#freed = freed;
  }

  get local(): Address {
    return this.#local;
  }
  get remote(): Address | undefined {
    return this.#remote;
  }
  get bound(): boolean {
    return this.#socket !== undefined;
  }
  get inUse(): boolean {
    return this.#inUse;
  }
  /** The socket failed, or could not be bound: the port is of no more use. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Names the peer: only its packets count. Undefined: nobody's do. */
  pin(remote: Address | undefined): void {
    this.#remote = remote;
  }

  /** Hands the peer's packets on through `other`, to that port's peer, in its numbers; what it has no number for goes to `refused`. Undefined: they are only counted. */
  relayTo(other: RtpPort | undefined, renumbering?: PayloadMap, refused?: (packet: Buffer) => void): void {
    this.#refused = refused;
    this.#relay = other;
    this.#renumbering = renumbering;
  }

  /** Calls `then` once if the port cannot be bound after all, or fails while in use. */
  onFailure(then: () => void): void {
    if (this.#broken) then();
    else this.#onFailure = then;
  }

  send(packet: Buffer): void {
    if (this.#remote === undefined || this.#socket === undefined) return;
    this.sentPackets++;
    this.sentBytes += Math.max(0, packet.length - headerBytes);
    this.#socket.send(packet, this.#remote);
  }

  /** Gives the port back; late packets are dropped from here on. */
  free(): void {
    if (!this.#inUse) return;
    this.#inUse = false;
    this.#remote = undefined;
    this.#relay = undefined;
    this.#renumbering = undefined;
    this.#refused = undefined;
    this.#onFailure = undefined;
    this.#freed(this);
  }

  received(data: Buffer, from: Address): void {
    if (!this.#inUse) return;
    const remote = this.#remote;
    if (remote === undefined || from.port !== remote.port || from.host !== remote.host) {
      this.strayPackets++;
      return;
    }
    this.receivedPackets++;
    this.receivedBytes += Math.max(0, data.length - headerBytes);
    if (this.#relay === undefined) return;
    if (this.#renumbering === undefined || renumber(data, this.#renumbering)) this.#relay.send(data);
    else this.#refused?.(data);
  }

  /** The socket's error: a user is told, an idle port is thrown away when its turn comes. */
  failed(_error: Error): void {
    this.fail();
  }

  /** For the pool: the port is somebody's now. */
  handOut(): this {
    this.#inUse = true;
    this.receivedPackets = 0;
    this.receivedBytes = 0;
    this.sentPackets = 0;
    this.sentBytes = 0;
    this.strayPackets = 0;
    return this;
  }

  /** For the pool: another number, before it is bound. */
  move(port: number): void {
    this.#local = { host: this.#local.host, port };
  }

  /** For the pool: the socket is there. */
  open(socket: DatagramSocket): void {
    if (this.#closed) socket.close();
    else this.#socket = socket;
  }

  /** For the pool: it could not be bound. */
  fail(): void {
    if (this.#broken) return;
    this.#broken = true;
    const then = this.#onFailure;
    this.#onFailure = undefined;
    then?.();
  }

  close(): void {
    this.#closed = true;
    this.#inUse = false;
    this.#socket?.close();
    this.#socket = undefined;
  }
}

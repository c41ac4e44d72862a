import type { Address, Stream, StreamHandler, Timer, TlsPeer } from '../../io/index.ts';
import { Framer, type FramerLimits } from '../message/index.ts';
import type { MessageTrace } from '../trace.ts';
import type { ConnectionAlias } from './connection-alias.ts';
import type { Flow, Opening } from './flow.ts';
import { Keepalive } from './keepalive.ts';
import type { GivenCredentials, JudgedPeer } from './policy.ts';
import { beginsLikeProxy } from './proxy-header.ts';
import { Traffic } from './traffic.ts';

/** Bytes and messages not yet taken by the system, after which a send fails. */
const queuedBytesAtMost = 1024 * 1024;
const queuedMessagesAtMost = 2000;
/** Requests that may wait for one connection to be established. */
const openingsAtMost = 1000;
/** An unfinished message, or a queue the peer does not take, older than this closes the connection. */
const stalledMs = 30_000;
/** For so long after the last message a peer's keepalives keep its connection: whoever does nothing else is let go some time. */
const keptByPingsMs = 24 * 3_600_000;
/** The first byte of a TLS client; no SIP message begins so. */
const tlsHandshake = 0x16;

export type ConnectionState = 'Connecting' | 'Handshake' | 'Established' | 'Closed';

/** Why a connection ended: decides what is counted. */
export type EndCause =
  | 'remote'
  | 'local'
  | 'aged'
  | 'cleared'
  | 'moved'
  | 'shed'
  | 'fatal'
  | 'refused'
  | 'not-established';

export interface ConnectionOwner {
  message(text: string, connection: StreamConnection): void;
  sendFailed(connection: StreamConnection): void;
  queued(size: number, connection: StreamConnection): void;
  /** A message came or went, told once a sweep. */
  used(connection: StreamConnection): void;
  /** It holds so many bytes of an unfinished message more, or fewer. */
  holds(connection: StreamConnection, by: number, isEmpty: boolean): void;
  /** Its maker may be called on it by another name and port than it came from. */
  aliasOffered(connection: StreamConnection, sentBy: Address): void;
  /** Calls began or ended on it. */
  carriedChanged(connection: StreamConnection): void;
  /** The one and last event; the connection is out of every table afterwards. */
  ended(connection: StreamConnection, cause: EndCause, error: Error | undefined): void;
  readonly sweptAt: number;
  readonly messages: MessageTrace;
}

export interface ConnectionOptions {
  readonly transport: 'tcp' | 'tls';
  readonly remote: Address;
  readonly tenant: number;
  readonly bind?: string | undefined;
  readonly direction: 'in' | 'out';
  /** Key of the upper table beside the address; '' for TCP of no tenant. */
  readonly identity: string;
  /** Monotonic milliseconds. */
  readonly since: number;
  /** TLS: the DNS name we want to reach. */
  readonly asked?: string | undefined;
  /** The proxy that says it speaks for `remote`. */
  readonly via?: Address | undefined;
}

/** One TCP or TLS connection, from its first attempt to its end. It has one way to end: `end`. */
export class StreamConnection implements Flow, StreamHandler {
  readonly id: number;
  readonly transport: 'tcp' | 'tls';
  readonly reliable = true;
  readonly remote: Address;
  readonly tenant: number;
  readonly bind: string | undefined;
  readonly direction: 'in' | 'out';
  readonly identity: string;
  readonly traffic: Traffic;
  readonly asked: string | undefined;
  readonly via: Address | undefined;
  /** TLS: by what this handshake was begun. */
  credentials: GivenCredentials | undefined;
  /** The first record of a client, until the handshake is over. */
  hello: Buffer | undefined;
  state: ConnectionState;
  provedName: string | undefined;
  provedNames: readonly string[] = [];
  peer: TlsPeer | undefined;
  /** As whom our policy accepted the peer of a TLS connection, and how long that holds. */
  judged: { readonly subject: JudgedPeer; readonly validUntil?: number | undefined } | undefined;
  /** As whom its maker may be called on it. */
  alias: ConnectionAlias | undefined;
  /** Whoever waits for it to be established. */
  openings: Opening[] = [];
  /** Limit of its set-up. */
  deadline: Timer | undefined;
  /** Whether `clear ... id` ended it: its entry in the upper table stays then. */
  keepsEntry = false;
  /** Why it is to end with its last dialog. */
  leaves: 'cleared' | 'moved' | undefined;
  heard = false;
  /** Whether a whole message was ever heard. */
  spoke = false;
  /** Whether it was established when it ended. */
  wasOpen = false;
  usedAt: number;
  #local: Address | undefined;
  /** The TCP connection while TLS is being set up on it. */
  #bare: Stream | undefined;
  #stream: Stream | undefined;
  #queue = 0;
  #stalledSince: number | undefined;
  #stalledBytes = 0;
  /** Calls and registrations that live on it. */
  carried = 0;
  /** The last keepalive of the peer. */
  #pingHeardAt = 0;
  readonly #keepalive: Keepalive;
  #framer = new Framer();
  /** What the owner knows to be held of an unfinished message. */
  #held = 0;
  readonly #owner: ConnectionOwner;

  constructor(id: number, options: ConnectionOptions, owner: ConnectionOwner) {
    this.id = id;
    this.transport = options.transport;
    this.remote = options.remote;
    this.tenant = options.tenant;
    this.bind = options.bind;
    this.direction = options.direction;
    this.identity = options.identity;
    this.traffic = new Traffic(options.since);
    this.#keepalive = new Keepalive(id);
    this.asked = options.asked;
    this.via = options.via;
    this.state = 'Connecting';
    this.usedAt = owner.sweptAt;
    this.#owner = owner;
  }

  get open(): boolean {
    return this.state === 'Established';
  }

  get draining(): boolean {
    return this.leaves !== undefined;
  }

  get ended(): boolean {
    return this.state === 'Closed';
  }

  get local(): Address {
    return this.#local ?? { host: '0.0.0.0', port: 0 };
  }

  get knownLocal(): Address | undefined {
    return this.#local;
  }

  /** Messages waiting for the connection, or for the system to take them. */
  get queue(): number {
    if (this.#stream?.queuedBytes === 0) this.#queue = 0;
    return this.#queue + this.openings.length;
  }

  /** TCP is there; for TLS the handshake begins. */
  connected(stream: Stream): void {
    this.#local = stream.local;
    this.#bare = stream;
    if (this.transport === 'tls') this.state = 'Handshake';
  }

  /** From here on messages flow, so large at most. Returns everybody who waited, to be told. */
  established(stream: Stream, framing: FramerLimits): readonly Opening[] {
    this.#framer = new Framer(framing);
    this.state = 'Established';
    this.#local = stream.local;
    this.#bare = undefined;
    this.hello = undefined;
    this.#stream = stream;
    this.deadline?.cancel();
    stream.start(this);
    return this.takeOpenings();
  }

  takeOpenings(): readonly Opening[] {
    const openings = this.openings;
    this.openings = [];
    return openings;
  }

  /** False: too many wait already. */
  wait(opening: Opening): boolean {
    if (this.openings.length >= openingsAtMost) return false;
    this.openings.push(opening);
    this.#owner.queued(this.openings.length, this);
    return true;
  }

  send(text: string): boolean {
    const stream = this.#stream;
    if (this.state !== 'Established' || stream === undefined) return this.#notSent();
    const bytes = stream.queuedBytes;
    if (bytes === 0) this.#queue = 0;
    else if (bytes > queuedBytesAtMost || this.#queue >= queuedMessagesAtMost) return this.#notSent();
    stream.write(text);
    this.traffic.sent(text.length);
    const { messages } = this.#owner;
    if (messages.on) messages.show('Sent', text);
    this.#used();
    this.#queue++;
    this.#owner.queued(this.#queue, this);
    return true;
  }

  carry(change: 1 | -1): void {
    this.carried += change;
    this.#owner.carriedChanged(this);
  }

  keptAlive(seconds: number | undefined): void {
    this.#keepalive.demanded(seconds);
  }

  echoed(): void {
    // A connection proves its address by itself.
  }

  aliasOffered(sentBy: Address): void {
    this.#owner.aliasOffered(this, sentBy);
  }

  get ownNames(): readonly string[] {
    return this.credentials?.names ?? [];
  }

  abort(reason: string): void {
    this.end('fatal', new Error(reason));
  }

  received(data: Buffer): void {
    if (this.state !== 'Established') return;
    if (!this.heard && this.transport === 'tcp' && data[0] === tlsHandshake) {
      return this.end('fatal', new Error('a TLS handshake came to the port of plain TCP'));
    }
    this.heard = true;
    this.#keepalive.heard();
    this.traffic.received(data.length);
    const frames = this.#framer.push(data);
    this.#holds(this.#framer.held);
    if (this.ended) return;
    for (const frame of frames) {
      if (frame.kind === 'message') {
        this.#stalledSince = undefined;
        this.spoke = true;
        this.#used();
        this.traffic.understood();
        if (beginsLikeProxy(frame.text))
          this.end('fatal', new Error('a PROXY header from an address that is not listed'));
        else this.#owner.message(frame.text, this);
      } else if (frame.kind === 'ping') {
        this.#pingHeardAt = this.#owner.sweptAt;
        this.#stream?.write('\r\n');
      } else if (frame.kind === 'pong') this.#keepalive.ponged();
      else if (frame.kind === 'fatal') this.end('fatal', new Error(frame.reason));
      if (this.ended) return;
    }
    if (!this.#framer.isPartial) this.#stalledSince = undefined;
  }

  #holds(held: number): void {
    const by = held - this.#held;
    this.#held = held;
    if (by !== 0) this.#owner.holds(this, by, held === 0);
  }

  closed(error?: Error): void {
    this.end('remote', error);
  }

  /**
   * Whether nothing has held it for so long. Calls and registrations hold it, and keepalives of a peer that has spoken: for a day
   * after its last message, so that a stranger cannot hold a connection by line ends.
   */
  isIdle(now: number, limitMs: number): boolean {
    if (this.carried > 0) return false;
    const isKept = this.spoke && now - this.usedAt < keptByPingsMs;
    return now - (isKept ? Math.max(this.usedAt, this.#pingHeardAt) : this.usedAt) >= limitMs;
  }

  /** Sends a keepalive when one is due. What is told is why the connection is dead. For the sweep. */
  keepAlive(now: number): string | undefined {
    if (this.#keepalive.isDead(now)) return 'the peer no longer answers keepalives';
    if (this.direction !== 'out' || this.carried === 0) return undefined;
    if (this.#keepalive.isDue(now, this.usedAt)) this.#stream?.write('\r\n\r\n');
    return undefined;
  }

  /** Looks for a peer that stopped in the middle of a message, or no longer reads. For the sweep. */
  stalled(now: number): string | undefined {
    const bytes = this.#stream?.queuedBytes ?? 0;
    const stuck = bytes > 0 && bytes === this.#stalledBytes;
    this.#stalledBytes = bytes;
    if (!this.#framer.isPartial && !stuck) {
      this.#stalledSince = undefined;
      return undefined;
    }
    this.#stalledSince ??= now;
    if (now - this.#stalledSince < stalledMs) return undefined;
    return this.#framer.isPartial ? 'a message stayed unfinished' : 'the peer does not read';
  }

  /** Ends it, in whatever state it is, whether the set-up or the peer is to blame or nobody; later calls do nothing. What is queued is still sent when it ends in good order. */
  end(cause: EndCause, error?: Error): void {
    if (this.ended) return;
    this.wasOpen = this.open;
    this.state = 'Closed';
    this.deadline?.cancel();
    this.#bare?.destroy();
    if (error === undefined) this.#stream?.end();
    else this.#stream?.destroy();
    this.#framer = new Framer();
    this.#holds(0);
    this.#owner.ended(this, cause, error);
  }

  #used(): void {
    if (this.usedAt === this.#owner.sweptAt) return;
    this.usedAt = this.#owner.sweptAt;
    this.#owner.used(this);
  }

  #notSent(): false {
    this.#owner.sendFailed(this);
    return false;
  }
}

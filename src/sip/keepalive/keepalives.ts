import type { Clock, Random, Timer } from '../../io/index.ts';
import { Deadlines } from '../transaction/index.ts';
import { firstHeartbeat, type Heartbeat } from './heartbeat.ts';
import { Keepalive, type KeepaliveHost, type KeepaliveOwner } from './keepalive.ts';
import type { KeepaliveTarget } from './keepalive-target.ts';
import type { KeepaliveLog } from './messages.ts';

/** How a place is, for whoever routes calls and for displays. */
export interface KeepaliveState extends Heartbeat {
  /** Counted from 1; 0: it is not asked. */
  readonly id: number;
}

export interface KeepaliveParts {
  readonly host: KeepaliveHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: KeepaliveLog;
}

/** Places asked at once; more are taken for active. */
const most = 5000;
/** The first OPTIONS of many places leave this long after one another, at random. */
const apartMs = 20;

/** The owner of all keepalives and of one timer for them. */
export class Keepalives implements KeepaliveOwner {
  readonly host: KeepaliveHost;
  readonly log: KeepaliveLog;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #live = new Map<string, Keepalive>();
  readonly #deadlines = new Deadlines<Keepalive>();
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #lastId = 0;

  constructor({ host, log, clock, random }: KeepaliveParts) {
    this.host = host;
    this.log = log;
    this.#clock = clock;
    this.#random = random;
  }

  /** Asks these and no others. A place that is wanted as before keeps its state. */
  follow(wanted: ReadonlyMap<string, KeepaliveTarget>): void {
    for (const [key, keepalive] of this.#live) {
      if (wanted.has(key)) continue;
      this.#live.delete(key);
      keepalive.end();
    }
    const fresh = [...wanted].filter(([key]) => !this.#live.has(key)).slice(0, most - this.#live.size);
    for (const [key, target] of fresh) {
      const firstAt = this.host.now() + this.#fraction() * apartMs * fresh.length;
      const keepalive = new Keepalive(this, target, ++this.#lastId, firstAt);
      this.#live.set(key, keepalive);
      this.rescheduled(keepalive);
    }
  }

  stateOf(key: string): KeepaliveState {
    const known = this.#live.get(key);
    return known === undefined ? { id: 0, ...firstHeartbeat } : { id: known.id, ...known.heartbeat };
  }

  /** Asks nobody any more. */
  stop(): void {
    this.follow(new Map());
    this.#timer?.cancel();
  }

  rescheduled(keepalive: Keepalive): void {
    this.#deadlines.set(keepalive);
    this.#arm();
  }

  #fraction(): number {
    return this.#random.bytes(4).readUInt32LE() / 2 ** 32;
  }

  #arm(): void {
    const { next } = this.#deadlines;
    if (next >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = next;
    this.#timer = this.#clock.after(Math.max(0, next - this.host.now()), () => this.#fire());
  }

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.host.now();
    for (let due = this.#deadlines.due(now); due !== undefined; due = this.#deadlines.due(now)) due.woken();
    this.#arm();
  }
}

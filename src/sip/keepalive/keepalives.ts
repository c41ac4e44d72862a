import type { Clock, Random } from '../../io/index.ts';
import { DeadlineTimer } from '../agent/deadline-timer.ts';
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
  readonly #random: Random;
  readonly #live = new Map<string, Keepalive>();
  readonly #deadlines = new Deadlines<Keepalive>();
  readonly #timer: DeadlineTimer;
  #lastId = 0;

  constructor({ host, log, clock, random }: KeepaliveParts) {
    this.host = host;
    this.log = log;
    this.#timer = new DeadlineTimer(clock, (now) => this.#fire(now));
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
    this.#timer.stop();
  }

  rescheduled(keepalive: Keepalive): void {
    this.#deadlines.set(keepalive);
    this.#timer.arm(this.#deadlines.next);
  }

  #fraction(): number {
    return this.#random.bytes(4).readUInt32LE() / 2 ** 32;
  }

  #fire(now: number): void {
    for (let due = this.#deadlines.due(now); due !== undefined; due = this.#deadlines.due(now)) due.woken();
    this.#timer.arm(this.#deadlines.next);
  }
}

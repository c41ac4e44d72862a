import type { SipStatistics } from '../report.ts';
import type { MessageTally } from '../session.ts';

type Direction = 'in' | 'out';

const methods = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'PRACK',
  'SUBSCRIBE',
  'NOTIFY',
  'REFER',
  'INFO',
  'UPDATE',
  'MESSAGE',
  'PUBLISH',
  'other',
] as const;

/** Room for a method's number beside a status. */
const perStatus = 16;

type Counts = Readonly<Record<Direction, Map<number, number>>>;

/**
 * What `show sip-ua statistics` counts: every message that arrives or leaves, repetitions too, by method and, for responses, by
 * status. Methods we do not know are counted together. Counting makes no garbage: keys are numbers.
 */
export class StatisticsCounter implements MessageTally {
  readonly #requests: Counts = { in: new Map(), out: new Map() };
  readonly #responses: Counts = { in: new Map(), out: new Map() };
  readonly #retries = new Map<number, number>();
  #responseRetries = 0;
  #provisionalRetries = 0;
  #clearedAt: number | undefined;

  /** `clearedAt`: wall clock of a clear before it was made. */
  constructor(clearedAt?: number) {
    this.#clearedAt = clearedAt;
  }

  request(direction: Direction, method: string): void {
    count(this.#requests[direction], numberOf(method));
  }

  response(direction: Direction, status: number, method: string): void {
    count(this.#responses[direction], status * perStatus + numberOf(method));
  }

  /** A request of ours sent once more. */
  requestAgain(method: string): void {
    count(this.#retries, numberOf(method));
  }

  /** A response of ours sent once more; a provisional one is, when it wants a PRACK. */
  responseAgain(status: number): void {
    if (status < 200) this.#provisionalRetries++;
    else this.#responseRetries++;
  }

  /** `now`: wall clock. */
  clear(now: number): void {
    this.#clearedAt = now;
    this.#retries.clear();
    this.#responseRetries = 0;
    this.#provisionalRetries = 0;
    for (const direction of ['in', 'out'] as const) {
      this.#requests[direction].clear();
      this.#responses[direction].clear();
    }
  }

  report(): SipStatistics {
    return {
      requests: both(this.#requests, nameOf),
      responses: both(this.#responses, (key) => `${Math.floor(key / perStatus)} ${nameOf(key % perStatus)}`),
      retries: {
        ...Object.fromEntries([...this.#retries].map(([key, times]) => [nameOf(key), times])),
        response: this.#responseRetries,
        rel1xx: this.#provisionalRetries,
      },
      ...(this.#clearedAt === undefined ? {} : { clearedAt: this.#clearedAt }),
    };
  }
}

function nameOf(key: number): string {
  return methods[key] ?? 'other';
}

function numberOf(method: string): number {
  const at = (methods as readonly string[]).indexOf(method);
  return at < 0 ? methods.length - 1 : at;
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function both(counts: Counts, name: (key: number) => string): SipStatistics['requests'] {
  const keys = new Set([...counts.in.keys(), ...counts.out.keys()]);
  return Object.fromEntries(
    [...keys].map((key) => [name(key), { in: counts.in.get(key) ?? 0, out: counts.out.get(key) ?? 0 }]),
  );
}

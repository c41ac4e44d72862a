import type { Clock, Timer } from './clock.ts';
import type { Instant } from './stamp.ts';

/** One thing that `debug` can show. Who has something to show asks `on` first: that is all it costs when it is off. */
export interface DebugTopic {
  readonly on: boolean;
  /** Shows a text, made later and only if it is shown: by then nothing of the traffic waits for it. */
  write(text: () => string): void;
}

/** For whoever was given no hub. */
export const silentTopic: DebugTopic = { on: false, write: () => undefined };

/** Where debug texts go, and what the time is there. */
export interface DebugSink {
  debug(text: string, at: Instant): void;
  instant(): Instant;
  /** So many messages were not shown since it was last told. */
  limited(count: number): void;
}

export interface DebugLimits {
  /** Messages that wait to be shown; what comes on top is dropped and counted. */
  readonly waiting: number;
  /** How often, and how many then. */
  readonly everyMs: number;
  readonly atOnce: number;
  /** While more and more is dropped: after how many such times it is told. */
  readonly tellEvery: number;
}

const debugLimits: DebugLimits = { waiting: 500, everyMs: 50, atOnce: 25, tellEvery: 20 };

class Topic implements DebugTopic {
  on = false;
  readonly #hub: (text: () => string) => void;

  constructor(hub: (text: () => string) => void) {
    this.#hub = hub;
  }

  write(text: () => string): void {
    if (this.on) this.#hub(text);
  }
}

/**
 * The owner of every debug topic and of one bounded queue. What is shown is shown by a timer, so that no call waits for a
 * terminal; what is more than can be read is dropped, and a line says how much.
 */
export class DebugHub {
  readonly #clock: Clock;
  readonly #sink: DebugSink;
  readonly #limits: DebugLimits;
  readonly #topics = new Map<string, Topic>();
  readonly #queue: { readonly text: () => string; readonly at: Instant }[] = [];
  #dropped = 0;
  #untold = 0;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(clock: Clock, sink: DebugSink, limits: DebugLimits = debugLimits) {
    this.#clock = clock;
    this.#sink = sink;
    this.#limits = limits;
  }

  /** The topic of that name: `ccsip messages`. Made when first asked for, switched off. */
  topic(name: string): DebugTopic {
    return this.#topic(name);
  }

  /** The topics that are on, in the order they were made. */
  active(): readonly string[] {
    return [...this.#topics].flatMap(([name, { on }]) => (on ? [name] : []));
  }

  set(name: string, on: boolean): void {
    if (!this.#isClosed) this.#topic(name).on = on;
  }

  /** Switches everything off. What waits already is shown first: nothing comes behind the word that ends it. */
  allOff(): void {
    for (const topic of this.#topics.values()) topic.on = false;
    this.#timer?.cancel();
    this.#show(this.#limits.waiting);
  }

  close(): void {
    this.allOff();
    this.#isClosed = true;
  }

  #topic(name: string): Topic {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const topic = new Topic((text) => this.#add(text));
    this.#topics.set(name, topic);
    return topic;
  }

  #add(text: () => string): void {
    if (this.#queue.length >= this.#limits.waiting) {
      this.#dropped++;
      return;
    }
    this.#queue.push({ text, at: this.#sink.instant() });
    this.#timer ??= this.#clock.after(this.#limits.everyMs, () => this.#show());
  }

  #show(most = this.#limits.atOnce): void {
    this.#timer = undefined;
    for (const { text, at } of this.#queue.splice(0, most)) this.#sink.debug(printed(text), at);
    const isEmpty = this.#queue.length === 0;
    if (!isEmpty) this.#timer = this.#clock.after(this.#limits.everyMs, () => this.#show());
    if (this.#dropped > 0 && (isEmpty || ++this.#untold >= this.#limits.tellEvery)) this.#tell();
  }

  #tell(): void {
    this.#sink.limited(this.#dropped);
    this.#dropped = 0;
    this.#untold = 0;
  }
}

/** A fault in a text's maker must not reach the timer. */
function printed(text: () => string): string {
  try {
    return text().replace(/[^\x20-\x7e\n\t]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  } catch (error) {
    return `(this debug message could not be made: ${String(error)})`;
  }
}

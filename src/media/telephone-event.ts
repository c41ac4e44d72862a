/** A key that was pressed, and how long. */
export interface Digit {
  /** One of `0` to `9`, `*`, `#`, `A` to `D`. */
  readonly key: string;
  readonly durationMs: number;
}

const keys = '0123456789*#ABCD';
/** RFC 3550 5.1: what stands before the payload, without contributing sources. */
const headerBytes = 12;
/** RFC 4733: of a clock of 8000 Hz. */
const unitsInMs = 8;
/** What is farther behind belongs to a stream that has begun anew: five seconds. */
const latestUnits = 40_000;

/**
 * Reads keys out of packets of telephone events (RFC 4733 2.3). Of one key there are many, its end comes three times: it is told
 * once, with the end that arrives first, or, where all three are lost, with the beginning of the next one.
 */
export class TelephoneEvents {
  #timestamp = -1;
  #key = '';
  #durationMs = 0;
  #isTold = true;

  /** Keys that are over now, in their order. */
  read(packet: Buffer): readonly Digit[] {
    const at = headerBytes + 4 * ((packet[0] ?? 0) & 0x0f);
    if (packet.length < at + 4 || ((packet[0] ?? 0) & 0x10) !== 0) return [];
    const key = keys[packet[at] ?? 0xff];
    if (key === undefined) return [];
    const timestamp = packet.readUInt32BE(4);
    if (this.#isOvertaken(timestamp)) return [];
    const isEnd = ((packet[at + 1] ?? 0) & 0x80) !== 0;
    const over = timestamp === this.#timestamp ? [] : this.#begin(timestamp, key);
    this.#durationMs = Math.max(this.#durationMs, Math.round(packet.readUInt16BE(at + 2) / unitsInMs));
    return isEnd ? [...over, ...this.#end()] : over;
  }

  /** A packet of a key before the one that is pressed now, late: it must not press its key again. */
  #isOvertaken(timestamp: number): boolean {
    const behind = (this.#timestamp - timestamp) | 0;
    return this.#timestamp >= 0 && behind > 0 && behind < latestUnits;
  }

  #begin(timestamp: number, key: string): readonly Digit[] {
    const over = this.#end();
    this.#timestamp = timestamp;
    this.#key = key;
    this.#durationMs = 0;
    this.#isTold = false;
    return over;
  }

  #end(): readonly Digit[] {
    if (this.#isTold) return [];
    this.#isTold = true;
    return [{ key: this.#key, durationMs: this.#durationMs }];
  }
}

import { extensionsOf, need, tags, Unreadable } from './fields.ts';
import { TlvReader, timeOf } from './tlv.ts';

/** reasonCode, invalidityDate and holdInstruction change nothing: revoked is revoked. */
const knownOfEntry = new Set(['2.5.29.21', '2.5.29.24', '2.5.29.23']);
const oneByteLength = 0x80;
/** Some two milliseconds of work. */
const entriesAtOnce = 2000;

/**
 * The serial numbers of a CRL. A large CRL has a hundred thousand, and everybody waits while they are read: so they are read
 * when the CRL is proved only, some at a time, in one pass that makes a short string of each and nothing else.
 */
export class RevokedList {
  readonly #der: Buffer;
  readonly #start: number;
  readonly #end: number;
  /** Where the time stands, by the octets of the serial number. */
  readonly #times = new Map<string, number>();

  /** `start` and `end`: the content of `revokedCertificates`, nothing when the field is absent. */
  constructor(der: Buffer, start = 0, end = 0) {
    this.#der = der;
    this.#start = start;
    this.#end = end;
  }

  /**
   * To be called once, before anything is asked: reads so many entries at a time, and `pauses` for others in between. Rejects
   * with `Unreadable`.
   */
  async read(pauses: () => Promise<void>): Promise<void> {
    let count = 0;
    for (let at = this.#start; at < this.#end; ) {
      at = this.#readEntry(at, this.#end);
      if (++count % entriesAtOnce === 0) await pauses();
    }
  }

  get size(): number {
    return this.#times.size;
  }

  /** When a certificate was revoked, milliseconds since the epoch, 0 when the date makes no sense; undefined: it was not. */
  revokedAt(serial: string): number | undefined {
    const at = this.#times.get(octetsOf(serial));
    if (at === undefined) return undefined;
    return timeOf(this.#der, need(new TlvReader(this.#der, at).next())) ?? 0;
  }

  /** Whether both name the same certificates. */
  async equals(other: RevokedList, pauses: () => Promise<void>): Promise<boolean> {
    if (this.size !== other.size) return false;
    let count = 0;
    for (const serial of this.#times.keys()) {
      if (!other.#times.has(serial)) return false;
      if (++count % entriesAtOnce === 0) await pauses();
    }
    return true;
  }

  /** The place behind the entry at `at`. */
  #readEntry(at: number, limit: number): number {
    const end = this.#endOf(at, tags.sequence, limit);
    const serial = this.#contentOf(at);
    const time = this.#endOf(serial, tags.integer, end);
    const rest = this.#endOf(time, this.#der[time] === 0x17 ? 0x17 : 0x18, end);
    if (rest < end) this.#readExtensions(rest, end);
    const first = this.#contentOf(serial);
    // The octet that only keeps a number positive is none of its own.
    const from = this.#der[first] === 0 && time - first > 1 ? first + 1 : first;
    this.#times.set(this.#der.toString('latin1', from, time), time);
    return end;
  }

  #readExtensions(at: number, end: number): void {
    if (this.#endOf(at, tags.sequence, end) !== end) throw new Unreadable();
    if (!mayBeCritical(this.#der, at, end)) return;
    const unknown = extensionsOf(this.#der, new TlvReader(this.#der, this.#contentOf(at), end)).find(
      (one) => one.critical && !knownOfEntry.has(one.id),
    );
    if (unknown !== undefined) throw new Unreadable(`the CRL has an unknown critical entry extension ${unknown.id}`);
  }

  #contentOf(at: number): number {
    const length = this.#der[at + 1]!;
    return at + 2 + (length < oneByteLength ? 0 : length & 0x7f);
  }

  /** The place behind the element at `at`, which must have this tag and end within the limit. */
  #endOf(at: number, tag: number, limit: number): number {
    const first = this.#der[at + 1];
    if (this.#der[at] !== tag || first === undefined) throw new Unreadable();
    const octets = first & 0x7f;
    if (first >= oneByteLength && (octets === 0 || octets > 3 || at + 2 + octets > limit)) throw new Unreadable();
    const end = first < oneByteLength ? at + 2 + first : at + 2 + octets + this.#der.readUIntBE(at + 2, octets);
    if (end > limit) throw new Unreadable();
    return end;
  }
}

/** Whether the bytes hold what DER writes for "critical". */
function mayBeCritical(der: Buffer, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at++) {
    if (der[at] === tags.boolean && der[at + 1] === 1 && der[at + 2] === 0xff) return true;
  }
  return false;
}

/** From upper-case hex, as `Certificate` has it. */
function octetsOf(serial: string): string {
  return Buffer.from(serial, 'hex').toString('latin1');
}

import { isBlankCode, matchesAt } from './characters.ts';

export interface FramerLimits {
  /** Bytes of start line and headers, the empty line included. */
  readonly head: number;
  /** Largest Content-Length. */
  readonly body: number;
}

/**
 * What a stream held. `ping` (a double CRLF) wants a single CRLF back, `pong` (a single one) is that answer; of either, one
 * is told for each run of them in a chunk. After `fatal` the connection must be closed: nothing more is read from it.
 */
export type Frame =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'fatal'; readonly reason: string };

const ping: Frame = { kind: 'ping' };
const pong: Frame = { kind: 'pong' };
const defaults: FramerLimits = { head: 16_384, body: 65_536 };
const empty = Buffer.alloc(0);

/**
 * Cuts the bytes of one connection into messages by Content-Length (RFC 3261 18.3) and answers for RFC 5626 4.4.1
 * keepalives. What is kept never exceeds the limits, nor does a declared length allocate anything; every byte is looked at
 * once, however small the chunks.
 */
export class Framer {
  readonly #limits: FramerLimits;
  /** Bytes of the unfinished message. */
  #held: Buffer = empty;
  #heldLength = 0;
  /** How much of CR LF CR LF stands at the end of what is held. */
  #matched = 0;
  /** Bytes still missing of the body; -1 while the head is unfinished. */
  #missing = -1;
  /** Line ends seen since the last message, in characters: 0 to 3. */
  #idle = 0;
  #isDead = false;

  constructor(limits: Partial<FramerLimits> = defaults) {
    this.#limits = { ...defaults, ...limits };
  }

  /** Whether a message has begun and is not whole: the owner's deadline for slow senders runs while this is so. */
  get isPartial(): boolean {
    return this.#heldLength > 0;
  }

  /** The memory that the unfinished message takes. */
  get held(): number {
    return this.#held.length;
  }

  /** Takes the next bytes, which may be overwritten afterwards, and returns what they completed. */
  push(chunk: Buffer): readonly Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    let text = '';
    while (at < chunk.length && !this.#isDead) {
      if (this.#heldLength > 0) {
        at = this.#missing < 0 ? this.#takeHead(chunk, at, frames) : this.#takeBody(chunk, at, frames);
        continue;
      }
      at = this.#skipLineEnds(chunk, at, frames);
      if (at >= chunk.length || this.#isDead) break;
      if (text === '') text = chunk.toString('latin1');
      at = this.#cut(text, chunk, at, frames);
    }
    return frames;
  }

  #fatal(frames: Frame[], reason: string): void {
    this.#isDead = true;
    this.#held = empty;
    this.#heldLength = 0;
    frames.push({ kind: 'fatal', reason });
  }

  /** Line ends between messages: keepalives, or padding that is to be ignored (RFC 3261 7.5). */
  #skipLineEnds(chunk: Buffer, start: number, frames: Frame[]): number {
    let at = start;
    let told: Frame | undefined;
    for (; at < chunk.length; at++) {
      const code = chunk[at]!;
      if (code !== ((this.#idle & 1) === 0 ? 13 : 10)) break;
      this.#idle = (this.#idle + 1) & 3;
      if (this.#idle === 0) told = ping;
      else if (this.#idle === 2 && told === undefined) told = pong;
    }
    if (told !== undefined) frames.push(told);
    if (at === chunk.length) return at;
    if ((this.#idle & 1) !== 0) this.#fatal(frames, 'a carriage return without line feed between messages');
    this.#idle = 0;
    return at;
  }

  /** The common case: a message that lies whole in the chunk is a slice of it. What is not whole is put aside. */
  #cut(text: string, chunk: Buffer, start: number, frames: Frame[]): number {
    const end = text.indexOf('\r\n\r\n', start);
    if (end < 0 || end + 4 - start > this.#limits.head) return this.#takeHead(chunk, start, frames);
    const length = this.#bodyLength(text, start, end + 2, frames);
    if (length < 0) return chunk.length;
    const stop = end + 4 + length;
    if (stop > chunk.length) {
      this.#hold(chunk, start, chunk.length);
      this.#missing = stop - chunk.length;
      return chunk.length;
    }
    // A copy: it is read faster than a slice of the chunk, and does not keep the whole chunk alive.
    frames.push({ kind: 'message', text: chunk.toString('latin1', start, stop) });
    return stop;
  }

  /** Looks for the end of the head from where the last chunk left off. */
  #takeHead(chunk: Buffer, start: number, frames: Frame[]): number {
    const stop = Math.min(chunk.length, start + this.#limits.head - this.#heldLength);
    let at = start;
    let matched = this.#matched;
    while (at < stop && matched < 4) {
      const code = chunk[at++]!;
      if (code === ((matched & 1) === 0 ? 13 : 10)) matched++;
      else matched = code === 13 ? 1 : 0;
    }
    this.#matched = matched;
    this.#hold(chunk, start, at);
    if (matched < 4) {
      if (this.#heldLength >= this.#limits.head) this.#fatal(frames, 'the head of a message is too large');
      return at;
    }
    this.#matched = 0;
    const head = this.#held.toString('latin1', 0, this.#heldLength);
    const length = this.#bodyLength(head, 0, head.length - 2, frames);
    if (length < 0) return chunk.length;
    this.#missing = length;
    return length === 0 ? this.#takeBody(chunk, at, frames) : at;
  }

  #takeBody(chunk: Buffer, start: number, frames: Frame[]): number {
    const stop = Math.min(chunk.length, start + this.#missing);
    this.#hold(chunk, start, stop);
    this.#missing -= stop - start;
    if (this.#missing > 0) return stop;
    frames.push({ kind: 'message', text: this.#held.toString('latin1', 0, this.#heldLength) });
    this.#held = empty;
    this.#heldLength = 0;
    this.#missing = -1;
    return stop;
  }

  /** Copies bytes to what is held, which grows by doubling: never by what the peer declares. */
  #hold(chunk: Buffer, start: number, end: number): void {
    const length = this.#heldLength + end - start;
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(1024, 2 * this.#held.length, length));
      this.#held.copy(grown, 0, 0, this.#heldLength);
      this.#held = grown;
    }
    chunk.copy(this.#held, this.#heldLength, start, end);
    this.#heldLength = length;
  }

  /** Content-Length of the head `text[start, end)`, whose every line ends in CR LF; -1 after telling `fatal`. */
  #bodyLength(text: string, start: number, end: number, frames: Frame[]): number {
    let length = -1;
    for (let line = start; line < end; ) {
      let next = text.indexOf('\r\n', line) + 2;
      const value = contentLengthValue(text, line, next);
      if (value >= 0) {
        while (next < end && isBlankCode(text.charCodeAt(next))) next = text.indexOf('\r\n', next) + 2;
        const declared = readLength(text, value, next);
        if (declared < 0) this.#fatal(frames, 'Content-Length is not a number');
        else if (length >= 0 && declared !== length) this.#fatal(frames, 'Content-Length is given twice, differently');
        if (this.#isDead) return -1;
        length = declared;
      }
      line = next;
    }
    if (length < 0) this.#fatal(frames, 'Content-Length is missing');
    else if (length > this.#limits.body) this.#fatal(frames, 'the body of a message is too large');
    return this.#isDead ? -1 : length;
  }
}

/** Offset of the value when the line at `start` is a Content-Length header, in any case or its compact form; else -1. */
function contentLengthValue(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) | 32;
  if (first !== 99 && first !== 108) return -1;
  let at = start + 1;
  if (first === 99) {
    if (!matchesAt(text, start, 'content-length')) return -1;
    at = start + 14;
  }
  while (at < end && isBlankCode(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === 58 ? at + 1 : -1;
}

/** Digits between blanks and line ends; -1 for anything else. Beyond any limit it stays at a large number. */
function readLength(text: string, start: number, end: number): number {
  const digits = text.slice(start, end).trim();
  if (digits === '') return -1;
  let value = 0;
  for (let i = 0; i < digits.length; i++) {
    const code = digits.charCodeAt(i);
    if (code < 48 || code > 57) return -1;
    value = Math.min(value * 10 + code - 48, 0xffff_ffff);
  }
  return value;
}

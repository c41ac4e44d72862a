import { encodeTftp, type TftpOptions, type TftpPacket, tftpErrors } from './packet.ts';

/** What to do after an event: send bytes, and whether that was all. */
export interface TftpStep {
  readonly send?: Buffer;
  readonly end?: TftpEnd;
}

export type TftpEnd =
  | { readonly ok: true; readonly content: Buffer }
  | { readonly ok: false; readonly code: 'tftp-failed' | 'answer-too-large'; readonly reason: string };

/** One transfer. It is told what its server sent; `repeat` is what to send again when the server is silent. */
export interface TftpTransfer {
  start(): Buffer;
  receive(packet: TftpPacket): TftpStep;
  readonly repeat: Buffer;
}

const plainBlock = 512;
/** Fits an Ethernet frame, so that nothing is fragmented. */
const wantedBlock = 1428;
const leastBlock = 8;
/** Block numbers are 16 bits; a transfer that would have to begin them anew is refused. */
const mostBlocks = 0xffff;
/** Seconds; also how often the server may repeat. */
export const tftpTimeoutSeconds = 2;

/** What both directions do alike: ask with options, ask again without them where the server refuses these, remember what was sent. */
abstract class Negotiated {
  readonly #kind: 'read' | 'write';
  readonly #file: string;
  /** The size of the file as the request tells it (RFC 2349): '0' asks for it. */
  readonly #size: string;
  #last: Buffer = Buffer.alloc(0);
  protected block = plainBlock;
  protected negotiating = true;

  constructor(kind: 'read' | 'write', file: string, size: string) {
    this.#kind = kind;
    this.#file = file;
    this.#size = size;
  }

  get repeat(): Buffer {
    return this.#last;
  }

  start(): Buffer {
    return this.#ask(wanted(this.#size));
  }

  /** The block size that was agreed on; undefined when the server agrees to what nobody asked for. */
  protected agreed(options: TftpOptions): number | undefined {
    return agreedBlock(options, this.#size);
  }

  protected refused(packet: TftpPacket & { readonly kind: 'error' }): TftpStep {
    if (packet.code !== tftpErrors.options || !this.negotiating) return { end: told(packet) };
    this.negotiating = false;
    return { send: this.#ask(new Map()) };
  }

  protected remember(packet: TftpPacket): Buffer {
    this.#last = encodeTftp(packet);
    return this.#last;
  }

  #ask(options: TftpOptions): Buffer {
    return this.remember({ kind: this.#kind, file: this.#file, options });
  }
}

/** Reads a file. Duplicates are acknowledged again, since our acknowledgement may be what was lost. */
export class TftpRead extends Negotiated implements TftpTransfer {
  readonly #maxBytes: number;
  readonly #parts: Buffer[] = [];
  #length = 0;
  #expected = 1;

  constructor(file: string, maxBytes: number) {
    super('read', file, '0');
    this.#maxBytes = maxBytes;
  }

  receive(packet: TftpPacket): TftpStep {
    switch (packet.kind) {
      case 'data':
        return this.#data(packet.block, packet.data);
      case 'oack':
        return this.#agree(packet.options);
      case 'error':
        return this.refused(packet);
      default:
        return {};
    }
  }

  #agree(options: TftpOptions): TftpStep {
    // A repeated agreement is answered as the first one was.
    if (this.#expected !== 1) return {};
    if (this.negotiating) {
      const block = this.agreed(options);
      if (block === undefined) return fail(tftpErrors.options, 'the server agreed to options nobody asked for');
      if (Number(options.get('tsize') ?? 0) > this.#maxBytes) return this.#tooLarge();
      this.block = block;
      this.negotiating = false;
    }
    return { send: this.remember({ kind: 'ack', block: 0 }) };
  }

  #data(block: number, data: Buffer): TftpStep {
    if (block === this.#expected - 1 && block > 0) return { send: encodeTftp({ kind: 'ack', block }) };
    if (block !== this.#expected) return {};
    this.negotiating = false;
    if (data.length > this.block) return fail(tftpErrors.illegal, 'a block is longer than agreed');
    this.#length += data.length;
    if (this.#length > this.#maxBytes || block >= mostBlocks) return this.#tooLarge();
    this.#parts.push(Buffer.from(data));
    this.#expected++;
    const send = this.remember({ kind: 'ack', block });
    if (data.length === this.block) return { send };
    return { send, end: { ok: true, content: Buffer.concat(this.#parts) } };
  }

  #tooLarge(): TftpStep {
    const step = fail(tftpErrors.tooLarge, `the file is larger than ${this.#maxBytes} bytes`);
    return { ...step, end: { ok: false, code: 'answer-too-large', reason: step.reason } };
  }
}

/** Writes a file. A duplicate acknowledgement is answered by nothing, or every block would double (the sorcerer's apprentice). */
export class TftpWrite extends Negotiated implements TftpTransfer {
  readonly #content: Buffer;
  /** The block that waits for its acknowledgement; 0: the request does. */
  #sent = 0;

  constructor(file: string, content: Buffer) {
    super('write', file, String(content.length));
    this.#content = content;
  }

  receive(packet: TftpPacket): TftpStep {
    switch (packet.kind) {
      case 'ack':
        return packet.block === this.#sent ? this.#next() : {};
      case 'oack':
        return this.#agree(packet.options);
      case 'error':
        return this.refused(packet);
      default:
        return {};
    }
  }

  #agree(options: TftpOptions): TftpStep {
    if (this.#sent !== 0 || !this.negotiating) return {};
    const block = this.agreed(options);
    if (block === undefined) return fail(tftpErrors.options, 'the server agreed to options nobody asked for');
    this.block = block;
    return this.#next();
  }

  #next(): TftpStep {
    this.negotiating = false;
    const from = this.#sent * this.block;
    const whole = this.#sent > 0 && from > this.#content.length;
    if (whole) return { end: { ok: true, content: this.#content } };
    if (this.#sent >= mostBlocks) return fail(tftpErrors.tooLarge, 'the file has more blocks than TFTP can number');
    this.#sent++;
    const data = this.#content.subarray(from, from + this.block);
    return { send: this.remember({ kind: 'data', block: this.#sent, data }) };
  }
}

function wanted(size: string): TftpOptions {
  return new Map([
    ['blksize', String(wantedBlock)],
    ['timeout', String(tftpTimeoutSeconds)],
    ['tsize', size],
  ]);
}

/** The block size of an agreement (RFC 2347): only what was asked for, and no block larger than asked. */
function agreedBlock(options: TftpOptions, size: string): number | undefined {
  const asked = wanted(size);
  for (const [name, value] of options) {
    if (!asked.has(name) || !/^\d{1,15}$/.test(value)) return undefined;
    if (name === 'timeout' && value !== asked.get(name)) return undefined;
  }
  const block = Number(options.get('blksize') ?? plainBlock);
  return block >= leastBlock && block <= wantedBlock ? block : undefined;
}

function fail(code: number, reason: string): TftpStep & { readonly reason: string } {
  const send = encodeTftp({ kind: 'error', code, message: reason });
  return { send, end: { ok: false, code: 'tftp-failed', reason }, reason };
}

function told({ code, message }: { readonly code: number; readonly message: string }): TftpEnd {
  return { ok: false, code: 'tftp-failed', reason: message === '' ? `error ${code}` : message };
}

import type { Clock, Timer } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Address, DatagramSocket, Network } from '../network.ts';
import { decodeTftp, encodeTftp, tftpErrors } from './packet.ts';
import { type TftpEnd, TftpRead, type TftpStep, type TftpTransfer, TftpWrite, tftpTimeoutSeconds } from './transfer.ts';
import { parseTftpUrl, type TftpUrl } from './url.ts';

export interface TftpParts {
  readonly network: Network;
  readonly clock: Clock;
  /** Addresses of a host name, in the order to try. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
}

/** Files at a URL. Reading and writing reject with a `GatewayError`. `localHost`: our address to ask from; absent: the host chooses. */
export interface RemoteFiles {
  read(url: string, maxBytes: number, localHost?: string): Promise<Buffer>;
  write(url: string, content: Buffer, localHost?: string): Promise<void>;
}

/** The TFTP client (RFC 1350, 2347 to 2349): one socket a transfer. */
export class TftpClient implements RemoteFiles {
  readonly #parts: TftpParts;

  constructor(parts: TftpParts) {
    this.#parts = parts;
  }

  async read(url: string, maxBytes: number, localHost?: string): Promise<Buffer> {
    const place = parseTftpUrl(url);
    return this.#run(place, new TftpRead(place.file, maxBytes), localHost);
  }

  async write(url: string, content: Buffer, localHost?: string): Promise<void> {
    const place = parseTftpUrl(url);
    await this.#run(place, new TftpWrite(place.file, content), localHost);
  }

  async #run({ host, port }: TftpUrl, transfer: TftpTransfer, localHost: string | undefined): Promise<Buffer> {
    const address = isAddress(host) ? host : (await this.#parts.resolve(host))[0];
    if (address === undefined) throw new GatewayError('name-not-found', `No address of ${host} is known`);
    return new TransferOwner(this.#parts, { host: address, port }, transfer).run(localHost);
  }
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

/** How often a packet is sent before the server counts as silent. */
const mostSendings = 5;
/** A server that answers, however slowly, is listened to for so long. */
const longestTransferMs = 120_000;
/** Strangers told that they are at the wrong port, a transfer. */
const mostStrangers = 8;

interface Settle {
  readonly resolve: (content: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** Owns the socket and the timer of one transfer: repeats what is not answered, keeps to the server's transfer identifier. */
class TransferOwner {
  readonly #parts: TftpParts;
  readonly #server: Address;
  readonly #transfer: TftpTransfer;
  /** The port the server answers from, once it did (RFC 1350 4). */
  #tid: number | undefined;
  #socket: DatagramSocket | undefined;
  #timer: Timer | undefined;
  #sendings = 0;
  #strangers = 0;
  #begun = 0;
  #settle: Settle | undefined;

  constructor(parts: TftpParts, server: Address, transfer: TftpTransfer) {
    this.#parts = parts;
    this.#server = server;
    this.#transfer = transfer;
  }

  async run(localHost: string | undefined): Promise<Buffer> {
    const local = { host: localHost ?? (this.#server.host.includes(':') ? '::' : '0.0.0.0'), port: 0 };
    this.#socket = await this.#parts.network.bindUdp(local, {
      received: (data, from) => this.#received(data, from),
      failed: (error) => this.#failed(error),
    });
    this.#begun = this.#parts.clock.monotonic();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#send(this.#transfer.start());
    });
  }

  #send(bytes: Buffer): void {
    this.#sendings = 1;
    this.#transmit(bytes);
  }

  #transmit(bytes: Buffer): void {
    const to = { host: this.#server.host, port: this.#tid ?? this.#server.port };
    this.#socket?.send(bytes, to, (error) => this.#failed(error));
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(tftpTimeoutSeconds * 1000, () => this.#silent());
  }

  #silent(): void {
    if (this.#sendings >= mostSendings) return this.#timedOut();
    this.#sendings++;
    this.#transmit(this.#transfer.repeat);
  }

  #timedOut(): void {
    this.#failed(new GatewayError('connection-timeout', `No answer from ${this.#server.host} in time`));
  }

  #received(data: Buffer, from: Address): void {
    if (this.#settle === undefined) return;
    if (from.host !== this.#server.host || (this.#tid !== undefined && from.port !== this.#tid)) {
      return this.#stranger(from);
    }
    const packet = decodeTftp(data);
    if (packet === undefined) return;
    if (this.#parts.clock.monotonic() - this.#begun > longestTransferMs) return this.#timedOut();
    this.#tid ??= from.port;
    const step = this.#transfer.receive(packet);
    // An error is told to whoever answered; a request sent anew without options begins a transfer anew.
    this.#take(step, packet.kind === 'error' && step.end === undefined);
  }

  #take({ send, end }: TftpStep, anew: boolean): void {
    if (anew) this.#tid = undefined;
    if (send !== undefined) this.#send(send);
    if (end !== undefined) this.#end(end);
  }

  #stranger(from: Address): void {
    if (this.#strangers >= mostStrangers) return;
    this.#strangers++;
    const message = 'unknown transfer identifier';
    this.#socket?.send(encodeTftp({ kind: 'error', code: tftpErrors.unknownTid, message }), from);
  }

  /** Whoever did not hear the last acknowledgement gives up by himself: nobody waits here to tell him again. */
  #end(end: TftpEnd): void {
    if (!end.ok) return this.#failed(new GatewayError(end.code, end.reason));
    const settle = this.#close();
    settle?.resolve(end.content);
  }

  #failed(error: Error): void {
    this.#close()?.reject(error);
  }

  /** Gives whom the end is to be told, once. */
  #close(): Settle | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#timer?.cancel();
    this.#socket?.close();
    return settle;
  }
}

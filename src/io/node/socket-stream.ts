import type { Socket } from 'node:net';
import { GatewayError } from '../errors.ts';
import type { Address, Stream, StreamHandler } from '../network.ts';
import { nodeAddress } from './address.ts';
import { gatewayError } from './gateway-error.ts';
import type { WriteJoiner } from './write-joiner.ts';

/** How long a peer may take to close its side after we ended ours. */
const lingerMs = 5000;

/** A `Stream` over a socket of Node: TCP, or TLS. Small writes to one TCP connection within one turn leave as one. */
export class SocketStream implements Stream {
  readonly local: Address;
  readonly remote: Address;
  readonly #joiner: WriteJoiner | undefined;
  readonly #socket: Socket;
  /** A TLS wrap took the socket over: nothing but `destroy` reaches it from here any more. */
  #released = false;
  #handler: StreamHandler | undefined;
  #joined = '';
  #error: Error | undefined;
  #closed = false;
  #ending = false;
  #linger: NodeJS.Timeout | undefined;

  /** `socket` is connected and paused. Without a joiner every write goes out by itself. */
  constructor(socket: Socket, joiner: WriteJoiner | undefined) {
    this.#socket = socket;
    this.#joiner = joiner;
    this.local = nodeAddress(socket.localAddress, socket.localPort);
    this.remote = nodeAddress(socket.remoteAddress, socket.remotePort);
    socket.on('error', this.#failed);
    socket.on('close', this.#finished);
  }

  start(handler: StreamHandler): void {
    this.#handler = handler;
    const socket = this.#socket;
    if (this.#closed) {
      queueMicrotask(() => handler.closed(this.#error));
      return;
    }
    socket.on('data', (data: Buffer) => {
      if (!this.#closed) handler.received(data);
    });
    socket.resume();
  }

  preface(take: (arrived: Buffer) => number | undefined): Promise<boolean> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      let arrived = Buffer.alloc(0);
      const settle = (isRead: boolean): void => {
        socket.off('data', more).off('close', closed);
        resolve(isRead);
      };
      const closed = (): void => settle(false);
      const more = (data: Buffer): void => {
        arrived = Buffer.concat([arrived, data]);
        const taken = take(arrived);
        if (taken === undefined || this.#closed || socket.destroyed) return;
        socket.pause();
        if (taken < arrived.length) socket.unshift(arrived.subarray(taken));
        settle(true);
      };
      if (this.#closed) return resolve(false);
      socket.on('data', more).on('close', closed);
      socket.resume();
    });
  }

  get queuedBytes(): number {
    return this.#socket.writableLength + this.#joined.length;
  }

  write(data: string | Buffer): void {
    const socket = this.#socket;
    if (this.#released || this.#closed || this.#ending) return;
    if (this.#joiner === undefined || typeof data !== 'string') {
      this.flush();
      if (typeof data === 'string') socket.write(data, 'latin1');
      else socket.write(data);
      return;
    }
    if (this.#joined === '') this.#joiner.add(this);
    this.#joined += data;
  }

  /** Hands the joined writes to the system. For the joiner. */
  flush(): void {
    if (this.#joined === '') return;
    const joined = this.#joined;
    this.#joined = '';
    if (!this.#closed) this.#socket.write(joined, 'latin1');
  }

  end(): void {
    const socket = this.#socket;
    if (this.#released || this.#closed || this.#ending) return;
    this.flush();
    this.#ending = true;
    socket.end();
    this.#linger = setTimeout(() => socket.destroy(), lingerMs);
  }

  destroy(): void {
    this.#joined = '';
    this.#socket.destroy();
  }

  /** Gives the bare socket to a TLS wrap. Undefined when it is closed or was started. */
  release(): Socket | undefined {
    const socket = this.#socket;
    if (this.#released || this.#closed || this.#handler !== undefined) return undefined;
    this.#released = true;
    socket.off('error', this.#failed);
    socket.off('close', this.#finished);
    return socket;
  }

  readonly #failed = (error: Error): void => {
    this.#error ??= gatewayError(error, 'connection-reset');
  };

  readonly #finished = (): void => {
    this.#closed = true;
    this.#joined = '';
    clearTimeout(this.#linger);
    this.#handler?.closed(this.#error);
  };
}

/** The socket below a stream of this room. Rejects a stream of another make: TLS can only be laid over our own. */
export function releaseSocket(stream: Stream): Socket {
  if (!(stream instanceof SocketStream)) throw new TypeError('TLS needs a stream of the same network');
  const socket = stream.release();
  if (socket === undefined) throw new GatewayError('closed', 'The connection was closed');
  return socket;
}

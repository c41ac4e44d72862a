import { Duplex } from 'node:stream';
import type { Stream } from '../io/index.ts';

/** Bytes that may wait for a client that does not read. */
const mostQueuedBytes = 16 * 1024 * 1024;

/** A connection of io in the shape the SSH library reads and writes. */
export class SshSocket extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily: string;
  readonly #stream: Stream;

  constructor(stream: Stream) {
    super({ allowHalfOpen: false });
    this.#stream = stream;
    this.remoteAddress = stream.remote.host;
    this.remotePort = stream.remote.port;
    this.remoteFamily = stream.remote.host.includes(':') ? 'IPv6' : 'IPv4';
    stream.start({
      received: (data) => void this.push(data),
      closed: () => {
        this.push(null);
        this.destroy();
      },
    });
  }

  override _read(): void {}

  override _write(data: Buffer, _encoding: string, done: () => void): void {
    if (this.#stream.queuedBytes > mostQueuedBytes) this.destroy();
    else this.#stream.write(data);
    done();
  }

  override _final(done: () => void): void {
    this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Ended in good order it still sends what is queued; `end` knows how long to wait for the client.
    if (error === null) this.#stream.end();
    else this.#stream.destroy();
    done(error);
  }
}

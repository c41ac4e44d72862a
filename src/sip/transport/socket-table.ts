import { ConnectionIds } from './connection-ids.ts';

/**
 * The lower table: sockets by connection id. There are two, as on IOS: `sip udp process`, whose "sockets" are the remotes heard
 * or spoken to over UDP, and `sip tcp process`, shared by TCP and TLS.
 */
export class SocketTable<S extends { readonly id: number }> {
  readonly #ids = new ConnectionIds();
  readonly #sockets = new Map<number, S>();

  /** Makes a socket under the smallest free id; undefined when all ids are in use. */
  add<T extends S>(make: (id: number) => T): T | undefined {
    const id = this.#ids.take();
    if (id === undefined) return undefined;
    const socket = make(id);
    this.#sockets.set(id, socket);
    return socket;
  }

  get(id: number): S | undefined {
    return this.#sockets.get(id);
  }

  /** Does nothing for a socket that is not, or no longer, in the table. */
  remove(socket: S): void {
    if (this.#sockets.get(socket.id) !== socket) return;
    this.#sockets.delete(socket.id);
    this.#ids.release(socket.id);
  }

  /** Oldest first. A socket may be removed while this is walked. */
  values(): IterableIterator<S> {
    return this.#sockets.values();
  }

  get size(): number {
    return this.#sockets.size;
  }
}

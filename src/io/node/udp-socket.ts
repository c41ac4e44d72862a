import { createSocket, type Socket } from 'node:dgram';
import type { Address, BindOptions, DatagramHandler, DatagramSocket } from '../network.ts';
import { nodeAddress } from './address.ts';
import { gatewayError } from './gateway-error.ts';

/** Asked for; the system grants less when its own limit is lower. Losses at high rates happen in this buffer. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** A bound UDP socket. Rejects with a `GatewayError`. */
export function bindUdp(
  local: Address,
  handler: DatagramHandler,
  { shared = false }: BindOptions = {},
): Promise<DatagramSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: `udp${familyOf(local.host)}`,
      reuseAddr: shared,
      ipv6Only: familyOf(local.host) === 6,
      recvBufferSize: receiveBufferBytes,
      lookup: addressOnly,
    });
    socket.once('error', (error) => {
      socket.close();
      reject(gatewayError(error, 'address-not-available'));
    });
    socket.bind(local.port, local.host, () => {
      socket.removeAllListeners('error');
      resolve(new UdpSocket(socket, handler));
    });
  });
}

/** Hosts are addresses already: without this Node would put every datagram through its name lookup. */
function addressOnly(
  host: string,
  _options: unknown,
  found: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  found(null, host, familyOf(host));
}

/** Enough to tell the families of addresses apart; Node's own test costs as much as the rest of a datagram. */
function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

class UdpSocket implements DatagramSocket {
  readonly local: Address;
  readonly #socket: Socket;
  readonly #reporters = new WeakMap<(error: Error) => void, (error: Error | null) => void>();
  #closed = false;

  constructor(socket: Socket, handler: DatagramHandler) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.local = nodeAddress(address, port);
    socket.on('message', (data, from) => {
      if (!this.#closed) handler.received(data, nodeAddress(from.address, from.port));
    });
    socket.on('error', (error) => {
      if (!this.#closed) handler.failed(gatewayError(error, 'connection-reset'));
    });
  }

  send(data: string | Buffer, to: Address, sendFailed?: (error: Error) => void): void {
    if (this.#closed) return;
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    if (sendFailed === undefined) this.#socket.send(bytes, to.port, to.host);
    else this.#socket.send(bytes, to.port, to.host, this.#reporter(sendFailed));
  }

  /** One callback for each caller, not one for each datagram. */
  #reporter(sendFailed: (error: Error) => void): (error: Error | null) => void {
    let reporter = this.#reporters.get(sendFailed);
    if (reporter === undefined) {
      reporter = (error) => {
        if (error !== null && !this.#closed) sendFailed(gatewayError(error, 'host-unreachable'));
      };
      this.#reporters.set(sendFailed, reporter);
    }
    return reporter;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}

import type { Address, DatagramHandler, DatagramSocket, Network } from '../../io/index.ts';
import { GatewayError } from '../../io/index.ts';

/** UDP for tests: sockets by address, packets delivered at once. Ports in `taken` belong to another program. */
export class FakeNetwork implements Pick<Network, 'bindUdp' | 'sourceAddress'> {
  readonly sockets = new Map<string, DatagramHandler>();
  readonly taken = new Set<number>();
  readonly sent: { readonly to: Address; readonly bytes: number }[] = [];

  bindUdp(local: Address, handler: DatagramHandler): Promise<DatagramSocket> {
    const key = `${local.host}:${local.port}`;
    if (this.taken.has(local.port) || this.sockets.has(key))
      return Promise.reject(new GatewayError('address-in-use', key));
    if (local.host === '203.0.113.1') return Promise.reject(new GatewayError('address-not-available', key));
    this.sockets.set(key, handler);
    return Promise.resolve({
      local,
      send: (data: string | Buffer, to: Address) => {
        this.sent.push({ to, bytes: data.length });
      },
      close: () => this.sockets.delete(key),
    });
  }

  sourceAddress(): Promise<string> {
    return Promise.resolve('192.0.2.1');
  }

  /** A packet of `bytes` bytes arrives. */
  deliver(to: Address, from: Address, bytes: number): void {
    this.sockets.get(`${to.host}:${to.port}`)?.received(Buffer.alloc(bytes), from);
  }
}

/** Lets promises that are settled run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 40; i++) await Promise.resolve();
}

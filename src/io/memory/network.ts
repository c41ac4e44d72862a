import { GatewayError } from '../errors.ts';
import type {
  Address,
  ConnectOptions,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenerHandler,
  Network,
  Stream,
} from '../network.ts';
import type { SimulatedInternet } from './internet.ts';

/** UDP and TCP as one simulated host has them. Its first address is the source of whatever it sends unbound. */
export class MemoryNetwork implements Network {
  readonly #internet: SimulatedInternet;
  readonly #addresses: readonly string[];
  #isDead = false;

  constructor(internet: SimulatedInternet, addresses: readonly string[]) {
    this.#internet = internet;
    this.#addresses = addresses;
    internet.join(this, addresses);
  }

  /** Its host's program is gone: what it had open is closed, and nothing is opened any more. */
  die(): void {
    this.#isDead = true;
    this.#internet.leave(this, this.#addresses);
  }

  async bindUdp(wanted: Address, handler: DatagramHandler): Promise<DatagramSocket> {
    this.#live();
    const internet = this.#internet;
    let isOpen = true;
    const local = internet.bindUdp(this, wanted, {
      received: (data, from) => {
        if (isOpen) handler.received(data, from);
      },
      failed: (error) => handler.failed(error),
    });
    return {
      local,
      send: (data, to) => {
        const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data);
        if (isOpen && !this.#isDead)
          internet.sendUdp(bytes, { host: this.#source(local.host, to.host), port: local.port }, to);
      },
      close: () => {
        if (isOpen && !this.#isDead) internet.release('udp', this, local);
        isOpen = false;
      },
    };
  }

  async listenTcp(wanted: Address, handler: ListenerHandler): Promise<Listener> {
    this.#live();
    const local = this.#internet.listenTcp(this, wanted, handler);
    let isOpen = true;
    return {
      local,
      close: () => {
        if (isOpen && !this.#isDead) this.#internet.release('tcp', this, local);
        isOpen = false;
      },
    };
  }

  async connectTcp(remote: Address, options: ConnectOptions): Promise<Stream> {
    this.#live();
    const { localHost } = options;
    if (localHost !== undefined && !this.#addresses.includes(localHost)) {
      throw new GatewayError('address-not-available', `bind EADDRNOTAVAIL ${localHost}`);
    }
    const from = localHost ?? this.#source('0.0.0.0', remote.host);
    const stream = await this.#internet.connectTcp(from, remote, options.timeoutMs);
    if (this.#isDead) stream.reset();
    this.#live();
    return stream;
  }

  async sourceAddress(remoteHost: string): Promise<string> {
    return this.#source('0.0.0.0', remoteHost);
  }

  #live(): void {
    if (this.#isDead) throw new GatewayError('address-not-available', 'the host is gone');
  }

  #source(bound: string, remoteHost: string): string {
    if (bound !== '0.0.0.0' && bound !== '::') return bound;
    const isV6 = remoteHost.includes(':');
    const address = this.#addresses.includes(remoteHost)
      ? remoteHost
      : this.#addresses.find((candidate) => candidate.includes(':') === isV6);
    if (address === undefined) throw new GatewayError('host-unreachable', `No way to ${remoteHost}`);
    return address;
  }
}

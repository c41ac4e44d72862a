import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { gatewayError } from './gateway-error.ts';

const keptMs = 5000;
const keptAtMost = 1024;
/** Any port does: connecting a UDP socket sends nothing, it only asks the routing table. */
const anyPort = 9;

interface Answer {
  readonly address: Promise<string>;
  readonly until: number;
}

/** Which local address the host would use towards a peer, asked of its routing table and kept for five seconds. */
export class SourceAddresses {
  readonly #answers = new Map<string, Answer>();

  /** Rejects with a `GatewayError`, mostly `host-unreachable`. */
  find(remoteHost: string): Promise<string> {
    const now = performance.now();
    const kept = this.#answers.get(remoteHost);
    if (kept !== undefined && kept.until > now) return kept.address;
    const address = ask(remoteHost);
    this.#answers.delete(remoteHost);
    this.#answers.set(remoteHost, { address, until: now + keptMs });
    if (this.#answers.size > keptAtMost) this.#forgetOldest();
    address.catch(() => this.#answers.delete(remoteHost));
    return address;
  }

  #forgetOldest(): void {
    for (const oldest of this.#answers.keys()) {
      this.#answers.delete(oldest);
      return;
    }
  }
}

function ask(remoteHost: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(remoteHost) ? 'udp6' : 'udp4');
    const fail = (error: unknown): void => {
      socket.close();
      reject(gatewayError(error, 'host-unreachable'));
    };
    socket.once('error', fail);
    socket.connect(anyPort, remoteHost, () => {
      const { address } = socket.address();
      socket.off('error', fail);
      socket.close();
      resolve(address);
    });
  });
}

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePort, loopback } from './port.ts';

/**
 * A box on the way over UDP, older than its neighbours: it takes a line out of what the gateway answers. Who calls through it
 * must ask for rport, so that answers come back this way.
 */
export class Relay {
  readonly port: number;
  readonly #socket: Socket;

  private constructor(port: number, socket: Socket) {
    this.port = port;
    this.#socket = socket;
  }

  static async start(gateway: number, without: RegExp): Promise<Relay> {
    const port = await freePort();
    const socket = createSocket('udp4');
    let client = 0;
    socket.on('message', (data, { port: from }) => {
      if (from !== gateway) client = from;
      const text = data.toString('latin1');
      const passed = from === gateway ? text.replace(without, '') : text;
      socket.send(Buffer.from(passed, 'latin1'), from === gateway ? client : gateway, loopback);
    });
    socket.bind(port, loopback);
    await once(socket, 'listening');
    return new Relay(port, socket);
  }

  close(): void {
    this.#socket.close();
  }
}

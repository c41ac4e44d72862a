import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { loopback } from './port.ts';

/** What one program can do to another over the network. Sources are addresses of 127/8 that the gateway does not know. */
export interface Ports {
  readonly plain: number;
  readonly secure: number;
}

const inParallel = 100;

/** `127.0.7.1` to `127.0.7.100`, in turn. */
function sourceOf(i: number): string {
  return `127.0.7.${1 + (i % 100)}`;
}

/** Does something so many times, a hundred at once. */
async function times(count: number, once: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await once(next++);
  };
  await Promise.all(Array.from({ length: Math.min(inParallel, count) }, worker));
}

/** A connection, whatever becomes of it; undefined when it is refused. */
function opened(port: number, localAddress: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port, localAddress });
    socket.on('error', () => resolve(undefined));
    socket.on('connect', () => resolve(socket));
  });
}

/** The first bytes of a TLS client. */
export async function clientHello(): Promise<Buffer> {
  const server = createServer();
  server.listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = tlsConnect({ host: loopback, port, rejectUnauthorized: false });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return hello;
}

export async function connectAndClose(port: number, count: number): Promise<void> {
  await times(count, async (i) => void (await opened(port, sourceOf(i)))?.destroy());
}

/** Handshakes that the client leaves once the server has answered, or after a moment. */
export async function abortHandshakes({ secure }: Ports, hello: Buffer, count: number): Promise<void> {
  await times(count, async (i) => {
    const socket = await opened(secure, sourceOf(i));
    if (socket === undefined) return;
    socket.write(hello);
    if (i % 2 === 0)
      await Promise.race([once(socket, 'close'), once(socket, 'data'), sleep(50)]).catch(() => undefined);
    socket.destroy();
  });
}

/** Bytes that mean nothing, at both ports and over UDP. */
export async function garbage({ plain, secure }: Ports, count: number): Promise<void> {
  const junk = Buffer.from(Array.from({ length: 1400 }, (_, i) => (i * 7919 + 13) & 255));
  const udp = createSocket('udp4');
  await times(count, async (i) => {
    udp.send(junk.subarray(i % 700, 700 + (i % 700)), plain, loopback);
    const socket = await opened(i % 2 === 0 ? plain : secure, sourceOf(i));
    socket?.write(junk.subarray(i % 1000));
    await sleep(1);
    socket?.destroy();
  });
  udp.close();
}

/** Connections that are held open: silent ones, and ones that send a byte a second, or declare a body that never comes. */
export class HeldConnections {
  readonly #sockets: Socket[] = [];
  readonly #timer: NodeJS.Timeout;

  static async open({ plain, secure }: Ports, count: number): Promise<HeldConnections> {
    const held = new HeldConnections();
    await times(count, async (i) => {
      const socket = await opened(i % 3 === 0 ? secure : plain, `127.0.8.${1 + (i % 50)}`);
      if (socket === undefined) return;
      if (i % 3 === 1)
        socket.write(
          `INVITE sip:9001@${loopback} SIP/2.0\r\nContent-Length: ${i % 2 ? '16384' : '4294967295'}\r\n\r\n`,
        );
      held.#sockets.push(socket);
    });
    return held;
  }

  private constructor() {
    this.#timer = setInterval(() => {
      for (const [i, socket] of this.#sockets.entries()) if (i % 2 === 0) socket.write('I');
    }, 1000);
  }

  get count(): number {
    return this.#sockets.filter((socket) => !socket.destroyed).length;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** A flood of requests of strangers over UDP, from a few sockets. Returns what was sent and what came back, in bytes. */
export async function udpFlood(
  { plain }: Ports,
  count: number,
): Promise<{ readonly sent: number; readonly back: number }> {
  let sent = 0;
  let back = 0;
  const sockets = await Promise.all(
    Array.from({ length: 5 }, async (_, i) => {
      const socket = createSocket('udp4');
      socket.on('message', (data) => {
        back += data.length;
      });
      socket.bind(0, `127.0.9.${i + 1}`);
      await once(socket, 'listening');
      return socket;
    }),
  );
  for (let i = 0; i < count; i++) {
    const method = ['OPTIONS', 'INVITE', 'REGISTER', 'BYE', 'FOO'][i % 5];
    const text = `${method} sip:9001@${loopback} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.9.1;branch=z9hG4bKf${i};rport\r\nFrom: <sip:x@h>;tag=${i}\r\nTo: <sip:9001@h>\r\nCall-ID: f${i}\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`;
    sent += text.length;
    sockets[i % 5]?.send(text, plain, loopback);
    if (i % 100 === 99) await sleep(5);
  }
  await sleep(500);
  for (const socket of sockets) socket.close();
  return { sent, back };
}

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const loopback = '127.0.0.1';

/** Ports given out in this process; below those that the kernel picks for clients, and below those of RTP, which a gateway binds ahead of need. */
const given = new Set<number>();

/** A port of the loopback address that is free for TCP and for UDP, never given twice. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(10_000, 16_000);
    if (given.has(port) || !(await free(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('no free port on the loopback address');
}

async function free(port: number): Promise<boolean> {
  const server = createServer();
  const socket = createSocket('udp4');
  try {
    server.listen(port, loopback);
    await once(server, 'listening');
    socket.bind(port, loopback);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
    socket.close();
  }
}

/**
 * Waits until a program has bound the port, for TCP (listening) or UDP. Read from the kernel's tables: a connection
 * made to find out would be one more that the peer sees, and counts.
 */
export async function bound(protocol: 'tcp' | 'udp', port: number, deadlineMs = 15_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!isBound(protocol, port)) {
    if (performance.now() > end) throw new Error(`nothing has bound ${protocol} port ${port}`);
    await sleep(20);
  }
}

/** The states of a listening TCP socket and of an unconnected UDP socket in /proc/net. */
const boundState = { tcp: '0A', udp: '07' } as const;

function isBound(protocol: 'tcp' | 'udp', port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = [protocol, `${protocol}6`].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'));
  return rows.some((row) => {
    const fields = row.trim().split(/ +/);
    return fields[1]?.endsWith(local) === true && fields[3] === boundState[protocol];
  });
}

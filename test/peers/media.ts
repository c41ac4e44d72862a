import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { loopback } from './port.ts';
import type { Sipp } from './sipp.ts';

/** One end of the audio of a call. */
export interface Media {
  readonly port: number;
  readonly socket: Socket;
  readonly heard: Buffer[];
}

export async function media(): Promise<Media> {
  const socket = createSocket('udp4');
  socket.bind(0, loopback);
  await once(socket, 'listening');
  const heard: Buffer[] = [];
  socket.on('message', (data) => heard.push(data));
  return { port: socket.address().port, socket, heard };
}

/** Where the audio of a sipp is to go, and the payload types it was told. */
export async function told(sipp: Sipp): Promise<readonly [port: number, formats: string]> {
  for (let tries = 0; tries < 200; tries++) {
    const [, port, formats] = /media (\d+) ([\d ]+)/.exec(sipp.logged()) ?? [];
    if (port !== undefined && formats !== undefined) return [Number(port), formats.trim()];
    await setTimeout(50);
  }
  return assert.fail(`nothing was logged: ${sipp.errors()}`);
}

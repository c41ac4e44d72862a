import { CommandError, command, type Terminal } from '../cli/index.ts';
import type { CommandSet } from './command-set.ts';
import { addressOf, askOffering, askTarget, longestMs, numberIn, sourceOf } from './reach-host.ts';
import type { World } from './world.ts';

interface Asked {
  readonly host: string;
  readonly count: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly source: string | undefined;
}

const usual = { count: 5, bytes: 100, seconds: 2 } as const;
const most = { count: 1000, bytes: 18_024, seconds: 60 } as const;
const leastBytes = 36;
const marksInLine = 70;

/** `ping`: echoes one after the other, each waited for. */
async function ping({ host, count, bytes, seconds, source }: Asked, world: World, terminal: Terminal): Promise<void> {
  const address = await addressOf(host, world);
  const from = source === undefined ? undefined : sourceOf(source, address, world);
  terminal.print('');
  terminal.print(`Sending ${count}, ${bytes}-byte ICMP Echos to ${address}, timeout is ${seconds} seconds:`);
  if (from !== undefined) terminal.print(`Packet sent with a source address of ${from} `);
  const end = world.system.uptimeMs() + longestMs;
  const times: number[] = [];
  let marks = '';
  let sent = 0;
  while (sent < count && world.system.uptimeMs() < end) {
    const result = await world.reach.echo.send({
      host: address,
      bytes,
      timeoutMs: seconds * 1000,
      ...(from === undefined ? {} : { source: from }),
    });
    if (result.kind === 'unusable') throw new CommandError(`% No echo can be sent: ${result.reason}`);
    sent++;
    if (result.kind === 'reply') times.push(Math.max(1, Math.round(result.ms)));
    marks += result.kind === 'reply' ? '!' : result.kind === 'lost' ? '.' : 'U';
    if (marks.length === marksInLine) {
      terminal.print(marks);
      marks = '';
    }
  }
  if (marks !== '') terminal.print(marks);
  if (sent < count) terminal.print(`% Stopped after ${longestMs / 60_000} minutes`);
  terminal.print(successText(sent, times));
}

function successText(sent: number, times: readonly number[]): string {
  const rate = `Success rate is ${Math.floor((100 * times.length) / sent)} percent (${times.length}/${sent})`;
  if (times.length === 0) return rate;
  const average = Math.round(times.reduce((sum, time) => sum + time, 0) / times.length);
  return `${rate}, round-trip min/avg/max = ${Math.min(...times)}/${average}/${Math.max(...times)} ms`;
}

/** The dialog of `ping` alone. Undefined: the session ended, or an answer was none. */
async function askAll(terminal: Terminal): Promise<Asked | undefined> {
  const host = await askTarget(terminal, 'ping');
  if (host === undefined) return undefined;
  const ask = (question: string, offered: string) => askOffering(terminal, question, offered);
  const count = await ask('Repeat count', String(usual.count));
  const bytes = await ask('Datagram size', String(usual.bytes));
  const seconds = await ask('Timeout in seconds', String(usual.seconds));
  const isExtended = await ask('Extended commands', 'n');
  const source = /^y/i.test(isExtended ?? '') ? await ask('Source address or interface', '') : '';
  if (source === undefined || isExtended === undefined) return undefined;
  return {
    host,
    count: numberIn(count, 1, most.count),
    bytes: numberIn(bytes, leastBytes, most.bytes),
    seconds: numberIn(seconds, 1, most.seconds),
    source: source === '' ? undefined : source,
  };
}

const syntax =
  'ping [ip | ipv6] <host:word> [repeat <count:int(1-1000)> | size <bytes:int(36-18024)> | timeout <seconds:int(1-60)> | source <source:word>]...';

export const pingCommands: CommandSet = {
  exec: [
    command<typeof syntax, World>(
      syntax,
      'Send echo messages',
      ({ host, count = usual.count, bytes = usual.bytes, seconds = usual.seconds, source }, { world, terminal }) =>
        ping({ host, count, bytes, seconds, source }, world, terminal),
      { privilege: 1 },
    ),
    command<'ping', World>('ping', 'Send echo messages', async (_, { world, terminal }) => {
      const asked = await askAll(terminal);
      if (asked !== undefined) await ping(asked, world, terminal);
    }),
  ],
};

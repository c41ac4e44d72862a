import { CommandError, command, type Terminal } from '../cli/index.ts';
import type { Probe } from '../io/index.ts';
import type { CommandSet } from './command-set.ts';
import { addressOf, askOffering, askTarget, longestMs, numberIn, sourceOf } from './reach-host.ts';
import type { World } from './world.ts';

interface Asked {
  readonly host: string;
  readonly source: string | undefined;
  readonly seconds: number;
  readonly probes: number;
  readonly first: number;
  readonly last: number;
  readonly port: number;
}

const usual = { seconds: 3, probes: 3, first: 1, last: 30, port: 33_434 } as const;
const most = { seconds: 60, probes: 10, hops: 255, port: 65_535 } as const;

/** `traceroute`: hop after hop, each told when it has answered or was waited for. */
async function traceroute(asked: Asked, world: World, terminal: Terminal): Promise<void> {
  const { host, seconds, probes, first, last, port } = asked;
  const address = await addressOf(host, world);
  const source = asked.source === undefined ? undefined : sourceOf(asked.source, address, world);
  terminal.print('');
  terminal.print(`Tracing the route to ${address === host ? host : `${host} (${address})`}`);
  terminal.print('');
  const end = world.system.uptimeMs() + longestMs;
  for (let hop = first; hop <= last; hop++) {
    if (world.system.uptimeMs() >= end) return terminal.print(`% Stopped after ${longestMs / 60_000} minutes`);
    const result = await world.reach.hops.hop({
      host: address,
      hop,
      probes,
      timeoutMs: seconds * 1000,
      port,
      ...(source === undefined ? {} : { source }),
    });
    if (result.kind === 'unusable') throw new CommandError(`% No probe can be sent: ${result.reason}`);
    for (const line of hopLines(hop, result.probes)) terminal.print(line);
    if (result.probes.some((probe) => isEnd(probe, address))) return;
  }
}

/** Who we look for has answered, or somebody says that there is no way on. */
function isEnd(probe: Probe, address: string): boolean {
  return probe.kind === 'reply' && (probe.from === address || probe.mark !== undefined);
}

/** `  1 10.0.0.1 4 msec *  8 msec`. Another address than the one before begins a line. */
function hopLines(hop: number, probes: readonly Probe[]): readonly string[] {
  const lines = [`${String(hop).padStart(3)} `];
  let from: string | undefined;
  for (const probe of probes) {
    const at = lines.length - 1;
    if (probe.kind === 'lost') {
      lines[at] += ' * ';
      continue;
    }
    const text = ` ${probe.mark ?? `${Math.round(probe.ms)} msec`}`;
    if (from === probe.from) lines[at] += text;
    else if (from === undefined) lines[at] += `${probe.from}${text}`;
    else lines.push(`    ${probe.from}${text}`);
    from = probe.from;
  }
  return lines;
}

/** The dialog of `traceroute` alone. Undefined: the session ended, or an answer was none. */
async function askAll(terminal: Terminal): Promise<Asked | undefined> {
  const host = await askTarget(terminal, 'traceroute');
  if (host === undefined) return undefined;
  const ask = (question: string, offered: string | number) => askOffering(terminal, question, String(offered));
  const source = await ask('Source address', '');
  const numeric = await ask('Numeric display', 'n');
  const seconds = await ask('Timeout in seconds', usual.seconds);
  const probes = await ask('Probe count', usual.probes);
  const first = await ask('Minimum Time to Live', usual.first);
  const last = await ask('Maximum Time to Live', usual.last);
  const port = await ask('Port Number', usual.port);
  const options = await terminal.ask('Loose, Strict, Record, Timestamp, Verbose[none]: ');
  if (source === undefined || numeric === undefined || options === undefined) return undefined;
  const least = numberIn(first, 1, most.hops);
  return {
    host,
    source: source === '' ? undefined : source,
    seconds: numberIn(seconds, 1, most.seconds),
    probes: numberIn(probes, 1, most.probes),
    first: least,
    last: numberIn(last, least, most.hops),
    port: numberIn(port, 1, most.port),
  };
}

const syntax =
  'traceroute [ip | ipv6] <host:word> [numeric | port <port:int(1-65535)> | probe <probes:int(1-10)> | source <source:word> | timeout <seconds:int(1-60)> | ttl <first:int(1-255)> <last:int(1-255)>]...';

export const tracerouteCommands: CommandSet = {
  exec: [
    command<typeof syntax, World>(
      syntax,
      'Trace route to destination',
      ({ host, source, ...given }, { world, terminal }) => {
        const { seconds = usual.seconds, probes = usual.probes, port = usual.port } = given;
        const { first = usual.first, last = usual.last } = given;
        if (last < first) throw new CommandError('% Maximum TTL must not be below minimum TTL');
        return traceroute({ host, source, seconds, probes, port, first, last }, world, terminal);
      },
      { privilege: 1 },
    ),
    command<'traceroute', World>('traceroute', 'Trace route to destination', async (_, { world, terminal }) => {
      const asked = await askAll(terminal);
      if (asked !== undefined) await traceroute(asked, world, terminal);
    }),
  ],
};

import { isIP } from 'node:net';
import type { HopRequest, HopResult, Probe, Trace } from '../trace.ts';
import { complaintText, runHostProgram } from './host-program.ts';

/** Answers from the way are told to raw sockets, or to the `traceroute` of the host. */
const program = 'traceroute';
/** Beyond its own timeouts, for a program that hangs. */
const graceMs = 3000;

/** One process for one hop, so that each is told as soon as it is known. */
export const nodeTrace: Trace = {
  async hop(request) {
    if (isIP(request.host) === 0) return { kind: 'unusable', reason: 'not an address' };
    // Its probes are sent side by side: a hop that is silent takes one timeout.
    const ran = await runHostProgram(program, argumentsOf(request), request.timeoutMs + graceMs);
    if (ran.failure !== undefined) return { kind: 'unusable', reason: ran.failure };
    return readHop(ran.output, ran.complaint, request.hop);
  },
};

function argumentsOf({ host, hop, probes, timeoutMs, port, source }: HopRequest): readonly string[] {
  const from = source === undefined ? [] : ['-s', source];
  // The program counts its ports from the first hop it is told to ask.
  const first = Math.min(65_535, port + (hop - 1) * probes);
  const numbers = { q: probes, w: Math.ceil(timeoutMs / 1000), f: hop, m: hop, p: first };
  return ['-n', ...Object.entries(numbers).flatMap(([flag, value]) => [`-${flag}`, String(value)]), ...from, host];
}

/** What the program says of that hop: `2  10.0.0.1  0.3 ms 10.0.0.2  0.4 ms !H *`, else why it did not say it. */
export function readHop(output: string, complaint: string, hop: number): HopResult {
  const line = output.split('\n').find((one) => one.trimStart().startsWith(`${hop} `));
  if (line === undefined) return { kind: 'unusable', reason: complaintText(program, complaint) };
  const probes: Probe[] = [];
  let from = '';
  const words = line.trim().split(/\s+/).slice(1);
  words.forEach((word, i) => {
    const last = probes.at(-1);
    if (word === '*') probes.push({ kind: 'lost' });
    else if (isIP(word) !== 0) from = word;
    else if (word.startsWith('!') && last?.kind === 'reply') probes[probes.length - 1] = { ...last, mark: word };
    else if (words[i + 1] === 'ms') probes.push({ kind: 'reply', from, ms: Number(word), mark: undefined });
  });
  return { kind: 'probes', probes };
}

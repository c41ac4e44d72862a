import { isIP } from 'node:net';
import type { Echo, EchoRequest, EchoResult } from '../echo.ts';
import { complaintText, runHostProgram } from './host-program.ts';

/** Raw sockets are not for an unprivileged process: the `ping` of the host has leave to send one echo. */
const program = 'ping';
/** Beyond its own timeout, for a program that hangs. */
const graceMs = 2000;
const icmpHeader = 8;

/** One process for one echo. */
export const nodeEcho: Echo = {
  async send(request) {
    if (isIP(request.host) === 0) return { kind: 'unusable', reason: 'not an address' };
    const ran = await runHostProgram(program, argumentsOf(request), request.timeoutMs + graceMs);
    return ran.failure === undefined ? readPing(ran.output, ran.complaint) : { kind: 'unusable', reason: ran.failure };
  },
};

function argumentsOf({ host, bytes, timeoutMs, source }: EchoRequest): readonly string[] {
  const headers = (isIP(host) === 6 ? 40 : 20) + icmpHeader;
  const size = Math.max(0, bytes - headers);
  const from = source === undefined ? [] : ['-I', source];
  return ['-n', '-c', '1', '-W', String(Math.ceil(timeoutMs / 1000)), '-s', String(size), ...from, host];
}

/** What the program says: its statistics when it sent something, else why it did not. */
export function readPing(output: string, complaint: string): EchoResult {
  const [, ms] = /\btime[=<]([\d.]+) ?ms/.exec(output) ?? [];
  if (ms !== undefined) return { kind: 'reply', ms: Number(ms) };
  if (/unreachable/i.test(output + complaint)) return { kind: 'unreachable' };
  if (/packets transmitted/.test(output)) return { kind: 'lost' };
  return { kind: 'unusable', reason: complaintText(program, complaint) };
}

import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import type { Echo, EchoRequest, EchoResult } from '../echo.ts';

/** Raw sockets are not for an unprivileged process: the `ping` of the host has leave to send one echo. */
const program = 'ping';
const mostOutput = 4096;
/** Beyond its own timeout, for a program that hangs. */
const graceMs = 2000;
const icmpHeader = 8;

/** One process for one echo, without a shell. It is ended when it does not end by itself. */
export const nodeEcho: Echo = {
  send: (request) =>
    new Promise((resolve) => {
      if (isIP(request.host) === 0) return resolve({ kind: 'unusable', reason: 'not an address' });
      const child = spawn(program, argumentsOf(request), {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
        timeout: request.timeoutMs + graceMs,
        killSignal: 'SIGKILL',
      });
      let output = '';
      let complaint = '';
      child.stdout.on('data', (data: Buffer) => {
        output = `${output}${data.toString('latin1')}`.slice(0, mostOutput);
      });
      child.stderr.on('data', (data: Buffer) => {
        complaint = `${complaint}${data.toString('latin1')}`.slice(0, mostOutput);
      });
      child.on('error', (error) => resolve({ kind: 'unusable', reason: reasonOf(error) }));
      child.on('close', () => resolve(readPing(output, complaint)));
    }),
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
  const [reason = ''] = complaint.replace(/^ping: /, '').split('\n');
  return { kind: 'unusable', reason: reason === '' ? 'it ended without a word' : reason };
}

function reasonOf(error: Error): string {
  return 'code' in error && error.code === 'ENOENT' ? `the host has no program ${program}` : error.message;
}

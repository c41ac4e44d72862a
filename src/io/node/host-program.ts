import { spawn } from 'node:child_process';

const mostOutput = 4096;

export interface ProgramOutput {
  readonly output: string;
  readonly complaint: string;
  /** Why it did not run at all. */
  readonly failure?: string;
}

/** Runs a program of the host without a shell, and ends it when it does not end by itself in that time. Never rejects. */
export function runHostProgram(program: string, words: readonly string[], limitMs: number): Promise<ProgramOutput> {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      timeout: limitMs,
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
    child.on('error', (error) => resolve({ output, complaint, failure: reasonOf(program, error) }));
    child.on('close', () => resolve({ output, complaint }));
  });
}

function reasonOf(program: string, error: Error): string {
  return 'code' in error && error.code === 'ENOENT' ? `the host has no program ${program}` : error.message;
}

/** The first line of what a program complained of, without its name. */
export function complaintText(program: string, complaint: string): string {
  const [line = ''] = complaint.trim().split('\n');
  const reason = line.startsWith(`${program}: `) ? line.slice(program.length + 2) : line;
  return reason === '' ? 'it ended without a word' : reason;
}

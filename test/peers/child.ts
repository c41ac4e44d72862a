import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a program may say before we stop listening: characters. */
const longestOutput = 4_000_000;
const patienceMs = 20_000;

export interface ChildOptions {
  readonly cwd?: string;
  /** Written to its standard input, which is then closed. */
  readonly input?: string;
  /** Its output is not wanted: screens that are redrawn every second. */
  readonly silent?: boolean;
}

/** A program of ours or of a peer, running. It is ended by its process id and never outlives its scene. */
export class Child {
  readonly name: string;
  readonly process: ChildProcess;
  /** Standard output and standard error as they came. */
  output = '';
  readonly #exited: Promise<number>;

  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    this.name = [command, ...args].join(' ');
    const out = options.silent ? 'ignore' : 'pipe';
    this.process = spawn(command, args, { cwd: options.cwd, stdio: ['pipe', out, out] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        if (this.output.length < longestOutput) this.output += text;
      });
    }
    // Its end is told by the exit code; what we still had to say is of no interest then.
    this.process.stdin?.on('error', () => undefined);
    this.#exited = new Promise((resolve) => {
      this.process.once('error', (error) => {
        this.output += String(error);
        resolve(127);
      });
      this.process.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
    });
    if (options.input !== undefined) this.process.stdin?.end(options.input);
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error(`${this.name} did not start: ${this.output}`);
    return this.process.pid;
  }

  get running(): boolean {
    return this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  write(text: string): void {
    this.process.stdin?.write(text);
  }

  closeInput(): void {
    this.process.stdin?.end();
  }

  /** Waits until the output from position `from` on matches; returns the match. Fails at the deadline or at the program's end, with the output. */
  async waitFor(pattern: RegExp, from = 0, deadlineMs = patienceMs): Promise<RegExpExecArray> {
    const end = performance.now() + deadlineMs;
    for (;;) {
      const alive = this.running;
      const match = pattern.exec(this.output.slice(from));
      if (match) return match;
      if (!alive) throw new Error(`${this.name} ended before ${pattern}:\n${this.output.slice(-6000)}`);
      if (performance.now() > end) throw new Error(`${this.name} never said ${pattern}:\n${this.output.slice(-6000)}`);
      await sleep(10);
    }
  }

  /** The exit code; 128 + the signal's number when it was killed. At the deadline it is killed and that is an error. */
  async exit(deadlineMs = patienceMs): Promise<number> {
    const late = new AbortController();
    const code = await Promise.race([
      this.#exited,
      sleep(deadlineMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    if (code !== undefined) return code;
    this.process.kill('SIGKILL');
    await this.#exited;
    throw new Error(`${this.name} did not end:\n${this.output.slice(-6000)}`);
  }

  /** Asks it to end, then makes it. */
  async end(signal: NodeJS.Signals = 'SIGTERM', deadlineMs = 3000): Promise<number> {
    if (!this.running) return this.#exited;
    this.process.kill(signal);
    return this.exit(deadlineMs).catch(() => 137);
  }
}

/** Runs a program to its end and returns what it printed; an exit code other than 0 is an error. */
export async function run(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
  deadlineMs = patienceMs,
): Promise<string> {
  const child = new Child(command, args, options);
  const code = await child.exit(deadlineMs);
  if (code !== 0) throw new Error(`${child.name} ended with ${code}:\n${child.output}`);
  return child.output;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from './child.ts';
import { bound, freePort, loopback } from './port.ts';
import type { Scene } from './scene.ts';
import type { Script } from './script.ts';

export interface SippOptions {
  /** A file of scenarios/, without `.xml`, or steps. */
  readonly scenario: string | Script;
  readonly transport: 'udp' | 'tcp';
  /** Where requests go; absent: it waits to be called. */
  readonly target?: number;
  readonly port?: number;
  /** Ends by itself after so many calls. */
  readonly calls?: number;
  /** Calls a second. */
  readonly rate?: number;
  /** The number called. */
  readonly number?: string;
  /** Values for `[name]` in the scenario. */
  readonly values?: Readonly<Record<string, string>>;
  /** It ends after so many seconds whatever happens; absent: 120. */
  readonly lifeSeconds?: number;
  readonly extra?: readonly string[];
  /** `::1`: over IPv6. */
  readonly host?: string;
  /** Whom requests go to, when it is at another address than `host`. */
  readonly targetHost?: string;
}

export interface SippStatistics {
  readonly created: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
}

export interface SippResult extends SippStatistics {
  readonly code: number;
  /** Messages it did not expect, and why calls failed. */
  readonly errors: string;
}

const scenarios = join(import.meta.dirname, 'scenarios');

/** One running sipp: a caller when it has a target, else one that waits for calls. */
export class Sipp {
  readonly port: number;
  readonly child: Child;
  readonly #statistics: string;
  readonly #errors: string;
  readonly #log: string;

  private constructor(port: number, child: Child, files: readonly [string, string, string]) {
    this.port = port;
    this.child = child;
    [this.#statistics, this.#errors, this.#log] = files;
  }

  static async start(scene: Scene, options: SippOptions): Promise<Sipp> {
    const port = options.port ?? (await freePort());
    const { scenario } = options;
    const [title, file] =
      typeof scenario === 'string'
        ? [scenario, join(scenarios, `${scenario}.xml`)]
        : [scenario.name, scene.write(`${scenario.name}-${port}.xml`, scenario.xml)];
    const name = `${title}-${port}-${await freePort()}`;
    const files = [scene.path(`${name}.csv`), scene.path(`${name}.err`), scene.path(`${name}.log`)] as const;
    const child = scene.start('sipp', sippArguments(options, port, file, files), { silent: true });
    if (options.target === undefined) await bound(options.transport, port);
    return new Sipp(port, child, files);
  }

  /** Waits for its end. */
  async result(deadlineMs = 60_000): Promise<SippResult> {
    const code = await this.child.exit(deadlineMs);
    return { code, ...this.statistics(), errors: this.errors() };
  }

  /** Ends it now: calls that are up are left. */
  async stop(): Promise<SippResult> {
    const code = await this.child.end('SIGUSR1', 2000);
    return { code, ...this.statistics(), errors: this.errors() };
  }

  /** As of its last report; it reports every second and at its end. */
  statistics(): SippStatistics {
    const rows = text(this.#statistics).trim().split('\n');
    const names = rows[0]?.split(';') ?? [];
    const last = rows.length > 1 ? (rows.at(-1)?.split(';') ?? []) : [];
    const value = (name: string) => Number(last[names.indexOf(name)] ?? 0);
    return {
      created: value('TotalCallCreated'),
      succeeded: value('SuccessfulCall(C)'),
      failed: value('FailedCall(C)'),
      retransmissions: value('Retransmissions(C)'),
    };
  }

  errors(): string {
    return text(this.#errors).slice(0, 6000);
  }

  /** What its scenario logged. */
  logged(): string {
    return text(this.#log);
  }

  /** Calls that came up, in scenarios that log it. */
  answered(): number {
    return this.logged().split('up\n').length - 1;
  }
}

/** Runs a caller to its end. */
export async function call(scene: Scene, options: SippOptions, deadlineMs?: number): Promise<SippResult> {
  const sipp = await Sipp.start(scene, { calls: 1, rate: 10, ...options });
  return sipp.result(deadlineMs);
}

function sippArguments(
  options: SippOptions,
  port: number,
  scenario: string,
  [statistics, errors, log]: readonly [string, string, string],
): string[] {
  const { host = loopback } = options;
  const place = host.includes(':') ? `[${host}]` : host;
  const args = options.target === undefined ? [] : [`${options.targetHost ?? place}:${options.target}`];
  args.push('-sf', scenario, '-i', host, '-mi', host, '-p', `${port}`);
  args.push('-t', options.transport === 'udp' ? 'u1' : 't1', '-nostdin', '-nd');
  args.push('-trace_stat', '-stf', statistics, '-fd', '1', '-trace_err', '-error_file', errors);
  args.push('-trace_logs', '-log_file', log);
  args.push('-s', options.number ?? '9001', '-recv_timeout', '15000', '-timeout', `${options.lifeSeconds ?? 120}s`);
  if (options.calls !== undefined) args.push('-m', `${options.calls}`);
  if (options.rate !== undefined) args.push('-r', `${options.rate}`);
  // A blank that begins a line is taken away, this one is not.
  const values = { fold: ' ', ...addressing(options.transport, place, port), ...options.values };
  for (const [name, value] of Object.entries(values)) args.push('-key', name, value);
  return [...args, ...(options.extra ?? [])];
}

/** What Via and Contact say; other when a tunnel stands in front. */
function addressing(
  transport: 'udp' | 'tcp',
  host: string,
  port: number,
): { readonly via: string; readonly contact: string } {
  return { via: transport.toUpperCase(), contact: `${host}:${port};transport=${transport}` };
}

function text(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

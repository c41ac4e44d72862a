import { createHash } from 'node:crypto';
import type { Clock, Files, HttpClient, LogEntry, RemoteFiles, Timer } from '../io/index.ts';
import { MemoryFiles } from '../io/memory/files.ts';
import { SimulatedWorld } from '../io/memory/index.ts';
import { Pki } from './pki.ts';
import {
  type CaServerSettings,
  caServerDefaults,
  type PkiSettings,
  type TrustpointSettings,
  trustpointDefaults,
} from './settings.ts';

/** Everything in an NVRAM: bytes and mode, by name. */
export async function contents(
  files: Files,
  folder = '',
): Promise<ReadonlyMap<string, { readonly bytes: Buffer | undefined; readonly mode: number | undefined }>> {
  const all = new Map<string, { bytes: Buffer | undefined; mode: number | undefined }>();
  for (const entry of await files.list(folder)) {
    const name = folder === '' ? entry : `${folder}/${entry}`;
    if (!entry.endsWith('/')) all.set(name, { bytes: await files.read(name), mode: await files.mode(name) });
    else for (const [below, file] of await contents(files, name.slice(0, -1))) all.set(below, file);
  }
  return all;
}

/** A clock moved by hand. */
export class TestClock implements Clock {
  time = Date.UTC(2026, 0, 1);
  readonly #due: { at: number; fire: () => void }[] = [];

  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  after(delayMs: number, fire: () => void): Timer {
    const entry = { at: this.time + delayMs, fire };
    this.#due.push(entry);
    return { cancel: () => void this.#due.splice(this.#due.indexOf(entry), this.#due.includes(entry) ? 1 : 0) };
  }
  /** Moves on and fires what is due; lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    this.time += ms;
    for (const entry of this.#due.filter(({ at }) => at <= this.time)) {
      this.#due.splice(this.#due.indexOf(entry), 1);
      entry.fire();
      for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
    }
  }
}

/** A whole PKI room around memory: what tests work on. */
export class TestRouter {
  readonly files: MemoryFiles;
  readonly clock = new TestClock();
  readonly log: LogEntry[] = [];
  isClockAuthoritative = true;
  /** How often trust changed. */
  changes = 0;
  #drawn = 0;
  readonly pki: Pki;
  settings: PkiSettings = { trustpoints: new Map(), chains: new Map(), servers: new Map() };

  constructor(http: HttpClient = unreachable, files = new MemoryFiles(), remoteFiles: RemoteFiles = nowhere) {
    this.files = files;
    this.pki = new Pki({
      ...new SimulatedWorld().host(['192.88.1.2']),
      files,
      http,
      resolver: { addresses: async () => ['192.88.1.1'] },
      remoteFiles,
      answers: () => ({ defaultKeyLabel: 'west.lab' }),
      clock: this.clock,
      random: { bytes: (count) => this.#bytes(count) },
      log: { write: (entry) => void this.log.push(entry) },
      change: (change) => this.commit(change(this.settings)),
      isClockAuthoritative: () => this.isClockAuthoritative,
      trustChanged: () => void this.changes++,
    });
  }

  commit(next: PkiSettings): void {
    const old = this.settings;
    this.settings = next;
    this.pki.reconfigure(old, next);
  }

  /** Looks random, repeats from run to run. */
  #bytes(count: number): Buffer {
    return createHash('shake256', { outputLength: count })
      .update(String(this.#drawn++))
      .digest();
  }

  get mnemonics(): readonly string[] {
    return this.log.map(({ mnemonic }) => mnemonic);
  }

  async withServer(name: string, more: Partial<CaServerSettings> = {}): Promise<this> {
    const server: CaServerSettings = { name, ...caServerDefaults, shutdown: false, grant: 'auto', ...more };
    this.commit({ ...this.settings, servers: new Map([[name, server]]) });
    await this.pki.settled();
    return this;
  }

  withTrustpoint(name: string, more: Partial<TrustpointSettings> = {}): this {
    const { enrollment } = trustpointDefaults;
    const method = { kind: 'url', url: 'http://ca', pem: false } as const;
    const one: TrustpointSettings = { name, ...trustpointDefaults, enrollment: { ...enrollment, method }, ...more };
    this.commit({ ...this.settings, trustpoints: new Map([...this.settings.trustpoints, [name, one]]) });
    return this;
  }
}

export const nowhere: RemoteFiles = {
  read: () => Promise.reject(new Error('no server')),
  write: () => Promise.reject(new Error('no server')),
};

export const unreachable: HttpClient = {
  fetch: () => Promise.reject(new Error('connection refused')),
};

/** HTTP straight into another router's certificate server. `lie` may change what comes back. */
export function httpTo(
  ca: () => { readonly pki: Pki },
  lie: (body: Buffer, operation: string) => Buffer = (body) => body,
): HttpClient {
  return {
    async fetch({ method, url, body }) {
      const query = new URL(url).searchParams;
      const operation = query.get('operation') ?? '';
      const message = query.get('message');
      const request = { method, operation, ...(message !== null && { message }), ...(body !== undefined && { body }) };
      const answer = await ca().pki.authorities.scep(request);
      return { status: answer.status, contentType: answer.contentType, body: lie(answer.body, operation) };
    },
  };
}

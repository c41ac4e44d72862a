import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { afterEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import ssh2 from 'ssh2';
import { SshServer } from '../src/access/ssh-server.ts';
import type { SshLogin, SshServerSettings, SshSession } from '../src/access/ssh-settings.ts';
import { type Command, CommandError, command, Language } from '../src/cli/index.ts';
import type { LogEntry } from '../src/io/index.ts';
import { SimulatedClock } from '../src/io/memory/clock.ts';
import { nodeNetwork } from '../src/io/node/network.ts';

/** Everybody's password is the name backwards. */
export const passwordOf = (user: string): string => [...user].reverse().join('');

export const rsa = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
export const hostKey = rsa();
export const userKey = rsa();

export interface World {
  readonly who: string;
}

const anyone = { privilege: 1 };
const rows: readonly Command<World>[] = [
  command<'show who', World>(
    'show who',
    'Who',
    (_, { world, terminal }) => terminal.print(`${world.who} is here`),
    anyone,
  ),
  command<'show many', World>(
    'show many',
    'Lines',
    (_, { terminal }) => {
      for (let i = 1; i <= 100; i++) terminal.print(`line ${i}`);
    },
    anyone,
  ),
  command<'ask', World>('ask', 'Asks', async (_, { terminal }) => {
    terminal.print(`answered ${await terminal.ask('Well? ')}`);
  }),
  command<'fail', World>('fail', 'Fails', () => {
    throw new CommandError('% It failed');
  }),
];
const language = new Language<World>([
  { name: 'exec', kind: 'exec', prompt: '', commands: rows },
  { name: 'config', parent: 'exec', prompt: 'config', commands: [] },
]);

/** Lets so much time pass, firing what becomes due. */
export function pass(clock: SimulatedClock, ms: number): void {
  const end = clock.monotonic() + ms;
  while (clock.step(end));
  clock.moveTo(end);
}

export const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

export async function serve(part: Partial<SshServerSettings> = {}, given: Partial<SshSession<World>> = {}) {
  const clock = new SimulatedClock(0);
  const entries: LogEntry[] = [];
  const logins: SshLogin[] = [];
  const server = new SshServer<World>({
    network: nodeNetwork(),
    clock,
    log: { write: (entry) => void entries.push(entry) },
    door: {
      password: async (user, password) => user !== 'ghost' && password === passwordOf(user),
      key: (user, key) => {
        const known = ssh2.utils.parseKey(userKey);
        return user === 'ada' && !(known instanceof Error) && known.getPublicSSH().equals(key);
      },
    },
    session(login) {
      logins.push(login);
      return {
        language,
        world: { who: login.user },
        hostname: () => 'gw',
        privilege: login.user === 'ada' ? 15 : 1,
        greeting: [],
        onFault: assert.fail,
        ...given,
      };
    },
  });
  const settings: SshServerSettings = {
    port: 0,
    address: '127.0.0.1',
    hostKey,
    loginMs: 60_000,
    attempts: 3,
    lines: [0, 1].map((number) => ({ number, execTimeoutMs: 600_000 })),
    ...part,
  };
  opened.push({ close: () => server.stop() });
  await server.apply(settings);
  const port = server.report().port ?? 0;
  /** Lets simulated time pass in steps while the real sockets work, until the promise is kept. */
  const during = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    promise.then(
      () => (settled = true),
      () => (settled = true),
    );
    while (!settled) {
      await sleep(2);
      pass(clock, 500);
    }
    return promise;
  };
  return { server, clock, entries, logins, settings, port, during };
}

export async function login(port: number, config: Partial<ConnectConfig> = {}): Promise<Client> {
  const client = new ssh2.Client();
  opened.push({
    close: async () => {
      client.on('error', () => {});
      client.end();
    },
  });
  const ready = once(client, 'ready');
  const username = config.username ?? 'ada';
  client.connect({ host: '127.0.0.1', port, username, password: passwordOf(username), ...config });
  await ready;
  return client;
}

/** A terminal on the other side. */
export class Screen {
  text = '';
  readonly channel: ClientChannel;
  readonly closed: Promise<unknown>;

  constructor(channel: ClientChannel) {
    this.channel = channel;
    this.closed = once(channel, 'close');
    channel.on('data', (data: Buffer) => {
      this.text += data.toString();
    });
  }

  static open(
    client: Client,
    window: false | { cols: number; rows: number } = { cols: 80, rows: 24 },
  ): Promise<Screen> {
    return new Promise((resolve, reject) => {
      client.shell(window === false ? false : { ...window, term: 'vt100' }, (error, channel) =>
        error ? reject(error) : resolve(new Screen(channel)),
      );
    });
  }

  async until(pattern: RegExp): Promise<string> {
    for (let waited = 0; waited < 5000 && !pattern.test(this.text); waited += 5) await sleep(5);
    assert.match(this.text, pattern);
    return this.text;
  }
}

export function exec(client: Client, text: string): Promise<{ out: string; status: number | undefined }> {
  return new Promise((resolve, reject) => {
    client.exec(text, (error, channel) => {
      if (error) return reject(error);
      let out = '';
      let status: number | undefined;
      channel.on('data', (data: Buffer) => {
        out += data.toString();
      });
      channel.on('exit', (code: number) => {
        status = code;
      });
      channel.on('close', () => resolve({ out, status }));
    });
  });
}

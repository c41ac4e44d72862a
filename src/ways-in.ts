import { ConsoleLine, type ConsoleSession } from './access/console-line.ts';
import { LoginAttempts, pause } from './access/login-attempts.ts';
import { askLogin } from './access/login-dialog.ts';
import { loginMessages } from './access/ssh-messages.ts';
import { SshServer } from './access/ssh-server.ts';
import type { SshLogin, SshSession } from './access/ssh-settings.ts';
import type { Language } from './cli/index.ts';
import {
  type AccessFace,
  aliasesOf,
  commandLevels,
  execTimeoutDefault,
  lineDefaults,
  lineName,
  opensshPublic,
  type SessionLine,
  same,
  type Tree,
  type World,
} from './commands/index.ts';
import { type Clock, type Log, type Logging, log, type Network } from './io/index.ts';
import type { Terminal } from './io/terminal.ts';
import type { Pki } from './pki/index.ts';
import { bannerLines, privilegeOf, sshDoor, sshPlan } from './ssh-wiring.ts';
import type { systemMessages } from './system-messages.ts';

export interface WaysInParts {
  readonly network: Network;
  readonly clock: Clock;
  readonly logs: Logging;
  readonly log: Log<typeof systemMessages>;
  readonly running: () => Tree;
  readonly pki: Pki;
  readonly language: Language<World>;
  readonly world: () => World;
  readonly onFault: (error: unknown, line: string) => void;
}

/** What a console brings to its terminal. */
export type ConsoleParts = ConsoleSession<World>;

const consoleAddress = 'console';

/**
 * Who is at the gateway: the console it was started at and the SSH server. It reads the configuration for them, so that
 * they know neither users nor keys, and answers what commands ask about them.
 */
export class WaysIn implements AccessFace {
  readonly #parts: WaysInParts;
  readonly #ssh: SshServer<World>;
  readonly #attempts: LoginAttempts;
  readonly #loginLog: Log<typeof loginMessages>;
  readonly #levelOf: ReturnType<typeof commandLevels>;
  readonly #aliasesOf: ReturnType<typeof aliasesOf>;
  #started = false;
  readonly #uses = new Map<string, number>();
  #line: ConsoleLine<World> | undefined;
  #console: { user?: string; typedAt: number } | undefined;
  /** What was last applied: a commit of something else is none of our business. */
  #seen: readonly unknown[] = [];

  constructor(parts: WaysInParts) {
    this.#parts = parts;
    this.#levelOf = commandLevels(parts.running, parts.language);
    this.#aliasesOf = aliasesOf(parts.running);
    this.#attempts = new LoginAttempts(parts.clock);
    this.#loginLog = log('SEC_LOGIN', loginMessages, parts.logs);
    this.#ssh = new SshServer<World>({
      network: parts.network,
      clock: parts.clock,
      log: parts.logs,
      door: sshDoor(parts.running),
      session: (login) => this.#session(login),
    });
  }

  /** Keys and configuration are there. */
  start(): Promise<void> {
    this.#started = true;
    return this.follow();
  }

  async stop(): Promise<void> {
    this.#started = false;
    await this.#ssh.stop();
  }

  /** Brings the SSH server in step with configuration and keys. */
  async follow(): Promise<void> {
    const { running, pki } = this.#parts;
    if (!this.#started) return;
    const { access, interfaces, hostname, domainName, kept, pki: trust } = running();
    const seen = [
      access,
      interfaces,
      hostname,
      domainName,
      kept,
      trust,
      ...pki.keys.list().map(({ publicKey }) => publicKey),
    ];
    if (seen.length === this.#seen.length && seen.every((one, i) => one === this.#seen[i])) return;
    this.#seen = seen;
    await this.#ssh.apply(sshPlan(running(), pki).settings);
  }

  ssh(): ReturnType<AccessFace['ssh']> {
    const { running, pki } = this.#parts;
    const { missing, hostKey } = sshPlan(running(), pki);
    const { port, connections, refused } = this.#ssh.report();
    return {
      port,
      missing,
      hostKey: hostKey && { label: hostKey.label, openssh: opensshPublic(hostKey.publicKey) },
      connections,
      refused,
    };
  }

  users(): ReturnType<AccessFace['users']> {
    const at = this.#parts.clock.monotonic();
    const console = this.#console;
    const { connections } = this.#ssh.report();
    return [
      ...(console === undefined
        ? []
        : [
            {
              kind: 'con' as const,
              number: 0,
              idleMs: at - console.typedAt,
              ...(console.user ? { user: console.user } : {}),
            },
          ]),
      ...connections.map(({ number, user, address, idleMs }) => ({
        kind: 'vty' as const,
        number,
        user,
        address,
        idleMs,
      })),
    ];
  }

  disconnect(connection: number): boolean {
    return this.#ssh.disconnect(connection);
  }

  clearLine(kind: 'con' | 'vty', number: number): void {
    if (kind === 'con') this.#line?.clear();
    else this.#ssh.disconnect(number);
  }

  lineUses(): ReadonlyMap<string, number> {
    return this.#uses;
  }

  #used(line: string): void {
    this.#uses.set(line, (this.#uses.get(line) ?? 0) + 1);
  }

  async enableRefused({ kind, number, user = 'unknown', address = consoleAddress }: SessionLine): Promise<void> {
    this.#parts.log('PRIV_AUTH_FAIL', { user, line: `${kind}${number}`, address });
    await pause(this.#parts.clock, this.#attempts.failed(address));
  }

  /** The line the program was started at: sessions at its terminal, one after another. */
  consoleLine(terminal: () => Terminal, typedAhead: string): ConsoleLine<World> {
    const { clock, language, world, running, onFault } = this.#parts;
    this.#line = new ConsoleLine({
      idle: { language, world: world(), hostname: () => running().hostname, onFault },
      terminal,
      clock,
      typedAhead,
      session: () => this.console(),
      left: () => {
        this.#console = undefined;
      },
    });
    return this.#line;
  }

  /** One session at the console. It asks who is there only where `line con 0` says so. */
  console(): ConsoleParts {
    const { clock, language, world, running, onFault } = this.#parts;
    const { banners, lines } = running().access;
    const line = lines.get('con 0') ?? lineDefaults;
    const asks = line.login === 'local' ? 'user' : line.login === 'password' ? 'password' : undefined;
    const motd = bannerLines(banners.motd);
    const console = { typedAt: clock.monotonic() };
    this.#console = console;
    this.#used('con 0');
    return {
      language,
      levelOf: this.#levelOf,
      aliasesOf: this.#aliasesOf,
      world: world(),
      hostname: () => running().hostname,
      onConfigured: () => this.#parts.log('CONFIG_I', { by: lineName({ kind: 'con', number: 0, ...console }) }),
      onFault,
      execTimeoutMs: (line.execTimeoutSeconds ?? execTimeoutDefault) * 1000,
      ...(line.privilege === undefined ? {} : { privilege: line.privilege }),
      ...(line.length === undefined ? {} : { pageLength: line.length }),
      greeting: [...(asks === undefined ? motd : []), ...bannerLines(banners.exec)],
      onInput: () => {
        console.typedAt = clock.monotonic();
      },
      ...(asks === undefined ? {} : { login: (io) => this.#consoleLogin(io, asks, motd) }),
    };
  }

  async #consoleLogin(
    io: Parameters<NonNullable<ConsoleParts['login']>>[0],
    asks: 'user' | 'password',
    motd: readonly string[],
  ) {
    const { running, world } = this.#parts;
    const door = sshDoor(running);
    const user = await askLogin(io, {
      asks,
      banner: [...motd, ...bannerLines(running().access.banners.login)],
      check: async (name, password) => {
        const expected = running().access.lines.get('con 0')?.password;
        return asks === 'user' ? door.password(name, password) : expected !== undefined && same(expected, password);
      },
      failed: async (name) => {
        this.#loginLog('LOGIN_FAILED', {
          user: name,
          address: consoleAddress,
          port: 0,
          reason: 'Login Authentication Failed',
        });
        await pause(this.#parts.clock, this.#attempts.failed(consoleAddress));
      },
    });
    if (user === undefined) return undefined;
    this.#attempts.forgive(consoleAddress);
    if (this.#console !== undefined) this.#console.user = user;
    const line = { kind: 'con' as const, number: 0, ...(user === '' ? {} : { user }) };
    return { world: { ...world(), line }, privilege: privilegeOf(running(), user, 'con 0') };
  }

  #session({ user, address, line }: SshLogin): SshSession<World> {
    const { language, world, running, logs, onFault } = this.#parts;
    const { banners, lines } = running().access;
    const length = lines.get(`vty ${line}`)?.length;
    this.#used(`vty ${line}`);
    const at = { kind: 'vty', number: line, user, address } as const;
    return {
      language,
      levelOf: this.#levelOf,
      aliasesOf: this.#aliasesOf,
      onConfigured: () => this.#parts.log('CONFIG_I', { by: lineName(at) }),
      world: { ...world(), line: at },
      hostname: () => running().hostname,
      privilege: privilegeOf(running(), user, `vty ${line}`),
      greeting: [...bannerLines(banners.motd), ...bannerLines(banners.exec)],
      ...(length === undefined ? {} : { pageLength: length }),
      watchLog: (show) => logs.watch(show, 'monitor'),
      onFault,
    };
  }
}

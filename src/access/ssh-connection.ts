import type { AuthContext, Connection, NegotiatedAlgorithms, ParsedKey, Server, Session } from 'ssh2';
import ssh2 from 'ssh2';
import type { Clock, Log, Stream, Timer } from '../io/index.ts';
import { Console } from './console.ts';
import type { LoginAttempts } from './login-attempts.ts';
import { runCommands } from './ssh-command.ts';
import { methods, prove } from './ssh-login.ts';
import type { loginMessages, sshMessages } from './ssh-messages.ts';
import type { SshDoor, SshLine, SshLogin, SshServerSettings, SshSession } from './ssh-settings.ts';
import { SshSocket } from './ssh-socket.ts';
import { type ScreenSize, type SshChannel, SshTerminal } from './ssh-terminal.ts';

/** What a connection works with; the server's own parts. */
export interface SshHost<World> {
  readonly clock: Clock;
  readonly log: Log<typeof sshMessages>;
  readonly loginLog: Log<typeof loginMessages>;
  readonly attempts: LoginAttempts;
  readonly door: SshDoor;
  readonly counters: { logins: number; lines: number; late: number };
  readonly session: (login: SshLogin) => SshSession<World>;
  /** A free line, from now on this connection's. */
  takeLine(connection: SshConnection<World>): SshLine | undefined;
  closed(connection: SshConnection<World>): void;
}

/** Offers of keys that are nobody's. */
const mostRefusals = 20;
/** How long a client may take to close a channel that has ended. */
const lingerMs = 5000;

/** Nothing that rests on SHA-1, no group below 2048 bits, no cipher without integrity of its own or an honest MAC. */
const algorithms = {
  serverHostKey: ['rsa-sha2-512', 'rsa-sha2-256', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} as const;

/**
 * One client: he proves who he is, then has one channel: a session, or one command. Whatever ends, ends all of it.
 *
 * **Standards:** RFC 4252 (authentication), RFC 4254 (channels), RFC 8332 (RSA with SHA-2).
 */
export class SshConnection<World> {
  readonly address: string;
  /** Set once a session has it. */
  line: SshLine | undefined;
  readonly #host: SshHost<World>;
  readonly #settings: SshServerSettings;
  readonly #socket: SshSocket;
  #client: Connection | undefined;
  #user: string | undefined;
  #negotiated: NegotiatedAlgorithms | undefined;
  #failures = 0;
  #refusals = 0;
  #hasSession = false;
  #closed = false;
  #timer: Timer;
  /** A wrong login waits for its answer. */
  #answer: Timer | undefined;
  #touchedAt: number;
  #screen: ScreenSize | undefined;
  #terminal: SshTerminal | undefined;
  /** Ends what runs in the channel. */
  #stop: () => void = () => this.close();

  constructor(stream: Stream, hostKey: ParsedKey, settings: SshServerSettings, host: SshHost<World>) {
    this.#host = host;
    this.#settings = settings;
    this.address = stream.remote.host;
    this.#touchedAt = host.clock.monotonic();
    this.#timer = host.clock.after(settings.loginMs, () => {
      host.counters.late++;
      this.close();
    });
    this.#socket = new SshSocket(stream);
    this.#socket.on('error', () => this.close()).on('close', () => this.#finished());
    // A server of the library for each connection: it hears of a client only once that has greeted.
    const server = new ssh2.Server({
      hostKeys: [{ key: hostKey }],
      ident: 'dialpeer',
      algorithms: { serverHostKey: [...algorithms.serverHostKey], hmac: [...algorithms.hmac] },
      ...(settings.banner === undefined ? {} : { banner: settings.banner }),
    });
    server.on('connection', (client: Connection) => this.#greeted(client));
    server.injectSocket(this.#socket as unknown as Parameters<Server['injectSocket']>[0]);
  }

  /** Who logged in; undefined before. */
  get user(): string | undefined {
    return this.#user;
  }

  get idleMs(): number {
    return this.#host.clock.monotonic() - this.#touchedAt;
  }

  get negotiated(): NegotiatedAlgorithms | undefined {
    return this.#negotiated;
  }

  /** Ends the session as if it had been left; what has no session is cut. */
  end(): void {
    this.#stop();
    if (this.#closed) return;
    // A command that is under way is given a moment to end, and no more.
    this.#timer.cancel();
    this.#timer = this.#host.clock.after(lingerMs, () => this.close());
  }

  /** Cuts the connection. */
  close(): void {
    if (this.#closed) return;
    this.#client?.end();
    this.#socket.end();
    this.#finished();
  }

  #finished(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer.cancel();
    this.#answer?.cancel();
    this.#stop();
    this.#host.closed(this);
  }

  #greeted(client: Connection): void {
    this.#client = client;
    client.on('error', () => this.close());
    client.on('handshake', (negotiated: NegotiatedAlgorithms) => {
      this.#negotiated ??= negotiated;
    });
    client.on('authentication', (context) => void this.#authenticate(context));
    client.on('ready', () => this.#ready());
    client.on('session', (accept, reject) => {
      // One channel: a second terminal is a second login, with a line of its own.
      if (this.#hasSession) return reject();
      this.#hasSession = true;
      this.#serve(accept());
    });
  }

  async #authenticate(context: AuthContext): Promise<void> {
    const proof = await prove(context, this.#host.door).catch(() => 'wrong' as const);
    if (this.#closed || proof === 'answered') return;
    if (proof === 'right') {
      this.#user = context.username;
      return context.accept();
    }
    if (proof === 'wrong') await this.#failed(context.username);
    else this.#refusals++;
    if (this.#closed) return;
    context.reject(methods);
    if (this.#failures >= this.#settings.attempts || this.#refusals > mostRefusals) this.close();
  }

  async #failed(user: string): Promise<void> {
    const { attempts, clock, counters, loginLog } = this.#host;
    this.#failures++;
    counters.logins++;
    const { port } = this.#settings;
    loginLog('LOGIN_FAILED', { user, address: this.address, port, reason: 'Login Authentication Failed' });
    const delayMs = attempts.failed(this.address);
    await new Promise<void>((resolve) => {
      this.#answer = clock.after(delayMs, resolve);
    });
  }

  #ready(): void {
    const { attempts, clock, loginLog } = this.#host;
    attempts.forgive(this.address);
    loginLog('LOGIN_SUCCESS', { user: this.#user ?? '', address: this.address, port: this.#settings.port });
    // A client that has logged in and asks for nothing has no longer than one that does not log in.
    this.#timer.cancel();
    this.#timer = clock.after(this.#settings.loginMs, () => this.close());
  }

  #serve(session: Session): void {
    session.on('pty', (accept, _reject, info) => {
      this.#screen = { columns: info.cols, rows: info.rows };
      accept?.();
    });
    session.on('window-change', (accept, _reject, info) => {
      this.#terminal?.resize({ columns: info.cols, rows: info.rows });
      accept?.();
    });
    session.on('shell', (accept) => this.#begin(accept(), (channel, given) => this.#shell(channel, given)));
    session.on('exec', (accept, _reject, { command }) =>
      this.#begin(accept(), (channel, given) => this.#command(channel, given, command)),
    );
  }

  /** Gives the session a line, runs it, and ends the connection behind it. */
  #begin(
    channel: SshChannel | undefined,
    run: (channel: SshChannel, given: SshSession<World>) => Promise<number>,
  ): void {
    // A second request in the same channel is given none.
    if (channel === undefined) return;
    this.#timer.cancel();
    channel.on('close', () => this.close());
    const line = this.#host.takeLine(this);
    if (line === undefined) {
      this.#host.counters.lines++;
      channel.write('% All lines are in use\r\n');
      return this.#leave(channel, 1);
    }
    this.line = line;
    this.#touch();
    this.#watch(line);
    const user = this.#user ?? '';
    run(channel, this.#host.session({ user, address: this.address, line: line.number })).then(
      (status) => this.#leave(channel, status),
      (error: unknown) => {
        this.#host.log('SESSION_FAILED', { user, address: this.address, reason: String(error) });
        this.#leave(channel, 255);
      },
    );
  }

  async #shell(channel: SshChannel, given: SshSession<World>): Promise<number> {
    const terminal = new SshTerminal(channel, this.#screen, {
      touched: () => this.#touch(),
      flooded: () => this.close(),
    });
    this.#terminal = terminal;
    const console = new Console<World>({ ...given, terminal });
    this.#stop = () => void console.close();
    await console.run();
    return 0;
  }

  #command(channel: SshChannel, given: SshSession<World>, text: string): Promise<number> {
    const end = this.#screen === undefined ? '\n' : '\r\n';
    const terminal = new SshTerminal(channel, this.#screen, { touched: () => {}, flooded: () => this.close() });
    const run = runCommands(given, text, (line) => terminal.write(`${line}${end}`));
    this.#stop = () => run.stop();
    return run.status;
  }

  /** Says how it ended and closes, once the client has taken what was printed. */
  #leave(channel: SshChannel, status: number): void {
    if (this.#closed) return;
    this.line = undefined;
    this.#timer.cancel();
    if (channel.writable) channel.exit(status);
    channel.end();
    this.#timer = this.#host.clock.after(lingerMs, () => this.close());
  }

  #touch(): void {
    this.#touchedAt = this.#host.clock.monotonic();
  }

  /** Ends a session that nobody types at. */
  #watch({ execTimeoutMs }: SshLine): void {
    if (execTimeoutMs === 0) return;
    const left = execTimeoutMs - this.idleMs;
    if (left <= 0) return this.end();
    this.#timer = this.#host.clock.after(left, () => this.#watch({ execTimeoutMs, number: 0 }));
  }
}

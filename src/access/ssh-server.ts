import { type Clock, type Listener, type LogSink, log, type Network, type Stream } from '../io/index.ts';
import { HandshakeRate } from './handshake-rate.ts';
import { type HostKey, readHostKey } from './host-key.ts';
import { LoginAttempts } from './login-attempts.ts';
import { SshConnection, type SshHost } from './ssh-connection.ts';
import { loginMessages, sshMessages } from './ssh-messages.ts';
import type { SshDoor, SshLine, SshLogin, SshServerSettings, SshSession } from './ssh-settings.ts';

export interface SshServerParts<World> {
  readonly network: Network;
  readonly clock: Clock;
  readonly log: LogSink;
  readonly door: SshDoor;
  /** What somebody who came in is given. */
  readonly session: (login: SshLogin) => SshSession<World>;
}

/** Connections that have not logged in yet, in all and from one address. */
const mostStrangers = 32;
const mostStrangersOfAddress = 8;
const mostConnections = 64;
/** A flood is told this often, with how many there were. */
const toldEveryMs = 10_000;

export interface SshServerReport {
  /** The port in use, undefined while nothing listens. */
  readonly port: number | undefined;
  readonly connections: readonly {
    readonly number: number;
    readonly user: string;
    readonly address: string;
    readonly idleMs: number;
    readonly cipherIn: string;
    readonly cipherOut: string;
    readonly macIn: string;
    readonly macOut: string;
  }[];
  readonly refused: {
    readonly connections: number;
    readonly hasty: number;
    readonly logins: number;
    readonly lines: number;
    readonly late: number;
  };
}

/**
 * The SSH server. It follows the configuration: on, off, another port, address or host key. Sessions that are open go on
 * until they are left, so that nobody cuts himself off by a line he types; what is new holds for the next connection.
 */
export class SshServer<World> {
  readonly #parts: SshServerParts<World>;
  readonly #host: SshHost<World>;
  readonly #log;
  readonly #connections = new Set<SshConnection<World>>();
  readonly #rate = new HandshakeRate();
  #toldAt = Number.NEGATIVE_INFINITY;
  readonly #counters = { connections: 0, hasty: 0, logins: 0, lines: 0, late: 0 };
  #listener: Listener | undefined;
  #settings: SshServerSettings | undefined;
  #hostKey: HostKey | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: SshServerParts<World>) {
    this.#parts = parts;
    this.#log = log('SSH', sshMessages, parts.log);
    this.#host = {
      clock: parts.clock,
      log: this.#log,
      loginLog: log('SEC_LOGIN', loginMessages, parts.log),
      attempts: new LoginAttempts(parts.clock),
      loggedIn: (address) => this.#rate.payBack(address, parts.clock.monotonic()),
      door: parts.door,
      counters: this.#counters,
      session: parts.session,
      takeLine: (connection) => this.#takeLine(connection),
      closed: (connection) => void this.#connections.delete(connection),
    };
  }

  /** Resolves when the server is as the settings say (undefined: off), or the log says why not. In the order of the calls. */
  apply(settings: SshServerSettings | undefined): Promise<void> {
    this.#turn = this.#turn.then(() => this.#become(settings));
    return this.#turn;
  }

  /** Closes listener and sessions. */
  async stop(): Promise<void> {
    await this.apply(undefined);
    for (const connection of [...this.#connections]) {
      connection.end();
      connection.close();
    }
  }

  /** Ends the session on that line. False when there is none. */
  disconnect(line: number): boolean {
    const found = [...this.#connections].find((connection) => connection.line?.number === line);
    found?.end();
    return found !== undefined;
  }

  report(): SshServerReport {
    const connections = [...this.#connections].flatMap(({ line, user, address, idleMs, negotiated }) =>
      line === undefined || user === undefined
        ? []
        : [
            {
              number: line.number,
              user,
              address,
              idleMs,
              cipherIn: negotiated?.cs.cipher ?? '',
              cipherOut: negotiated?.sc.cipher ?? '',
              macIn: macOf(negotiated?.cs.mac),
              macOut: macOf(negotiated?.sc.mac),
            },
          ],
    );
    return {
      port: this.#listener?.local.port,
      connections: connections.sort((a, b) => a.number - b.number),
      refused: { ...this.#counters },
    };
  }

  async #become(next: SshServerSettings | undefined): Promise<void> {
    const old = this.#settings;
    this.#settings = next;
    const isSame = old?.port === next?.port && old?.address === next?.address && old?.hostKey === next?.hostKey;
    if (isSame && (this.#listener !== undefined) === (next !== undefined)) return;
    if (this.#listener !== undefined) {
      this.#listener.close();
      this.#listener = undefined;
      this.#log('DISABLED');
    }
    if (next !== undefined) await this.#listen(next);
  }

  async #listen({ address, port, hostKey }: SshServerSettings): Promise<void> {
    const read = readHostKey(hostKey);
    if (read === undefined) {
      this.#log('LISTEN_SOCKET', { address, port, reason: 'the host key cannot be used' });
      return;
    }
    this.#hostKey = read;
    try {
      this.#listener = await this.#parts.network.listenTcp(
        { host: address, port },
        {
          accepted: (stream) => this.#accepted(stream),
          failed: (error) => this.#log('LISTEN_SOCKET', { address, port, reason: error.message }),
        },
      );
      this.#log('ENABLED');
    } catch (error) {
      this.#log('LISTEN_SOCKET', { address, port, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Before a byte is answered: what a handshake costs is spent on nobody who comes too often. */
  #accepted(stream: Stream): void {
    const settings = this.#settings;
    const address = stream.remote.host;
    const reason = this.#crowd(address) ?? this.#haste(address);
    if (reason !== undefined) this.#tell(address, reason);
    if (reason !== undefined || settings === undefined || this.#hostKey === undefined) return stream.destroy();
    this.#connections.add(new SshConnection(stream, this.#hostKey, settings, this.#host));
  }

  /** Too many connections there are, if so. */
  #crowd(address: string): string | undefined {
    const strangers = [...this.#connections].filter(({ user }) => user === undefined);
    const near = strangers.filter((connection) => connection.address === address);
    const reason =
      near.length >= mostStrangersOfAddress
        ? `${near.length} connections of this address have not logged in yet`
        : strangers.length >= mostStrangers
          ? `${strangers.length} connections have not logged in yet`
          : this.#connections.size >= mostConnections
            ? `${this.#connections.size} connections are open`
            : undefined;
    if (reason !== undefined) this.#counters.connections++;
    return reason;
  }

  #haste(address: string): string | undefined {
    const taken = this.#rate.take(address, this.#parts.clock.monotonic());
    if (taken === 'taken') return undefined;
    this.#counters.hasty++;
    return taken === 'address' ? 'it connects too often' : 'too many connect';
  }

  #tell(address: string, reason: string): void {
    const now = this.#parts.clock.monotonic();
    if (now - this.#toldAt < toldEveryMs) return;
    this.#toldAt = now;
    const { connections, hasty } = this.#counters;
    this.#log('CONNECTION_REFUSED', { address, reason, count: connections + hasty });
  }

  #takeLine(connection: SshConnection<World>): SshLine | undefined {
    const taken = new Set([...this.#connections].map(({ line }) => line?.number));
    const line = this.#settings?.lines.find(({ number }) => !taken.has(number));
    if (line !== undefined) connection.line = line;
    return line;
  }
}

/** A cipher that proves integrity itself needs no MAC. */
function macOf(mac: string | undefined): string {
  return mac === undefined || mac === '' ? 'implicit' : mac;
}

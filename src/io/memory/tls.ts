import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Stream } from '../network.ts';
import type { Tls, TlsConnectOptions, TlsCredentials, TlsPeer, TlsSession, TlsVersion } from '../tls.ts';
import { ClientSessions } from '../tls-sessions/client-sessions.ts';
import {
  acceptedSession,
  connectedSession,
  neverResumed,
  type Resumption,
  targetOf,
} from '../tls-sessions/resumption.ts';
import { SecuredContexts } from '../tls-sessions/secured-contexts.ts';
import { best, certificates, disagreement, verdict } from './agreement.ts';
import { MemoryStream } from './stream.ts';

interface Side {
  readonly role: 'client' | 'server';
  readonly credentials: TlsCredentials;
  readonly shakes: Shaking;
  resolve(peer: TlsPeer, resumption: Resumption): void;
  reject(error: Error): void;
}

/** What one side knows of sessions before. */
interface Shaking {
  /** Client: the ticket it shows. */
  readonly ticket?: Ticket | undefined;
  /** What becomes of a session; server: of one by this ticket, or by none. Undefined: the ticket is not ours. */
  resumptionOf(ticket: Ticket | undefined): Resumption | undefined;
  /** Server: the keys that seal what it gives out to those who come by a full handshake; absent: it gives out nothing. */
  readonly keys?: TicketKeys;
}

/** Whoever has the same seals and opens tickets. */
interface TicketKeys {
  readonly number: number;
}

/** What a server seals: nobody else reads it, so it needs no cipher here. */
interface Ticket {
  readonly keys: number;
  readonly version: TlsVersion;
  /** Of the client: leaf, and what the server's library made of its chain. */
  readonly leaf: string | undefined;
  readonly clientError: string | undefined;
  readonly serverError: string | undefined;
}

/** What all hosts of a world share: who has begun a handshake and waits for the other end, and how many keys there were. */
export class Handshakes {
  readonly waiting = new WeakMap<MemoryStream, Side>();
  #keys = 0;

  nextKeys(): TicketKeys {
    return { number: ++this.#keys };
  }
}

/**
 * TLS without encryption: when both ends of a simulated connection have begun, what they would have agreed on, shown and
 * thought of each other's chain is computed from their credentials, and the same reasons are given as OpenSSL gives. Sessions are kept,
 * resumed and forgotten by the rules of a real host; a client that resumes shows its leaf, a server nothing.
 */
export class MemoryTls implements Tls {
  readonly #clock: Clock;
  readonly #handshakes: Handshakes;
  readonly #contexts: SecuredContexts<TicketKeys>;
  readonly #sessions: ClientSessions;

  constructor(clock: Clock, handshakes: Handshakes) {
    this.#clock = clock;
    this.#handshakes = handshakes;
    const now = (): number => clock.monotonic();
    this.#contexts = new SecuredContexts(now, () => handshakes.nextKeys());
    this.#sessions = new ClientSessions(now);
  }

  accept(stream: Stream, credentials: TlsCredentials, timeoutMs: number): Promise<TlsSession> {
    return this.#begin('server', stream, credentials, timeoutMs, this.#serving(credentials));
  }

  connect(stream: Stream, credentials: TlsCredentials, options: TlsConnectOptions): Promise<TlsSession> {
    const shakes = this.#visiting(stream, credentials, options);
    return this.#begin('client', stream, credentials, options.timeoutMs, shakes);
  }

  forgetSessions(): void {
    this.#contexts.clear();
    this.#sessions.clear();
  }

  #serving(credentials: TlsCredentials): Shaking {
    if (credentials.resumption === undefined) {
      return { resumptionOf: (ticket) => (ticket === undefined ? neverResumed : undefined) };
    }
    const current = this.#contexts.find(credentials);
    const all = [current, this.#contexts.before(current)].filter((one) => one !== undefined);
    return {
      keys: current.context,
      resumptionOf: (ticket) => {
        const opened = ticket === undefined ? current : all.find(({ context }) => context.number === ticket.keys);
        return opened === undefined ? undefined : acceptedSession(this.#contexts, opened);
      },
    };
  }

  #visiting({ remote }: Stream, credentials: TlsCredentials, { serverName }: TlsConnectOptions): Shaking {
    if (credentials.resumption === undefined) return { resumptionOf: () => neverResumed };
    const target = targetOf(remote, serverName, this.#contexts.find(credentials));
    const resumption = connectedSession(this.#sessions, target, () => this.#clock.monotonic());
    const { session } = resumption;
    return {
      ticket: session === undefined ? undefined : JSON.parse(session.toString()),
      resumptionOf: () => resumption,
    };
  }

  #begin(
    role: Side['role'],
    stream: Stream,
    credentials: TlsCredentials,
    timeoutMs: number,
    shakes: Shaking,
  ): Promise<TlsSession> {
    return new Promise((resolve, reject) => {
      if (!(stream instanceof MemoryStream)) throw new TypeError('TLS needs a stream of the same network');
      const { waiting } = this.#handshakes;
      const settle = (): void => {
        deadline.cancel();
        stream.onClose(undefined);
        waiting.delete(stream);
      };
      const fail = (error: Error): void => {
        settle();
        stream.destroy();
        reject(error);
      };
      const deadline = this.#clock.after(timeoutMs, () => {
        fail(new GatewayError('connection-timeout', 'The handshake did not finish in time'));
      });
      const reset = (): void => fail(new GatewayError('connection-reset', 'The peer closed during the handshake'));
      if (stream.isEnded) {
        reset();
        return;
      }
      stream.onClose(reset);
      const done = (shown: TlsPeer, resumption: Resumption): void => {
        settle();
        const peer = { ...shown, chainDer: resumption.chainOf(shown) };
        resolve({ stream, peer, judged: (isAccepted) => resumption.judged(isAccepted, peer) });
      };
      waiting.set(stream, { role, credentials, shakes, resolve: done, reject: fail });
      this.#clock.after(1, () => this.#meet(stream));
    });
  }

  #meet(stream: MemoryStream): void {
    const { waiting } = this.#handshakes;
    const one = waiting.get(stream);
    const other = stream.peer === undefined ? undefined : waiting.get(stream.peer);
    if (one === undefined || other === undefined || one.role === other.role) return;
    const [client, server] = one.role === 'client' ? [one, other] : [other, one];
    const failure = disagreement(client.credentials, server.credentials);
    if (failure !== undefined) {
      server.reject(new GatewayError('tls-failed', failure.server));
      client.reject(new GatewayError('tls-failed', failure.client));
      return;
    }
    const version = best(client.credentials, server.credentials)!;
    if (!resumed(client, server, version)) this.#greet(client, server, version);
  }

  /** A full handshake. */
  #greet(client: Side, server: Side, version: TlsVersion): void {
    const { ocspResponse } = server.credentials;
    const now = this.#clock.now();
    const ofServer = shownBy(server.credentials, client.credentials, version, now);
    const ofClient = shownBy(client.credentials, server.credentials, version, now);
    const visit = client.shakes.resumptionOf(undefined) ?? neverResumed;
    client.resolve(ocspResponse === undefined ? ofServer : { ...ofServer, stapled: ocspResponse }, visit);
    server.resolve(ofClient, server.shakes.resumptionOf(undefined) ?? neverResumed);
    const { keys } = server.shakes;
    if (keys === undefined) return;
    const ticket: Ticket = {
      keys: keys.number,
      version,
      leaf: ofClient.chainDer[0]?.toString('base64'),
      clientError: ofClient.chainError,
      serverError: ofServer.chainError,
    };
    // OpenSSL gives two at the end of a TLS 1.3 handshake.
    for (let i = 0; i < (version === 'TLSv1.3' ? 2 : 1); i++) visit.issued(Buffer.from(JSON.stringify(ticket)));
  }
}

/** The handshake of a client whose ticket the server can open. False: it cannot, or there is none. */
function resumed(client: Side, server: Side, version: TlsVersion): boolean {
  const { ticket } = client.shakes;
  const opened = ticket?.version === version ? server.shakes.resumptionOf(ticket) : undefined;
  if (ticket === undefined || opened === undefined) return false;
  const { leaf, clientError, serverError } = ticket;
  const common = { ...agreed(version), resumed: true };
  const chainDer = leaf === undefined ? [] : [Buffer.from(leaf, 'base64')];
  const ofServer = { ...common, chainDer: [], ...(serverError === undefined ? {} : { chainError: serverError }) };
  client.resolve(ofServer, client.shakes.resumptionOf(ticket) ?? neverResumed);
  server.resolve({ ...common, chainDer, ...(clientError === undefined ? {} : { chainError: clientError }) }, opened);
  return true;
}

function shownBy(theirs: TlsCredentials, ours: TlsCredentials, version: TlsVersion, now: number): TlsPeer {
  const chain = certificates(theirs.certificateChainPem ?? '');
  const chainError = verdict(chain, ours.trustAnchorsPem.flatMap(certificates), now);
  return {
    ...agreed(version),
    resumed: false,
    chainDer: chain.map((certificate) => certificate.raw),
    ...(chainError === undefined ? {} : { chainError }),
  };
}

function agreed(version: TlsVersion): Pick<TlsPeer, 'version' | 'cipher' | 'cipherOpenssl' | 'curve'> {
  const modern = version === 'TLSv1.3';
  return {
    version,
    cipher: modern ? 'TLS_AES_256_GCM_SHA384' : 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    cipherOpenssl: modern ? 'TLS_AES_256_GCM_SHA384' : 'ECDHE-RSA-AES256-GCM-SHA384',
    curve: 'X25519',
  };
}

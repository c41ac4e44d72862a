import { isIP } from 'node:net';
import { type ConnectionOptions, type SecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import { GatewayError } from '../errors.ts';
import type { Stream } from '../network.ts';
import type { Tls, TlsConnectOptions, TlsCredentials, TlsSession } from '../tls.ts';
import { ClientSessions } from '../tls-sessions/client-sessions.ts';
import {
  acceptedSession,
  connectedSession,
  neverResumed,
  type Resumption,
  targetOf,
} from '../tls-sessions/resumption.ts';
import { SecuredContexts } from '../tls-sessions/secured-contexts.ts';
import { clientHello } from './client-hello.ts';
import { gatewayError, tlsError } from './gateway-error.ts';
import { secureContext } from './secure-context.ts';
import { releaseSocket, SocketStream } from './socket-stream.ts';
import { peerOf } from './tls-peer.ts';
import { stapleTo } from './tls-staple.ts';

/** Of the client's first message this much is shown. */
const shownAtMost = 4096;

/** TLS by Node. `now`: monotonic milliseconds, for the age of sessions. */
export function nodeTls(now: () => number = () => performance.now()): Tls {
  const contexts = new SecuredContexts(now, secureContext);
  const sessions = new ClientSessions(now);
  return {
    accept: async (stream, credentials, timeoutMs, showHello) => {
      const until = performance.now() + timeoutMs;
      const resumes = credentials.resumption !== undefined;
      const found = contexts.find(credentials);
      const previous = resumes ? contexts.before(found) : undefined;
      // Nobody waits to see what nobody looks at.
      const isRead = showHello !== undefined || previous !== undefined;
      const hello = isRead ? await clientHello(stream, timeoutMs) : undefined;
      if (hello !== undefined) showHello?.(hello.subarray(0, shownAtMost));
      const secured = previous !== undefined && hello?.includes(previous.context.ticketName) ? previous : found;
      const resumption = resumes ? acceptedSession(contexts, secured) : neverResumed;
      const socket = accepting(stream, secured.context.context, credentials);
      return established(socket, {
        anchored: anchored(credentials),
        timeoutMs: Math.max(1, until - performance.now()),
        resumption,
      });
    },
    connect: async (stream, credentials, options) => {
      const secured = contexts.find(credentials);
      const target = targetOf(stream.remote, options.serverName, secured);
      const resumption = credentials.resumption === undefined ? neverResumed : connectedSession(sessions, target, now);
      const socket = connecting(stream, secured.context.context, options, resumption.session);
      socket.on('session', (data: Buffer) => resumption.issued(data));
      return established(socket, { anchored: anchored(credentials), timeoutMs: options.timeoutMs, resumption });
    },
    forgetSessions: () => {
      contexts.clear();
      sessions.clear();
    },
  };
}

function anchored(credentials: TlsCredentials): boolean {
  return credentials.trustAnchorsPem.length > 0;
}

/**
 * The server side without a `tls.Server`: it alone lets OpenSSL itself refuse a peer without certificate, with an alert, while
 * any certificate shown gets through to our own judgement.
 */
function accepting(stream: Stream, secureContext: SecureContext, { ocspResponse }: TlsCredentials): TLSSocket {
  const socket = new TLSSocket(releaseSocket(stream), {
    isServer: true,
    secureContext,
    requestCert: true,
    rejectUnauthorized: true,
  });
  if (ocspResponse !== undefined) stapleTo(socket, ocspResponse);
  return socket;
}

function connecting(
  stream: Stream,
  secureContext: SecureContext,
  { serverName: name }: TlsConnectOptions,
  session: Buffer | undefined,
): TLSSocket {
  if (name !== undefined && isIP(name) !== 0) throw new TypeError('serverName must be a DNS name');
  const connection: ConnectionOptions = {
    socket: releaseSocket(stream),
    secureContext,
    // Chain and name are judged by our own policy, on every connection, resumed or not.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    requestOCSP: true,
    ...(name === undefined ? {} : { servername: name }),
    ...(session === undefined ? {} : { session }),
  };
  return tlsConnect(connection);
}

interface Establishing {
  readonly anchored: boolean;
  readonly timeoutMs: number;
  readonly resumption: Resumption;
}

/** Waits for the end of the handshake, at most `timeoutMs`. On failure nothing of the connection is left. */
function established(socket: TLSSocket, { anchored, timeoutMs, resumption }: Establishing): Promise<TlsSession> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(deadline);
      socket.off('error', fail).off('close', closed).off('secure', secure);
    };
    let stapled: Buffer | undefined;
    socket.once('OCSPResponse', (answer: Buffer | null) => {
      stapled = answer ?? undefined;
    });
    const fail = (error: unknown): void => {
      settle();
      socket.on('error', ignore);
      socket.destroy();
      reject(tlsError(error));
    };
    const closed = (): void => fail(new GatewayError('connection-reset', 'The peer closed during the handshake'));
    const secure = (): void => {
      settle();
      socket.pause();
      socket.disableRenegotiation();
      // After the handshake Node tells a library error only here, unless a `tls.Server` or `connect` took the socket over.
      socket.on('_tlsError', (error: Error) => socket.destroy(error));
      const stream = new SocketStream(socket, undefined);
      try {
        const shown = peerOf(socket, anchored);
        const peer = { ...shown, chainDer: resumption.chainOf(shown), ...(stapled === undefined ? {} : { stapled }) };
        resolve({ stream, peer, judged: (isAccepted) => resumption.judged(isAccepted, peer) });
      } catch (error) {
        socket.destroy();
        reject(gatewayError(error, 'tls-failed'));
      }
    };
    const deadline = setTimeout(() => {
      fail(new GatewayError('connection-timeout', 'The handshake did not finish in time'));
    }, timeoutMs);
    socket.on('error', fail).on('close', closed).on('secure', secure);
  });
}

/** An error on the way down has nobody left to be told. */
function ignore(): void {}

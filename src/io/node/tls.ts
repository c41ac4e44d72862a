import { isIP } from 'node:net';
import { type ConnectionOptions, type SecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import { GatewayError } from '../errors.ts';
import type { Stream } from '../network.ts';
import type { Tls, TlsConnectOptions, TlsCredentials, TlsSession } from '../tls.ts';
import { ClientSessions } from './client-sessions.ts';
import { gatewayError, tlsError } from './gateway-error.ts';
import { showHello } from './hello-record.ts';
import { SecureContexts } from './secure-contexts.ts';
import { releaseSocket, SocketStream } from './socket-stream.ts';
import { peerOf } from './tls-peer.ts';
import { acceptedSession, connectedSession, neverResumed, type Resumption } from './tls-resumption.ts';
import { stapleTo } from './tls-staple.ts';

/** TLS by Node. `now`: monotonic milliseconds, for the age of sessions. */
export function nodeTls(now: () => number = () => performance.now()): Tls {
  const contexts = new SecureContexts(now);
  const sessions = new ClientSessions(now);
  return {
    accept: async (stream, credentials, timeoutMs, showHelloTo) => {
      const until = performance.now() + timeoutMs;
      if (showHelloTo !== undefined) await showHello(stream, timeoutMs, showHelloTo);
      const secured = contexts.find(credentials);
      const resumption = credentials.resumption === undefined ? neverResumed : acceptedSession(contexts, secured);
      const socket = accepting(stream, secured.context, credentials);
      const leftMs = Math.max(1, until - performance.now());
      return established(socket, { anchored: anchored(credentials), timeoutMs: leftMs, resumption });
    },
    connect: async (stream, credentials, options) => {
      const { context, digest } = contexts.find(credentials);
      const { host, port } = stream.remote;
      const target = JSON.stringify([host, port, options.serverName?.toLowerCase(), digest]);
      const resumption = credentials.resumption === undefined ? neverResumed : connectedSession(sessions, target, now);
      const socket = connecting(stream, context, options, resumption.session);
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

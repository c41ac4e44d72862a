import { isIP } from 'node:net';
import { type ConnectionOptions, type SecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import { GatewayError } from '../errors.ts';
import type { Stream } from '../network.ts';
import type { Tls, TlsConnectOptions, TlsCredentials, TlsSession } from '../tls.ts';
import { gatewayError, tlsError } from './gateway-error.ts';
import { SecureContexts } from './secure-contexts.ts';
import { releaseSocket, SocketStream } from './socket-stream.ts';
import { peerOf } from './tls-peer.ts';
import { stapleTo } from './tls-staple.ts';

/** TLS by Node. */
export function nodeTls(): Tls {
  const contexts = new SecureContexts();
  return {
    accept: async (stream, credentials, timeoutMs) =>
      established(accepting(stream, contexts.find(credentials), credentials), anchored(credentials), timeoutMs),
    connect: async (stream, credentials, options) =>
      established(connecting(stream, contexts.find(credentials), options), anchored(credentials), options.timeoutMs),
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

function connecting(stream: Stream, secureContext: SecureContext, options: TlsConnectOptions): TLSSocket {
  const name = options.serverName;
  if (name !== undefined && isIP(name) !== 0) throw new TypeError('serverName must be a DNS name');
  const connection: ConnectionOptions = {
    socket: releaseSocket(stream),
    secureContext,
    // Chain and name are judged by our own policy, on every connection, resumed or not.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    requestOCSP: true,
    ...(name === undefined ? {} : { servername: name }),
  };
  return tlsConnect(connection);
}

/** Waits for the end of the handshake, at most `timeoutMs`. On failure nothing of the connection is left. */
function established(socket: TLSSocket, anchored: boolean, timeoutMs: number): Promise<TlsSession> {
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
        const peer = peerOf(socket, anchored);
        resolve({ stream, peer: stapled === undefined ? peer : { ...peer, stapled } });
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

import { createServer, isIPv6, connect as netConnect, type Server } from 'node:net';
import { GatewayError } from '../errors.ts';
import type { Address, ConnectOptions, Listener, ListenerHandler, Network, Stream } from '../network.ts';
import { nodeAddress } from './address.ts';
import { gatewayError } from './gateway-error.ts';
import { SocketStream } from './socket-stream.ts';
import { SourceAddresses } from './source-addresses.ts';
import { bindUdp } from './udp-socket.ts';
import { WriteJoiner } from './write-joiner.ts';

const backlog = 511;

/** UDP and TCP of the host. */
export function nodeNetwork(): Network {
  const joiner = new WriteJoiner();
  const sources = new SourceAddresses();
  return {
    bindUdp,
    listenTcp: (local, handler) => listenTcp(local, handler, joiner),
    connectTcp: (remote, options) => connectTcp(remote, options, joiner),
    sourceAddress: (remoteHost) => sources.find(remoteHost),
  };
}

function listenTcp(local: Address, handler: ListenerHandler, joiner: WriteJoiner): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
      handler.accepted(new SocketStream(socket, joiner));
    });
    server.once('error', (error) => reject(gatewayError(error, 'address-not-available')));
    server.listen({ host: local.host, port: local.port, backlog, ipv6Only: isIPv6(local.host) }, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => handler.failed(gatewayError(error, 'limit-reached')));
      resolve(new TcpListener(server));
    });
  });
}

class TcpListener implements Listener {
  readonly local: Address;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    const bound = server.address();
    this.local =
      typeof bound === 'object' && bound !== null ? nodeAddress(bound.address, bound.port) : nodeAddress('', 0);
  }

  close(): void {
    this.#server.close();
  }
}

function connectTcp(remote: Address, options: ConnectOptions, joiner: WriteJoiner): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const socket = netConnect({
      host: remote.host,
      port: remote.port,
      noDelay: true,
      ...(options.localHost === undefined ? {} : { localAddress: options.localHost }),
    });
    socket.pause();
    const fail = (error: unknown): void => {
      clearTimeout(deadline);
      socket.destroy();
      reject(gatewayError(error, 'host-unreachable'));
    };
    const deadline = setTimeout(() => {
      fail(new GatewayError('connection-timeout', `No connection to ${remote.host} port ${remote.port} in time`));
    }, options.timeoutMs);
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(deadline);
      // The first reader of errors from here on is the stream; `fail` stays harmless until it is taken off.
      const stream = new SocketStream(socket, joiner);
      socket.off('error', fail);
      resolve(stream);
    });
  });
}

import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Log, type LogSink, log } from '../io/index.ts';
import { type HttpConnectionCounters, HttpConnections } from './http-connections.ts';
import type { HttpMessages } from './http-messages.ts';
import { httpMessages } from './http-messages.ts';

/** A request as a route sees it: bounded, decoded, without headers. */
export interface RouteRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Empty for GET. */
  readonly body: Buffer;
  /** Address of the asker. */
  readonly source: string;
}

export interface RouteResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** How long caches may keep it; absent: not at all. Times are milliseconds since the epoch. */
  readonly cache?: { readonly maxAgeSeconds: number; readonly modifiedAt: number; readonly expiresAt: number };
}

/** What a room serves over HTTP; the first route that takes a path answers. */
export interface Route {
  takes(path: string): boolean;
  answer(request: RouteRequest): Promise<RouteResponse>;
}

/** `ip http server` of the running configuration. */
export interface HttpServerSettings {
  readonly server: boolean;
  readonly port: number;
  /** Local address to answer on; every one when absent. */
  readonly address?: string;
}

/** What is needed of a socket. */
interface Connection {
  readonly remoteAddress?: string | undefined;
  once(event: 'close', listener: () => void): unknown;
  destroy(): unknown;
}

export interface HttpServerReport {
  /** Undefined while nothing listens. */
  readonly port: number | undefined;
  readonly limits: { readonly connections: number; readonly eachSource: number; readonly idleMs: number };
  readonly connections: HttpConnectionCounters;
}

const limits = {
  bodyBytes: 64 * 1024,
  queryValues: 16,
  connections: 200,
  eachSource: 32,
  requestMs: 10_000,
  idleMs: 5_000,
} as const;

/**
 * The HTTP server of `ip http server`. It follows the configuration: off, on, another port or address. A port that is taken
 * is said in the log and nothing else is disturbed.
 */
export class HttpServer {
  readonly #routes: readonly Route[];
  readonly #log: Log<HttpMessages>;
  readonly #requestMs: number;
  readonly #connections = new HttpConnections({ all: limits.connections, eachSource: limits.eachSource });
  #app: FastifyInstance | undefined;
  #settings: HttpServerSettings = { server: false, port: 0 };
  #turn: Promise<void> = Promise.resolve();

  /** `requestMs`: how long a request may take to arrive. */
  constructor(routes: readonly Route[], sink: LogSink, requestMs: number = limits.requestMs) {
    this.#requestMs = requestMs;
    this.#routes = routes;
    this.#log = log('HTTP', httpMessages, sink);
  }

  /** Resolves when the server is as the settings say, or the log says why it is not. Calls are carried out in their order. */
  apply(settings: HttpServerSettings): Promise<void> {
    this.#turn = this.#turn.then(() => this.#become(settings));
    return this.#turn;
  }

  /** Closes listener and connections. */
  stop(): Promise<void> {
    return this.apply({ ...this.#settings, server: false });
  }

  /** The port in use, undefined while nothing listens. */
  get port(): number | undefined {
    const address = this.#app?.server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  }

  /** What is shown of it. */
  report(): HttpServerReport {
    const { connections, eachSource, idleMs } = limits;
    return { port: this.port, limits: { connections, eachSource, idleMs }, connections: this.#connections.counters };
  }

  async #become(next: HttpServerSettings): Promise<void> {
    const { server, port, address } = this.#settings;
    const running = this.#app !== undefined;
    if (running === next.server && server === next.server && port === next.port && address === next.address) return;
    this.#settings = next;
    await this.#app?.close();
    this.#app = undefined;
    if (next.server) await this.#listen(next);
  }

  async #listen({ port, address }: HttpServerSettings): Promise<void> {
    const app = this.#make();
    try {
      await app.listen({ port, host: address ?? '0.0.0.0', backlog: limits.connections });
      this.#app = app;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log('LISTEN_SOCKET', { address: address ?? '0.0.0.0', port, reason });
      await app.close();
    }
  }

  #make(): FastifyInstance {
    const app = fastify({
      bodyLimit: limits.bodyBytes,
      requestTimeout: this.#requestMs,
      connectionTimeout: this.#requestMs,
      // Node looks for slow requests twice a minute unless told.
      http: { headersTimeout: this.#requestMs, connectionsCheckingInterval: this.#requestMs / 10 },
      keepAliveTimeout: limits.idleMs,
      forceCloseConnections: true,
      logger: false,
      frameworkErrors: (_error, _request, reply) => give(reply, plain(400)),
      clientErrorHandler: (_error, socket) => {
        if (socket.writable)
          socket.end('HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n');
      },
    });
    app.setNotFoundHandler((_request, reply) => give(reply.header('allow', 'GET, POST'), plain(405)));
    app.setErrorHandler((error, request, reply) => give(reply, this.#failed(error, request)));
    // Before the framework sees it: who is turned away costs nothing more.
    app.server.prependListener('connection', (socket: Connection) => this.#admit(socket));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.route({ method: ['GET', 'POST'], url: '*', handler: (request, reply) => this.#answer(request, reply) });
    return app;
  }

  #admit(socket: Connection): void {
    const source = socket.remoteAddress ?? 'unknown';
    const reason = this.#connections.admit(source);
    if (reason === undefined) {
      socket.once('close', () => this.#connections.ended(source));
      return;
    }
    socket.destroy();
    const told = this.#connections.tell(source, reason, performance.now());
    if (told !== undefined) this.#log('CONNECTIONS_REFUSED', { ...told });
  }

  async #answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const path = request.url.split('?', 1)[0] ?? '/';
    const route = this.#routes.find((one) => one.takes(path));
    await give(reply, route === undefined ? plain(404) : await this.#ask(route, read(request, path)));
  }

  /** What the framework found wrong with a request, or a fault. */
  #failed(error: unknown, request: FastifyRequest): RouteResponse {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
    if (typeof status === 'number' && status >= 400 && status < 500) return plain(status);
    return this.#fault(error, request.url.split('?', 1)[0] ?? '/');
  }

  async #ask(route: Route, request: RouteRequest): Promise<RouteResponse> {
    try {
      return await route.answer(request);
    } catch (error) {
      return this.#fault(error, request.path);
    }
  }

  #fault(error: unknown, path: string): RouteResponse {
    this.#log('REQUEST_FAILED', { path, reason: error instanceof Error ? error.message : String(error) });
    return plain(500);
  }
}

const reasons: Readonly<Record<number, string>> = {
  404: 'not found',
  405: 'method not allowed',
  413: 'content too large',
  500: 'internal error',
};

/** A refusal in one line of text. */
function plain(status: number): RouteResponse {
  return { status, contentType: 'text/plain', body: Buffer.from(`${reasons[status] ?? 'bad request'}\n`) };
}

function give(reply: FastifyReply, response: RouteResponse): FastifyReply {
  return reply
    .code(response.status)
    .headers(cacheHeaders(response))
    .header('content-type', response.contentType)
    .header('x-content-type-options', 'nosniff')
    .send(response.body);
}

/** As RFC 5019 6.2 has it for OCSP; a CRL is no different. */
function cacheHeaders({ cache }: RouteResponse): Readonly<Record<string, string>> {
  if (cache === undefined) return { 'cache-control': 'no-store' };
  return {
    'cache-control': `max-age=${cache.maxAgeSeconds}, public, no-transform, must-revalidate`,
    'last-modified': new Date(cache.modifiedAt).toUTCString(),
    expires: new Date(cache.expiresAt).toUTCString(),
  };
}

function read(request: FastifyRequest, path: string): RouteRequest {
  const query = new Map<string, string>();
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>).slice(0, limits.queryValues)) {
    if (typeof value === 'string') query.set(name, value);
  }
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { method: request.method === 'POST' ? 'POST' : 'GET', path, query, body, source: request.ip };
}

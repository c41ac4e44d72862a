import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Log, type LogSink, log } from '../io/index.ts';
import type { HttpMessages } from './http-messages.ts';
import { httpMessages } from './http-messages.ts';

/** A request as a route sees it: bounded, decoded, without headers. */
export interface RouteRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Empty for GET. */
  readonly body: Buffer;
}

export interface RouteResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
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

const limits = {
  bodyBytes: 64 * 1024,
  queryValues: 16,
  connections: 200,
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
  #app: FastifyInstance | undefined;
  #settings: HttpServerSettings = { server: false, port: 0 };
  #turn: Promise<void> = Promise.resolve();

  constructor(routes: readonly Route[], sink: LogSink) {
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
      requestTimeout: limits.requestMs,
      connectionTimeout: limits.requestMs,
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
    app.server.maxConnections = limits.connections;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.route({ method: ['GET', 'POST'], url: '*', handler: (request, reply) => this.#answer(request, reply) });
    return app;
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

function give(reply: FastifyReply, { status, contentType, body }: RouteResponse): FastifyReply {
  return reply
    .code(status)
    .header('content-type', contentType)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .send(body);
}

function read(request: FastifyRequest, path: string): RouteRequest {
  const query = new Map<string, string>();
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>).slice(0, limits.queryValues)) {
    if (typeof value === 'string') query.set(name, value);
  }
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { method: request.method === 'POST' ? 'POST' : 'GET', path, query, body };
}

/** One SCEP operation, as the room that answers it wants it. */
export interface ScepOperation {
  readonly method: 'GET' | 'POST';
  readonly operation: string;
  readonly message?: string;
  readonly body?: Buffer;
}

/** SCEP at the script of every IOS CA, wherever a client thinks it stands, and at the root (RFC 8894 4.1). */
export function scepRoute(answer: (operation: ScepOperation) => Promise<RouteResponse>): Route {
  return {
    takes: (path) => path === '/' || path.toLowerCase().endsWith('pkiclient.exe'),
    answer({ method, query, body }) {
      const message = query.get('message');
      return answer({
        method,
        operation: query.get('operation') ?? '',
        ...(message !== undefined && { message }),
        ...(body.length > 0 && { body }),
      });
    },
  };
}

const challenges = '/.well-known/acme-challenge/';

/** The files by which an ACME server proves our name (RFC 8555 8.3): `find` gives what is to be shown for a token. */
export function acmeRoute(find: (token: string) => string | undefined): Route {
  return {
    takes: (path) => path.startsWith(challenges),
    answer: async ({ path }) => {
      const shown = find(path.slice(challenges.length));
      if (shown === undefined) return plain(404);
      return { status: 200, contentType: 'application/octet-stream', body: Buffer.from(shown) };
    },
  };
}

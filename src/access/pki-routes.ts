import type { Route, RouteResponse } from './http.ts';

/** One SCEP operation, as the room that answers it wants it. */
export interface ScepOperation {
  readonly method: 'GET' | 'POST';
  readonly operation: string;
  readonly message?: string;
  readonly body?: Buffer;
  /** Address of the asker. */
  readonly source: string;
}

/** SCEP at the script of every IOS CA, wherever a client thinks it stands, and at the root (RFC 8894 4.1). */
export function scepRoute(answer: (operation: ScepOperation) => Promise<RouteResponse>): Route {
  return {
    takes: (path) => path === '/' || path.toLowerCase().endsWith('pkiclient.exe'),
    answer({ method, query, body, source }) {
      const message = query.get('message');
      return answer({
        method,
        operation: query.get('operation') ?? '',
        ...(message !== undefined && { message }),
        ...(body.length > 0 && { body }),
        source,
      });
    },
  };
}

const crlPath = /^\/(?:crl\/)?([^/]{1,256})\.crl$/;

/** The CRL of a certificate server at `/NAME.crl`, the file's name on an IOS CA, and below `/crl/`. */
export function crlRoute(answer: (server: string) => RouteResponse): Route {
  return {
    takes: (path) => crlPath.test(path),
    answer: async ({ path }) => answer(decodeURIComponent(crlPath.exec(path)?.[1] ?? '')),
  };
}

const ocspPath = '/ocsp';

/** OCSP at `/ocsp`: the request is the body of a POST, or base64 behind the path of a GET (RFC 6960 A.1). */
export function ocspRoute(answer: (request: Buffer) => RouteResponse): Route {
  return {
    takes: (path) => path === ocspPath || path.startsWith(`${ocspPath}/`),
    answer: async ({ method, path, body }) => {
      const text = decodeURIComponent(path.slice(ocspPath.length + 1));
      return answer(method === 'POST' ? body : Buffer.from(text, 'base64'));
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
      if (shown === undefined) return { status: 404, contentType: 'text/plain', body: Buffer.from('not found\n') };
      return { status: 200, contentType: 'application/octet-stream', body: Buffer.from(shown) };
    },
  };
}

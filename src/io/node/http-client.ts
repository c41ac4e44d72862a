import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { GatewayError } from '../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http.ts';
import { gatewayError } from './gateway-error.ts';

/** Plain http of the host: one connection a request, closed after it. */
export const nodeHttpClient: HttpClient = {
  fetch: (request) => new Promise((resolve, reject) => exchange(request, resolve, reject)),
};

function exchange(request: HttpRequest, resolve: (answer: HttpResponse) => void, reject: (error: Error) => void): void {
  const url = URL.parse(request.url);
  if (url === null || url.protocol !== 'http:') {
    reject(new GatewayError('http-failed', 'Not a http URL'));
    return;
  }
  const { method, address } = request;
  const pinned = address === undefined ? {} : { lookup: lookupOf(address) };
  const sent = httpRequest(url, { method, agent: false, headers: headers(request), ...pinned });
  const deadline = setTimeout(() => {
    fail(new GatewayError('connection-timeout', `No answer from ${url.host} in time`));
  }, request.timeoutMs);
  const fail = (error: unknown): void => {
    clearTimeout(deadline);
    sent.destroy();
    reject(gatewayError(error, 'http-failed'));
  };
  sent.on('error', fail);
  sent.on('response', (response) => {
    collect(response, request.maxBytes, fail, (body) => {
      clearTimeout(deadline);
      resolve({ status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body });
    });
  });
  sent.end(request.body);
}

/** A look-up with one answer. */
function lookupOf(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, found) => {
    if (options.all === true) found(null, [{ address, family }]);
    else found(null, address, family);
  };
}

function headers(request: HttpRequest): Record<string, string | number> {
  return {
    ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
    ...(request.body === undefined ? {} : { 'content-length': request.body.length }),
  };
}

function collect(
  response: IncomingMessage,
  maxBytes: number,
  fail: (error: unknown) => void,
  done: (body: Buffer) => void,
): void {
  const parts: Buffer[] = [];
  let length = 0;
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) {
    fail(tooLarge(maxBytes));
    return;
  }
  response.on('data', (part: Buffer) => {
    length += part.length;
    if (length > maxBytes) fail(tooLarge(maxBytes));
    else parts.push(part);
  });
  response.on('error', fail);
  response.on('end', () => done(Buffer.concat(parts)));
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('answer-too-large', `The answer is larger than ${maxBytes} bytes`);
}

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { GatewayError } from '../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http.ts';
import { errorCode, gatewayError } from './gateway-error.ts';

/** http and https of the host: one connection a request, closed after it. */
export const nodeHttpClient: HttpClient = {
  fetch: (request) => new Promise((resolve, reject) => exchange(request, resolve, reject)),
};

function exchange(request: HttpRequest, resolve: (answer: HttpResponse) => void, reject: (error: Error) => void): void {
  const url = URL.parse(request.url);
  const sent = url === null ? undefined : open(url, request);
  if (url === null || sent === undefined) {
    reject(new GatewayError('http-failed', 'Not a http URL, or a https URL whose server nobody says how to trust'));
    return;
  }
  let hasBegun = false;
  const deadline = setTimeout(() => {
    const what = hasBegun ? 'No whole answer' : 'No answer';
    fail(new GatewayError('connection-timeout', `${what} from ${url.host} in time`));
  }, request.timeoutMs);
  const fail = (error: unknown): void => {
    clearTimeout(deadline);
    sent.destroy();
    reject(answerError(error, hasBegun));
  };
  sent.on('error', fail);
  sent.on('response', (response) => {
    hasBegun = true;
    collect(response, request.maxBytes, fail, (body) => {
      clearTimeout(deadline);
      const contentType = response.headers['content-type'] ?? '';
      resolve({ status: response.statusCode ?? 0, contentType, body, headers: headersOf(response) });
    });
  });
  sent.end(request.body);
}

/** In place of Node's words for an answer that is none, or that ends before its end. */
function answerError(error: unknown, hasBegun: boolean): GatewayError {
  if (errorCode(error).startsWith('HPE_')) {
    return new GatewayError('http-failed', 'What answers does not speak HTTP', { cause: error });
  }
  const ours = gatewayError(error, 'http-failed');
  const isCut = hasBegun && ours.code === 'connection-reset';
  return isCut ? new GatewayError('connection-reset', 'The answer was cut short', { cause: error }) : ours;
}

/** A look-up with one answer. */
function lookupOf(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, found) => {
    if (options.all === true) found(null, [{ address, family }]);
    else found(null, address, family);
  };
}

/** undefined: no scheme of ours, or no word on whom to trust. */
function open(url: URL, request: HttpRequest): ClientRequest | undefined {
  const { method, trust, address, localHost } = request;
  const pinned = address === undefined ? {} : { lookup: lookupOf(address) };
  const from = localHost === undefined ? {} : { localAddress: localHost };
  const options = { method, agent: false, headers: headers(request), ...pinned, ...from };
  if (url.protocol === 'http:') return httpRequest(url, options);
  if (url.protocol !== 'https:' || trust === undefined) return undefined;
  // Exactly the anchors given replace the host's store; the library proves the name.
  const anchors = trust === 'host' ? {} : { ca: [...trust] };
  return httpsRequest(url, { ...options, ...anchors, minVersion: 'TLSv1.2', rejectUnauthorized: true });
}

function headersOf({ headersDistinct }: IncomingMessage): ReadonlyMap<string, string> {
  return new Map(Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]));
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

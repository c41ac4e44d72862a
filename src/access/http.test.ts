import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, test } from 'node:test';
import type { LogEntry } from '../io/index.ts';
import { HttpServer, type Route } from './http.ts';
import { crlRoute, ocspRoute, type ScepOperation, scepRoute } from './pki-routes.ts';

const entries: LogEntry[] = [];
const sink = { write: (entry: LogEntry): void => void entries.push(entry) };
const open: HttpServer[] = [];

async function serve(...routes: Route[]): Promise<string> {
  const server = new HttpServer(routes, sink);
  open.push(server);
  await server.apply({ server: true, port: 0, address: '127.0.0.1' });
  return `http://127.0.0.1:${server.port}`;
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
  entries.length = 0;
});

test('SCEP is answered at the CGI script, at the same name below any path, and at the root', async () => {
  const seen: ScepOperation[] = [];
  const route = scepRoute(async (operation) => {
    seen.push(operation);
    return { status: 200, contentType: 'application/x-pki-message', body: Buffer.from([1, 2, 3]) };
  });
  const base = await serve(route);
  for (const path of ['/cgi-bin/pkiclient.exe', '/other/PKIClient.exe', '/']) {
    const answer = await fetch(`${base}${path}?operation=PKIOperation&message=a%2Bb%3D`);
    assert.equal(answer.headers.get('content-type'), 'application/x-pki-message');
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.from([1, 2, 3]));
  }
  const posted = await fetch(`${base}/cgi-bin/pkiclient.exe?operation=PKIOperation`, {
    method: 'POST',
    body: Buffer.from([9]),
  });
  assert.equal(posted.status, 200);
  assert.deepEqual(seen[0], { method: 'GET', operation: 'PKIOperation', message: 'a+b=', source: '127.0.0.1' });
  assert.deepEqual(seen.at(-1), {
    method: 'POST',
    operation: 'PKIOperation',
    body: Buffer.from([9]),
    source: '127.0.0.1',
  });
  assert.equal((await fetch(`${base}/elsewhere`)).status, 404);
});

test('a CRL is given by the name of its server, OCSP by POST and by GET, each with what caches may do', async () => {
  const cache = { maxAgeSeconds: 60, modifiedAt: Date.UTC(2026, 0, 1), expiresAt: Date.UTC(2026, 0, 2) };
  const asked: string[] = [];
  const answer = (what: string): { status: number; contentType: string; body: Buffer; cache: typeof cache } => {
    asked.push(what);
    return { status: 200, contentType: 'application/x-test', body: Buffer.from('x'), cache };
  };
  const base = await serve(
    crlRoute((name) => answer(`crl ${name}`)),
    ocspRoute((request) => answer(`ocsp ${request.toString('latin1')}`)),
  );
  const got = await fetch(`${base}/crl/lab%20CA.crl`);
  assert.equal(got.headers.get('cache-control'), 'max-age=60, public, no-transform, must-revalidate');
  assert.equal(got.headers.get('last-modified'), 'Thu, 01 Jan 2026 00:00:00 GMT');
  assert.equal(got.headers.get('expires'), 'Fri, 02 Jan 2026 00:00:00 GMT');
  await fetch(`${base}/other.crl`);
  await fetch(`${base}/ocsp`, { method: 'POST', body: 'posted' });
  // Base64 with a slash in it, escaped as the RFC wants it and not.
  await fetch(`${base}/ocsp/${encodeURIComponent(Buffer.from('\xff\xff\xff', 'latin1').toString('base64'))}`);
  await fetch(`${base}/ocsp/////`);
  assert.deepEqual(asked, ['crl lab CA', 'crl other', 'ocsp posted', 'ocsp \xff\xff\xff', 'ocsp \xff\xff\xff']);
  assert.equal((await fetch(`${base}/crl/a/b.crl`)).status, 404);
  for (const path of ['/crl/%ff.crl', '/ocsp/%ff', '/ocsp/%c3%28', '/%e0%a4%a.crl']) {
    assert.equal((await fetch(`${base}${path}`)).status, 400, path);
  }
  assert.deepEqual([asked.length, entries], [5, []]);
});

test('a body above the limit is refused before a route sees it', async () => {
  let asked = 0;
  const base = await serve({
    takes: () => true,
    async answer() {
      asked++;
      return { status: 200, contentType: 'text/plain', body: Buffer.alloc(0) };
    },
  });
  const answer = await fetch(base, { method: 'POST', body: Buffer.alloc(65 * 1024) });
  assert.deepEqual(await told(answer), [413, 'text/plain', 'content too large\n']);
  assert.equal(asked, 0);
});

test('a route that fails is answered with 500, logged once, and the server lives on', async () => {
  const base = await serve({ takes: () => true, answer: () => Promise.reject(new Error('broken')) });
  assert.equal((await fetch(base)).status, 500);
  assert.equal((await fetch(base)).status, 500);
  assert.deepEqual(
    entries.map(({ mnemonic }) => mnemonic),
    ['REQUEST_FAILED', 'REQUEST_FAILED'],
  );
});

test('a busy port is logged, and the server comes up on another one', async () => {
  const base = await serve(scepRoute(async () => ({ status: 200, contentType: 'text/plain', body: Buffer.alloc(0) })));
  const second = new HttpServer([], sink);
  open.push(second);
  await second.apply({ server: true, port: Number(new URL(base).port), address: '127.0.0.1' });
  assert.equal(second.port, undefined);
  assert.equal(entries[0]?.mnemonic, 'LISTEN_SOCKET');
  await second.apply({ server: true, port: 0, address: '127.0.0.1' });
  assert.notEqual(second.port, undefined);
  assert.equal((await fetch(base)).status, 200);
});

test('no ip http server closes the port', async () => {
  const base = await serve(scepRoute(async () => ({ status: 200, contentType: 'text/plain', body: Buffer.alloc(0) })));
  await open[0]!.apply({ server: false, port: 0 });
  await assert.rejects(fetch(base));
});

test('a request that trickles in or stops half way is cut off, and others are answered meanwhile', async () => {
  let asked = 0;
  const route = scepRoute(async () => {
    asked++;
    return { status: 200, contentType: 'text/plain', body: Buffer.alloc(0) };
  });
  const server = new HttpServer([route], sink, 300);
  open.push(server);
  await server.apply({ server: true, port: 0, address: '127.0.0.1' });
  const half = 'POST /?operation=PKIOperation HTTP/1.1\r\nhost: ca\r\ncontent-length: 60000\r\n\r\nhalf';
  const ended = [half, 'GET /?operation=GetCACaps HTTP/1.1\r\nhost', ''].map((text) => cutOff(server.port!, text));
  assert.equal((await fetch(`http://127.0.0.1:${server.port}/?operation=GetCACaps`)).status, 200);
  for (const answer of await Promise.all(ended)) assert.doesNotMatch(answer, /200 OK/);
  assert.equal(asked, 1, 'half a request reached a route');
  assert.deepEqual(entries, []);
});

/** Sends a part of a request and one byte more now and then; what came back before the server closed. */
async function cutOff(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString('latin1');
  });
  // The end of the connection is what is waited for, however it comes.
  socket.on('error', () => {});
  socket.write(text);
  const more = setInterval(() => text !== '' && socket.writable && socket.write('x'), 50);
  await once(socket, 'close');
  clearInterval(more);
  return answer;
}

test('one host cannot take every connection: it is turned away, told of once, and another is answered', async () => {
  const base = await serve(scepRoute(async () => ({ status: 200, contentType: 'text/plain', body: Buffer.alloc(0) })));
  const { port } = new URL(base);
  const greedy = Array.from({ length: 40 }, () => connect(Number(port), '127.0.0.1'));
  let closed = 0;
  const { promise: turnedAway, resolve } = Promise.withResolvers<void>();
  for (const socket of greedy) {
    socket.on('error', () => {});
    socket.on('close', () => ++closed === 8 && resolve());
    socket.write('POST /?operation=PKIOperation HTTP/1.1\r\nhost: ca\r\ncontent-length: 100\r\n\r\n');
  }
  await turnedAway;
  const asked = get({
    host: '127.0.0.1',
    port,
    path: '/?operation=GetCACaps',
    localAddress: '127.0.0.2',
    agent: false,
  });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 200);
  answer.resume();
  await once(answer, 'close');
  const { connections } = open[0]!.report();
  assert.deepEqual([connections.accepted, connections.refusedOfSource, connections.refusedOfAll], [33, 8, 0]);
  assert.deepEqual(
    entries.map(({ text }) => text),
    ['Refused 1 connections, the last from 127.0.0.1: its address has 32 connections already'],
  );
  for (const socket of greedy) socket.destroy();
});

test('what the server refuses itself is told in plain text', async () => {
  const base = await serve(scepRoute(async () => ({ status: 200, contentType: 'text/plain', body: Buffer.alloc(0) })));
  for (const method of ['DELETE', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND']) {
    const answer = await fetch(base, { method });
    assert.equal(answer.headers.get('allow'), 'GET, POST', method);
    assert.deepEqual(await told(answer), [405, 'text/plain', 'method not allowed\n'], method);
  }
  assert.deepEqual(await told(await fetch(`${base}/elsewhere`)), [404, 'text/plain', 'not found\n']);
  assert.deepEqual(await told(await fetch(`${base}/%zz`)), [400, 'text/plain', 'bad request\n']);
  assert.deepEqual(entries, []);
});

async function told(answer: Response): Promise<readonly unknown[]> {
  return [answer.status, answer.headers.get('content-type')?.split(';')[0], await answer.text()];
}

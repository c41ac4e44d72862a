import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { authority, certificate } from '../../../test/certificates.ts';
import { GatewayError } from '../errors.ts';
import { nodeHttpClient } from './http-client.ts';

const limits = { method: 'GET', timeoutMs: 5000, maxBytes: 1000 } as const;

const server = createServer((request, response) => {
  if (request.url === '/large') response.end('x'.repeat(2000));
  else if (request.url === '/moved') response.writeHead(302, { location: '/large' }).end();
  else if (request.url === '/silent') return;
  else if (request.url === '/host') response.end(request.headers.host);
  else request.pipe(response.setHeader('content-type', 'text/x-test'));
});

test('http answers, bounds and errors', async (t) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  await t.test('a body is posted and the answer read', async () => {
    const body = Buffer.from('hello');
    const answer = await nodeHttpClient.fetch({ ...limits, method: 'POST', url: `${base}/echo`, body });
    assert.deepEqual([answer.status, answer.contentType, answer.body], [200, 'text/x-test', body]);
    assert.equal(answer.headers?.get('content-type'), 'text/x-test');
  });
  await t.test('a redirection is an answer, not followed', async () => {
    assert.equal((await nodeHttpClient.fetch({ ...limits, url: `${base}/moved` })).status, 302);
  });
  await t.test('the address given is connected to, under the name of the URL', async () => {
    const { port } = new URL(base);
    const answer = await nodeHttpClient.fetch({
      ...limits,
      url: `http://crl.invalid:${port}/host`,
      address: '127.0.0.1',
    });
    assert.equal(answer.body.toString(), `crl.invalid:${port}`);
  });
  for (const [what, url, timeoutMs, code] of [
    ['an answer beyond the bound', `${base}/large`, 5000, 'answer-too-large'],
    ['a server that says nothing', `${base}/silent`, 50, 'connection-timeout'],
    ['a scheme other than http', 'ftp://127.0.0.1/', 5000, 'http-failed'],
    ['https without a word on whom to trust', 'https://127.0.0.1/', 5000, 'http-failed'],
    ['what is no URL', 'no url', 5000, 'http-failed'],
    ['nobody listening', 'http://127.0.0.1:1/', 5000, 'connection-refused'],
  ] as const) {
    await t.test(`${what} is ${code}`, async () => {
      await assert.rejects(nodeHttpClient.fetch({ ...limits, url, timeoutMs }), { code });
    });
  }
});

test('an https server is believed when it chains to the anchors of the request and has the name of the URL', async (t) => {
  const [ca, other] = [authority('Web CA'), authority('Other CA')];
  const own = certificate('web', { issuer: ca, ipAddresses: ['127.0.0.1'] });
  const secure = createSecureServer({ key: own.keyPem, cert: own.pem }, (_request, response) => response.end('hidden'));
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  t.after(() => secure.close().closeAllConnections());
  const { port } = secure.address() as AddressInfo;
  const ask = (host: string, trust: readonly string[] | 'host') =>
    nodeHttpClient.fetch({ ...limits, url: `https://${host}:${port}/`, trust });
  assert.equal(String((await ask('127.0.0.1', [ca.pem])).body), 'hidden');
  for (const [what, host, trust] of [
    ['another anchor', '127.0.0.1', [other.pem]],
    ['no anchor at all', '127.0.0.1', []],
    ['the store of the host', '127.0.0.1', 'host'],
    ['another name', 'localhost', [ca.pem]],
  ] as const) {
    await assert.rejects(ask(host, trust), { name: 'GatewayError' }, what);
  }
});

test('a request leaves from the address it is told to', async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.socket.remoteAddress);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  try {
    for (const localHost of ['127.0.0.9', '127.0.0.1']) {
      await nodeHttpClient.fetch({ method: 'GET', url, localHost, timeoutMs: 5000, maxBytes: 100 });
    }
    const unowned = { method: 'GET', url, localHost: '192.0.2.1', timeoutMs: 5000, maxBytes: 100 } as const;
    await assert.rejects(nodeHttpClient.fetch(unowned), GatewayError);
  } finally {
    server.close();
  }
  assert.deepEqual(seen, ['127.0.0.9', '127.0.0.1']);
});

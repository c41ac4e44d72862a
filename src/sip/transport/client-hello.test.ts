import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alertsOf } from './alerts.ts';
import { readClientHello } from './client-hello.ts';

const number = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
};
const vector = (size: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([number(content.length, size), content]);
};
const shorts = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => number(value, 2)));
const extension = (type: number, body: Buffer): Buffer => Buffer.concat([number(type, 2), vector(2, body)]);

function hello(version: number, suites: readonly number[], ...extensions: readonly Buffer[]): Buffer {
  const random = Buffer.alloc(32, 7);
  const tail = extensions.length === 0 ? [] : [vector(2, ...extensions)];
  const body = [number(version, 2), random, vector(1), vector(2, shorts(...suites)), vector(1, Buffer.of(0)), ...tail];
  return Buffer.concat([Buffer.of(22, 3, 1), vector(2, Buffer.of(1), vector(3, ...body))]);
}

const name = (host: string): Buffer => extension(0, vector(2, Buffer.of(0), vector(2, Buffer.from(host, 'latin1'))));
const full = hello(
  0x0303,
  [0x2a2a, 0x1301, 0xc02f, 0x00ff, 0xfefe],
  extension(0x0a0a, Buffer.alloc(0)),
  name('sip.example.test'),
  extension(10, vector(2, shorts(0x1a1a, 0x11ec, 29, 23, 999))),
  extension(16, vector(2, vector(1, Buffer.from('h2')), vector(1, Buffer.from('sip/2')))),
  extension(43, vector(1, shorts(0x3a3a, 0x0304, 0x0303))),
);

test('versions, suites, groups, name and ALPN of a ClientHello are read; what is offered to no purpose is left out', () => {
  assert.deepEqual(readClientHello(full), {
    versions: ['TLSv1.3', 'TLSv1.2'],
    suites: [
      'TLS_AES_128_GCM_SHA256',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
      '0xfefe',
    ],
    groups: ['X25519MLKEM768', 'x25519', 'secp256r1', '0x03e7'],
    serverName: 'sip.example.test',
    alpn: ['h2', 'sip/2'],
  });
});

test('an old client without extensions offers the version of its message', () => {
  assert.deepEqual(readClientHello(hello(0x0302, [0x002f])), {
    versions: ['TLSv1.1'],
    suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'],
    groups: [],
    alpn: [],
  });
});

test('a name never brings controls into a display, and long lists are cut', () => {
  assert.equal(readClientHello(hello(0x0303, [], name('a\x1b[2J\r\nb')))?.serverName, 'a?[2J??b');
  assert.equal(
    readClientHello(
      hello(
        0x0303,
        Array.from({ length: 5000 }, () => 0x1301),
      ),
    )?.suites.length,
    64,
  );
});

test('what is no ClientHello is none, and nothing that is cut or broken throws', () => {
  for (const text of ['', 'GET / HTTP/1.0\r\n\r\n', 'INVITE sip:x SIP/2.0\r\n']) {
    assert.equal(readClientHello(Buffer.from(text)), undefined);
  }
  for (let length = 0; length < full.length; length++) readClientHello(full.subarray(0, length));
  fc.assert(
    fc.property(fc.nat(full.length - 1), fc.uint8Array({ maxLength: 40 }), (at, bytes) => {
      const broken = Buffer.from(full);
      broken.set(bytes.subarray(0, full.length - at), at);
      readClientHello(broken);
    }),
  );
});

test('the alert of a failure is named: the one the peer sent, or the one the library sends for it', () => {
  assert.deepEqual(
    [
      'tlsv1 alert unknown ca',
      'tlsv13 alert certificate required',
      'unsupported protocol',
      'no shared cipher',
      'no end of handshake in time',
    ].map((reason) => alertsOf(reason, true)),
    [
      { received: 'unknown_ca' },
      { received: 'certificate_required' },
      { sent: 'protocol_version' },
      { sent: 'handshake_failure' },
      {},
    ],
  );
  assert.deepEqual(
    [true, false].map((isNewest) => alertsOf('peer did not return a certificate', isNewest).sent),
    ['certificate_required', 'handshake_failure'],
  );
});

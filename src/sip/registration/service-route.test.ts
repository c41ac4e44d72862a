import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from '../message/index.ts';
import type { OutgoingInvite } from '../session.ts';
import { alongServiceRoute, serviceRouteOf } from './service-route.ts';

function routeOf(...lines: readonly string[]): readonly string[] {
  const head =
    'Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:a>;tag=2\r\nCall-ID: x\r\nCSeq: 1 REGISTER\r\n';
  const fields = lines.map((line) => `Service-Route: ${line}\r\n`).join('');
  const message = parseMessage(`SIP/2.0 200 OK\r\n${head}${fields}Content-Length: 0\r\n\r\n`);
  return message.kind === 'response' ? serviceRouteOf(message) : assert.fail('no response');
}

test('a service route is read hop by hop, over lines and within one', () => {
  assert.deepEqual(routeOf('<sip:a;lr>, <sip:b:5070;lr>', '"x" <sips:c;lr>'), [
    '<sip:a;lr>',
    '<sip:b:5070;lr>',
    '<sips:c;lr>',
  ]);
  assert.deepEqual(routeOf(), []);
});

test('a route with a strict hop, with another scheme, or too long, is none', () => {
  for (const line of [
    '<sip:a>',
    '<sip:a;lr>, <tel:5>',
    '<nonsense;lr>',
    Array(9).fill('<sip:a;lr>').join(),
    `<sip:${'a'.repeat(1020)};lr>`,
  ])
    assert.deepEqual(routeOf(line), [], line.slice(0, 40));
});

const invite: OutgoingInvite = {
  target: { kind: 'dns', host: 'home.example' },
  transport: 'udp',
  scheme: 'sip',
  calling: '1',
  called: '2',
  offer: () => '',
};

test('a call goes to the first hop, and over TLS where that says so, never over less than before', () => {
  const table: readonly (readonly [string, OutgoingInvite['transport'], string])[] = [
    ['<sip:edge.example;lr>', 'udp', 'udp dns edge.example'],
    ['<sip:10.0.0.2:5070;lr>', 'tls', 'tls ipv4 10.0.0.2 5070'],
    ['<sip:[2001:db8::1];transport=tcp;lr>', 'tls', 'tls ipv6 2001:db8::1'],
    ['<sips:edge.example;lr>', 'udp', 'tls dns edge.example'],
    ['<sip:edge.example;transport=tls;lr>', 'tcp', 'tls dns edge.example'],
  ];
  for (const [hop, transport, expected] of table) {
    const next = alongServiceRoute({ ...invite, transport }, [hop]);
    const { kind, host, port } = next.proxy ?? invite.target;
    assert.equal([next.transport, kind, host, port].filter((part) => part !== undefined).join(' '), expected);
    assert.deepEqual([next.routes, next.target], [[hop], invite.target]);
  }
});

test('an outbound proxy stays the next hop, and without a route nothing changes', () => {
  const proxy = { kind: 'dns', host: 'proxy.example' } as const;
  assert.equal(alongServiceRoute({ ...invite, proxy }, ['<sip:edge.example;lr>']).proxy, proxy);
  assert.equal(alongServiceRoute(invite, []), invite);
});

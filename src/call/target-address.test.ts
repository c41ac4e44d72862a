import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SessionTarget, voipDefaults } from './settings.ts';
import { addressOf } from './target-address.ts';

const server = { kind: 'ipv4', host: '10.0.0.9' } as const;
const registrar = {
  secondary: false,
  target: 'ipv4:10.0.0.8',
  expiresSeconds: 3600,
  transport: 'udp',
  scheme: 'sip',
  aorDomain: false,
  randomContact: false,
  refreshRatio: 80,
} as const;

function address(sessionTarget: SessionTarget | undefined, called = '5551234') {
  const peer = { ...voipDefaults, tag: 1, destinationPattern: '555', ...(sessionTarget && { sessionTarget }) };
  return addressOf(peer, called, { explicit: 3, length: 3 }, { sipServer: server, registrars: [registrar] });
}

test('a target is an address, a name, the sip-server, or nothing', () => {
  const table: readonly (readonly [SessionTarget | undefined, string | undefined])[] = [
    [undefined, undefined],
    [{ kind: 'ipv4', host: '10.0.0.2' }, '10.0.0.2'],
    [{ kind: 'ipv6', host: '2001:db8::1' }, '2001:db8::1'],
    [{ kind: 'dns', host: 'a.example' }, 'a.example'],
    [{ kind: 'sip-server' }, '10.0.0.9'],
    [{ kind: 'registrar' }, '10.0.0.8'],
    [{ kind: 'other', text: 'ras' }, undefined],
    [{ kind: 'dns', host: '$s$.example' }, '555.example'],
    [{ kind: 'dns', host: '$d$.example' }, '5551234.example'],
    [{ kind: 'dns', host: '$e$.e164.example' }, '4.3.2.1.5.5.5.e164.example'],
    [{ kind: 'dns', host: '$u$.example' }, '1234.example'],
  ];
  for (const [target, host] of table) assert.equal(address(target)?.host, host, JSON.stringify(target));
});

test('a called number that makes no host name leads nowhere', () => {
  for (const called of ['a b', 'x/../y', '+1', '', 'a@b']) {
    assert.equal(address({ kind: 'dns', host: '$d$.example' }, called), undefined, called);
  }
});

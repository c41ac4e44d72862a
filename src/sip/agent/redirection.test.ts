import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Place, redirectedPlace } from './redirection.ts';

const plain: Place = { host: 'a', isName: true, port: undefined, transport: 'udp', uri: 'sip:a' };
const tls: Place = { ...plain, transport: 'tls' };
const sips: Place = { ...tls, uri: 'sips:a' };

const table: readonly (readonly [string, Place, string | undefined])[] = [
  ['sip:b.example', plain, 'udp b.example name sip:b.example'],
  ['sip:user@10.0.0.2:5070', plain, 'udp 10.0.0.2:5070 sip:10.0.0.2:5070'],
  ['sip:[2001:db8::1]:5070;transport=tcp', plain, 'tcp 2001:db8::1:5070 sip:[2001:db8::1]:5070'],
  ['sips:b.example', plain, 'tls b.example name sips:b.example'],
  ['sip:b.example', tls, 'tls b.example name sip:b.example'],
  ['sip:b.example;transport=tcp', tls, undefined],
  ['sip:b.example;transport=udp', tls, undefined],
  ['sip:b.example', sips, undefined],
  ['sip:b.example;transport=tls', sips, undefined],
  ['sips:b.example', sips, 'tls b.example name sips:b.example'],
  ['sip:b.example;transport=sctp', plain, undefined],
  ['tel:5551234', plain, undefined],
  ['nonsense', plain, undefined],
];
for (const [contact, from, expected] of table) {
  test(`from ${from.uri} over ${from.transport}, ${contact} leads to ${expected ?? 'nowhere'}`, () => {
    const found = redirectedPlace(contact, from);
    const { transport, host, port, isName, uri } = found ?? plain;
    const shown = `${transport} ${host}${port === undefined ? '' : `:${port}`}${isName ? ' name' : ''} ${uri}`;
    assert.equal(found && shown, expected);
  });
}

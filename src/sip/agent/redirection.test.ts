import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NameAddress, parseNameAddress } from '../message/index.ts';
import { contactsByPreference, type Place, Redirections, redirectedPlace } from './redirection.ts';

const plain: Place = { host: 'a', isName: true, port: undefined, transport: 'udp', uri: 'sip:a' };
const tls: Place = { ...plain, transport: 'tls' };
const sips: Place = { ...tls, uri: 'sips:a' };

const noPlace = 'leads to no place that may be asked';

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

function addresses(...texts: readonly string[]): readonly NameAddress[] {
  return texts.map((text) => {
    const address = parseNameAddress(text);
    assert.ok(address, text);
    return address;
  });
}

test('Contacts are tried by q, as they stand where it is the same, and first where they have none', () => {
  const table: readonly (readonly [readonly string[], string])[] = [
    [['<sip:a>', '<sip:b>'], 'a b'],
    [['<sip:a>;q=0.2', '<sip:b>;q=0.9', '<sip:c>;q=0.5'], 'b c a'],
    [['<sip:a>;q=0.5', '<sip:b>;Q=0.500', '<sip:c>;q=1.0'], 'c a b'],
    [['<sip:a>;q=0.9', '<sip:b>;expires=60'], 'b a'],
    [['<sip:a>;q=0', '<sip:b>;q=7', '<sip:c>;q=0.1'], 'b c a'],
  ];
  for (const [texts, order] of table) {
    const uris = contactsByPreference(addresses(...texts));
    assert.equal(uris.map((uri) => uri.slice(4)).join(' '), order, texts.join());
  }
});

test('places that were named are gone to one after the other, those of the last sender first, and none twice', () => {
  const sentOn = new Redirections(5);
  const uriOf = (place: Place | string | undefined) => (typeof place === 'object' ? place.uri : place);
  assert.equal(uriOf(sentOn.follow(['sip:b', 'sip:c', 'sip:a'], plain)), 'sip:b');
  assert.equal(uriOf(sentOn.follow(['sip:d', 'sip:c'], { transport: 'udp', uri: 'sip:b' })), 'sip:d');
  assert.equal(uriOf(sentOn.follow(['sip:b', 'sip:d'], { transport: 'udp', uri: 'sip:d' })), noPlace);
  assert.equal(uriOf(sentOn.next()), 'sip:c');
  assert.equal(uriOf(sentOn.place), 'sip:c');
  assert.equal(sentOn.next(), undefined);
});

test('no more places are gone to than is allowed, however many are named', () => {
  const sentOn = new Redirections(2);
  sentOn.follow(['sip:b', 'sip:c', 'sip:d'], plain);
  assert.equal(sentOn.next()?.uri, 'sip:c');
  assert.equal(sentOn.next(), undefined);
  assert.equal(sentOn.follow(['sip:e'], { transport: 'udp', uri: 'sip:c' }), 'again and again');
});

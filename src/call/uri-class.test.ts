import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArrivalUri } from '../sip/session.ts';
import type { UriClass } from './settings.ts';
import { compileUriPattern, matchUri } from './uri-class.ts';

const alice: ArrivalUri = {
  text: 'sip:alice.42@Sales.Example.com;user=phone',
  scheme: 'sip',
  user: 'alice.42',
  host: 'Sales.Example.com',
  phoneContext: undefined,
};
const address: ArrivalUri = { ...alice, text: 'sip:[2001:db8::1]', user: '', host: '2001:db8::1' };
const number: ArrivalUri = {
  text: 'tel:5551234;phone-context=+1',
  scheme: 'tel',
  user: '5551234',
  host: '',
  phoneContext: '+1',
};

const table: readonly (readonly [string, Partial<UriClass>, ArrivalUri, boolean])[] = [
  ['a name fits whole, whatever its case', { hosts: ['dns:sales.example.com'] }, alice, true],
  ['a part of a name does not', { hosts: ['dns:example.com'] }, alice, false],
  ['an expression is looked for in it', { hosts: ['^sales\\..*com$'] }, alice, true],
  ['one of several hosts is enough', { hosts: ['ipv4:10.0.0.1', 'dns:sales.example.com'] }, alice, true],
  ['an IPv6 address is written in brackets', { hosts: ['ipv6:[2001:db8::1]'] }, address, true],
  ['a user is an expression', { userId: '^alice' }, alice, true],
  ['host and user must both fit', { hosts: ['dns:sales.example.com'], userId: 'bob' }, alice, false],
  ['a user that is not there fits nothing', { userId: '.*' }, address, false],
  ['a pattern is held against the whole URI', { pattern: 'alice\\.[0-9]+@' }, alice, true],
  ['ways to choose from, in a group', { userId: '^(bob|ali(c|x)e)\\.' }, alice, true],
  ['a class without lines fits nothing', {}, alice, false],
  ['a class of sip fits no tel URI', { userId: '555' }, number, false],
  ['a class of tel has a number', { scheme: 'tel', phoneNumber: '^555....$' }, number, true],
  ['and a context', { scheme: 'tel', phoneContext: '\\+49' }, number, false],
];
for (const [title, lines, uri, fits] of table) {
  test(title, () => {
    const uriClass: UriClass = { name: 'x', scheme: 'sip', hosts: [], ...lines };
    assert.equal(matchUri(uriClass, uri) !== undefined, fits);
  });
}

test('what cannot be read as an expression is none, and a long one is none', () => {
  for (const text of ['(a', 'a)', '[a', 'a\\', '', 'a'.repeat(129), '(a|(b)', 'x\u0001']) {
    const compiled = compileUriPattern(text);
    assert.equal(text === '' ? compiled?.find('anything')?.end : compiled, text === '' ? 0 : undefined, text);
  }
});

test('an expression made to be slow takes time linear in the URI', () => {
  const pattern = compileUriPattern('(a*)*(a|a)*b$');
  assert.equal(pattern?.find('a'.repeat(512)), undefined);
  assert.equal(pattern?.find('a'.repeat(513)), undefined);
  assert.equal(pattern?.find(`${'a'.repeat(500)}b`)?.end, 501);
});

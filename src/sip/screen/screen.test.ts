import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AddressRange, maskLength } from './address-range.ts';
import { AnswerBudget } from './answer-budget.ts';
import { type TrustedEntry, TrustedSources } from './trusted-sources.ts';

const ranges: readonly (readonly [string, number | undefined, string, boolean])[] = [
  ['10.0.0.1', undefined, '10.0.0.1', true],
  ['10.0.0.1', undefined, '10.0.0.2', false],
  ['10.0.0.0', 24, '10.0.0.255', true],
  ['10.0.0.0', 24, '10.0.1.0', false],
  ['0.0.0.0', 0, '203.0.113.9', true],
  ['0.0.0.0', 0, '2001:db8::1', false],
  ['10.0.0.0', 24, '::ffff:10.0.0.7', true],
  ['2001:db8::', 32, '2001:db8:ffff::1', true],
  ['2001:db8::', 32, '2001:db9::1', false],
  ['::1', undefined, '0:0:0:0:0:0:0:1', true],
  ['10.0.0.0', 24, 'no address', false],
];

test('a range holds its addresses, in whatever spelling', () => {
  for (const [address, length, asked, expected] of ranges) {
    assert.equal(AddressRange.of(address, length)?.holds(asked), expected, `${asked} in ${address}/${length}`);
  }
});

test('what is no address makes no range and throws nothing', () => {
  for (const text of ['', '1.2.3', '1.2.3.256', ':', ':::', '1:2:3', '1::2::3', 'g::1', '1:2:3:4:5:6:7:8:9']) {
    assert.equal(AddressRange.of(text), undefined, text);
  }
  assert.equal(AddressRange.of('10.0.0.0', 33), undefined);
  fc.assert(
    fc.property(fc.string(), fc.nat(200), (text, length) => void AddressRange.of(text, length)),
    { numRuns: 2000 },
  );
});

test('every IPv6 address is in its own range and in all around it', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.nat(128), (address, length) => {
      assert.equal(AddressRange.of(address, length)?.holds(address.toUpperCase()), true);
    }),
  );
});

test('a mask is as long as its ones', () => {
  assert.deepEqual(['255.255.255.255', '255.255.128.0', '0.0.0.0'].map(maskLength), [32, 17, 0]);
});

const list: readonly TrustedEntry[] = [
  { kind: 'ipv4', address: '10.1.0.0', mask: '255.255.0.0' },
  { kind: 'ipv6', address: '2001:db8::', prefixLength: 32 },
  { kind: 'dns', name: 'sip.carrier.test' },
  { kind: 'dns', name: '*.edge.test' },
];
const sources = new TrustedSources(
  new Map([
    ['10.0.0.3', 'dial-peer 10'],
    ['voice.test', 'dial-peer 11'],
  ]),
  list,
);

const sourceTable: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['10.0.0.3', undefined, 'dial-peer 10'],
  ['10.0.0.4', undefined, undefined],
  ['10.1.2.3', undefined, 'ipv4 10.1.0.0 255.255.0.0'],
  ['2001:db8::9', undefined, 'ipv6 2001:db8::/32'],
  ['10.0.0.4', 'SIP.carrier.test', 'dns sip.carrier.test'],
  ['10.0.0.4', 'voice.test', 'dial-peer 11'],
  ['10.0.0.4', 'a.edge.test', 'dns *.edge.test'],
  ['10.0.0.4', 'a.b.edge.test', undefined],
  ['10.0.0.4', 'edge.test', undefined],
  ['10.0.0.4', '*.edge.test', 'dns *.edge.test'],
  ['10.0.0.4', '*.b.edge.test', undefined],
  ['10.0.0.4', '*.carrier.test', undefined],
];

test('a source is trusted by the line that names it', () => {
  for (const [host, name, rule] of sourceTable) {
    const provedNames = name === undefined ? [] : ['first.other.test', name];
    assert.equal(sources.ruleFor({ host, provedNames }), rule, `${host} ${name}`);
  }
});

test('a stranger is answered ten times, then twice a second; all strangers together a hundred times a second', () => {
  const budget = new AnswerBudget();
  const answered = (now: number, source: (i: number) => string): number =>
    Array.from({ length: 1000 }, (_, i) => budget.take(source(i), now)).filter(Boolean).length;
  assert.equal(
    answered(0, () => '10.0.0.1'),
    10,
  );
  assert.equal(
    answered(1000, () => '10.0.0.1'),
    2,
  );
  assert.equal(
    answered(1000, (i) => `10.1.${i >> 8}.${i & 255}`),
    198,
  );
  assert.equal(
    answered(2000, (i) => `10.2.${i >> 8}.${i & 255}`),
    100,
  );
  assert.equal(budget.unanswered, 990 + 998 + 802 + 900);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlternativeNames } from './alternative-names.ts';
import { encode } from './der.ts';
import { type CertifiedNames, constraintFault, readNameConstraints } from './name-constraints.ts';
import { testName } from './test-request.ts';
import { type DistinguishedName, readName } from './x500-name.ts';

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** `dns:x`, `uri:x`, `mail:x`, `ip:0A000000FF000000`, `dir:o=x`, `other:`. */
function subtree(text: string): Buffer {
  const [, form = '', base = ''] = /^(\w+):(.*)$/.exec(text) ?? [];
  const tag = { mail: 0x81, dns: 0x82, uri: 0x86 }[form];
  if (tag !== undefined) return tlv(0x30, tlv(tag, Buffer.from(base)));
  if (form === 'ip') return tlv(0x30, tlv(0x87, Buffer.from(base, 'hex')));
  if (form === 'dir') return tlv(0x30, tlv(0xa4, encode(testName(base))));
  return tlv(0x30, tlv(0x88, Buffer.from([0x2a])));
}

function constraints(permitted: readonly string[], excluded: readonly string[]): Buffer {
  const list = (tag: number, all: readonly string[]): Buffer =>
    all.length === 0 ? Buffer.alloc(0) : tlv(tag, ...all.map(subtree));
  return tlv(0x30, list(0xa0, permitted), list(0xa1, excluded));
}

function name(text: string): DistinguishedName {
  const read = readName(testName(text));
  assert.ok(read.ok);
  return read.value;
}

interface Names extends Partial<AlternativeNames> {
  readonly subject?: string;
}

function certificate({ subject = '', ...names }: Names): CertifiedNames {
  const none = { dns: [], uris: [], addresses: [], mails: [], directories: [], others: 0 };
  return {
    subject: subject === '' ? [] : name(subject),
    alternativeNames: Object.keys(names).length === 0 ? undefined : { ...none, ...names },
  };
}

const table: readonly (readonly [permitted: string[], excluded: string[], names: Names, fault: string | undefined])[] =
  [
    [['dns:example.com'], [], { dns: ['example.com'] }, undefined],
    [['dns:example.com'], [], { dns: ['A.Example.COM'] }, undefined],
    [['dns:example.com'], [], { dns: ['badexample.com'] }, 'DNS name badexample.com is not permitted'],
    [['dns:example.com'], [], { dns: ['a.example.com', 'b.org'] }, 'DNS name b.org is not permitted'],
    [['dns:example.com', 'dns:b.org'], [], { dns: ['a.example.com', 'b.org'] }, undefined],
    [['dns:.example.com'], [], { dns: ['example.com'] }, 'DNS name example.com is not permitted'],
    [['dns:.example.com'], [], { dns: ['a.example.com'] }, undefined],
    [['dns:'], [], { dns: ['any.thing'] }, undefined],
    [[], ['dns:'], { dns: ['any.thing'] }, 'DNS name any.thing is excluded'],
    [
      ['dns:example.com'],
      ['dns:bad.example.com'],
      { dns: ['x.bad.example.com'] },
      'DNS name x.bad.example.com is excluded',
    ],
    [['dns:example.com'], ['dns:bad.example.com'], { dns: ['good.example.com'] }, undefined],
    [['dns:example.com'], [], { subject: 'cn=sip.other.org' }, 'DNS name sip.other.org is not permitted'],
    [['dns:example.com'], [], { subject: 'cn=sip.other.org', uris: [] }, undefined],
    [['dns:example.com'], [], { subject: 'cn=Phone 7' }, undefined],
    [['dns:example.com'], [], { uris: ['sip:other.org'] }, undefined],
    [['uri:example.com'], [], { uris: ['sip:example.com'] }, undefined],
    [['uri:example.com'], [], { uris: ['sip:alice@example.com:5061;transport=tls'] }, undefined],
    [['uri:example.com'], [], { uris: ['sip:a.example.com'] }, 'URI sip:a.example.com is not permitted'],
    [['uri:.example.com'], [], { uris: ['https://a.example.com/x'] }, undefined],
    [
      ['uri:.example.com'],
      [],
      { uris: ['https://example.com@evil.org/'] },
      'URI https://example.com@evil.org/ is not permitted',
    ],
    [[], ['uri:example.com'], { uris: ['sips:example.com'] }, 'URI sips:example.com is excluded'],
    [[], ['uri:example.com'], { uris: ['sip:10.0.0.1'] }, 'URI sip:10.0.0.1 names no host'],
    [['uri:example.com'], [], { uris: ['urn:x:example.com'] }, 'URI urn:x:example.com names no host'],
    [['ip:0A000000FF000000'], [], { addresses: ['10.1.2.3'] }, undefined],
    [['ip:0A000000FF000000'], [], { addresses: ['11.1.2.3'] }, 'address 11.1.2.3 is not permitted'],
    [['ip:0A000000FF000000'], [], { addresses: ['2001:db8::1'] }, 'address 2001:db8::1 is not permitted'],
    [
      ['ip:20010DB8000000000000000000000000FFFFFFFF000000000000000000000000'],
      [],
      { addresses: ['2001:db8::1'] },
      undefined,
    ],
    [[], ['ip:0000000000000000'], { addresses: ['10.1.2.3'] }, 'address 10.1.2.3 is excluded'],
    [['dir:o=Lab'], [], { subject: 'o=lab,cn=west' }, undefined],
    [['dir:o=Lab'], [], { subject: 'cn=west,o=Lab' }, 'subject o=Lab,cn=west is not permitted'],
    [['dir:o=Lab'], [], { subject: 'o=Lab' }, undefined],
    [['dir:o=Lab,ou=Voice'], [], { subject: 'o=Lab' }, 'subject o=Lab is not permitted'],
    [[], ['dir:o=Lab'], { directories: [name('o=Lab,cn=x')] }, 'subject cn=x,o=Lab is excluded'],
    [['mail:example.com'], [], { mails: ['a@example.com'] }, undefined],
    [['mail:example.com'], [], { mails: ['a@b.example.com'] }, 'mail address a@b.example.com is not permitted'],
    [['mail:a@example.com'], [], { mails: ['b@example.com'] }, 'mail address b@example.com is not permitted'],
    [['mail:example.com'], [], { subject: 'e=a@other.org' }, 'mail address a@other.org is not permitted'],
    [['other:'], [], { others: 1 }, 'a name of another form  cannot be compared'],
    [['other:'], [], { dns: ['x.y'] }, undefined],
    [['dns:example.com'], [], {}, undefined],
  ];

for (const [permitted, excluded, names, fault] of table) {
  const what = `permitted ${permitted.join(' ') || 'all'}, excluded ${excluded.join(' ') || 'nothing'}`;
  test(`${what}: ${JSON.stringify(names)} is ${fault === undefined ? 'allowed' : 'refused'}`, () => {
    const read = readNameConstraints(constraints(permitted, excluded));
    assert.ok(read.ok, JSON.stringify(read));
    assert.equal(constraintFault(certificate(names), read.value)?.words, fault);
  });
}

test('constraints that cannot be read whole are refused: cut, overlong, with a distance, too many', () => {
  const whole = constraints(['dns:example.com'], ['ip:0A000000FF000000']);
  for (let length = 0; length < whole.length; length++) {
    assert.equal(readNameConstraints(whole.subarray(0, length)).ok, false, String(length));
  }
  const distance = tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0x82, Buffer.from('x')), tlv(0x80, Buffer.from([1])))));
  const mask = constraints(['ip:0A0000'], []);
  const many = constraints(Array<string>(101).fill('dns:x'), []);
  for (const bad of [distance, mask, many, Buffer.concat([whole, Buffer.from([0])])]) {
    assert.equal(readNameConstraints(bad).ok, false);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContentInfo } from '@peculiar/asn1-cms';
import { decode } from './der.ts';

/** A DER element, its content at most 16 MB. */
function element(tag: number, content: Buffer): Buffer {
  const length = Buffer.from([0x83, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff]);
  const short = content.length < 0x80 ? Buffer.from([content.length]) : length;
  return Buffer.concat([Buffer.from([tag]), short, content]);
}

const sequence = 0x30;
const objectId = Buffer.from('06092a864886f70d010701', 'hex');

/** A ContentInfo around anything: three elements, two of them outside of one another. */
function around(content: Buffer): Buffer {
  return element(sequence, Buffer.concat([objectId, element(0xa0, content)]));
}

function nested(levels: number): Buffer {
  let inner: Buffer = Buffer.alloc(0);
  for (let level = 0; level < levels; level++) inner = element(sequence, inner);
  return around(inner);
}

/** `count` NULLs side by side. */
function many(count: number): Buffer {
  return around(element(sequence, Buffer.alloc(2 * count, Buffer.from('0500', 'hex'))));
}

/** Octets, as many as make a whole of so many bytes. */
function long(bytes: number): Buffer {
  return around(element(0x04, Buffer.alloc(bytes - around(element(0x04, Buffer.alloc(70_000))).length + 70_000)));
}

const undecodable = 'what was sent cannot be decoded: it is damaged or something else';
const bounds: readonly (readonly [what: string, within: Buffer, beyond: Buffer, reason: string])[] = [
  ['deeper than 40 levels', nested(39), nested(40), undecodable],
  ['of more than 5000 elements', many(4996), many(4997), undecodable],
  ['longer than 256 KB', long(256 * 1024), long(256 * 1024 + 1), 'what was sent is larger than 262144 bytes'],
];
for (const [what, within, beyond, reason] of bounds) {
  test(`bytes ${what} are refused, and those just within are read`, () => {
    assert.equal(decode(within, ContentInfo, 'what was sent').ok, true);
    assert.deepEqual(decode(beyond, ContentInfo, 'what was sent'), { ok: false, reason });
  });
}

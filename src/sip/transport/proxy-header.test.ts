import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readProxyHeader } from './proxy-header.ts';

const lineTable: readonly (readonly [line: string, outcome: string])[] = [
  ['PROXY TCP4 192.0.2.1 198.51.100.1 56324 5061\r\nINVITE', '46 192.0.2.1 56324'],
  ['PROXY TCP6 2001:DB8:0:0::1 2001:db8::2 1 2\r\n', '44 2001:db8::1 1'],
  ['PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n', '37 192.0.2.1 1'],
  ['PROXY UNKNOWN\r\n', '15'],
  ['PROXY UNKNOWN ff:ff::1 ff::2 65535 65535\r\n', '42'],
  ['', 'more'],
  ['PRO', 'more'],
  ['PROXY TCP4 192.0.2.1 198.51.100.1 56324 5061\r', 'more'],
  ['PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n', 'its line cannot be read'],
  ['PROXY TCP4 192.0.2.1 198.51.100.1 56324 5061 7\r\n', 'its line cannot be read'],
  ['PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n', 'its line cannot be read'],
  ['PROXY TCP4 192.0.2.01 198.51.100.1 1 2\r\n', 'its line cannot be read'],
  ['PROXY TCP4 192.0.2.1 198.51.100.1 65536 2\r\n', 'its line cannot be read'],
  ['PROXY TCP4 192.0.2.1 198.51.100.1 1 02\r\n', 'its line cannot be read'],
  ['PROXY TCP4  192.0.2.1 198.51.100.1 1 2\r\n', 'its line cannot be read'],
  ['PROXY TCP4 ::1 ::2 1 2\r\n', 'its addresses are not of its family'],
  ['PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n', 'its addresses are not of its family'],
  ['PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n', 'its family is none of TCP4, TCP6 and UNKNOWN'],
  ['PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n', 'its family is none of TCP4, TCP6 and UNKNOWN'],
  [`PROXY UNKNOWN ${'x'.repeat(100)}\r\n`, 'its line is too long'],
  ['INVITE sip:a@b SIP/2.0\r\n', 'no PROXY header, though the address is listed under proxy-protocol'],
  ['\r\n\r\nINVITE', 'no PROXY header, though the address is listed under proxy-protocol'],
  ['\x16\x03\x01', 'no PROXY header, though the address is listed under proxy-protocol'],
];

const signature = '0d0a0d0a000d0a515549540a';
const blockTable: readonly (readonly [hex: string, outcome: string])[] = [
  ['21 11 000c c0000201 c6336401 dc04 13c5 494e', '28 192.0.2.1 56324'],
  ['21 11 0010 c0000201 c6336401 dc04 13c5 04000100', '32 192.0.2.1 56324'],
  [`21 21 0024 20010db8${'0'.repeat(22)}01 20010db8${'0'.repeat(22)}02 0001 0002`, '52 2001:db8::1 1'],
  [`21 21 0024 ${'0'.repeat(20)}ffffc0000201 ${'0'.repeat(31)}1 0001 0002`, '52 192.0.2.1 1'],
  ['20 00 0000', '16'],
  ['20 11 000c c0000201 c6336401 dc04 13c5', '28'],
  ['21 00 0003 010203', '19'],
  ['', 'more'],
  ['21 11 00', 'more'],
  ['21 11 000c c0000201', 'more'],
  ['11 11 000c', 'its version or command is unknown'],
  ['22 11 000c', 'its version or command is unknown'],
  ['21 12 000c c0000201 c6336401 dc04 13c5', 'its addresses are none of TCP over IPv4 or IPv6'],
  ['21 31 0004 00000000', 'its addresses are none of TCP over IPv4 or IPv6'],
  ['21 11 0008 c0000201 c6336401', 'its addresses are cut off'],
  ['21 11 ffff', 'it is too long'],
];

function outcome(data: Buffer): string {
  const header = readProxyHeader(data);
  if (header.kind === 'more') return 'more';
  if (header.kind === 'bad') return header.reason.replace(/^PROXY header: /, '');
  const { length, source } = header;
  return source === undefined ? String(length) : `${length} ${source.host} ${source.port}`;
}

test('a PROXY line is read to its end, or refused with the reason', () => {
  for (const [line, expected] of lineTable) assert.equal(outcome(Buffer.from(line, 'latin1')), expected, line);
});

test('a PROXY block is read to its end, or refused with the reason', () => {
  for (const [hex, expected] of blockTable) {
    assert.equal(outcome(Buffer.from(signature + hex.replaceAll(' ', ''), 'hex')), expected, hex);
  }
});

test('a header that is whole is the same however it is cut, and no byte before its end makes it whole or wrong', () => {
  const wholes = [
    ...lineTable.map(([line]) => Buffer.from(line, 'latin1')),
    ...blockTable.map(([hex]) => Buffer.from(signature + hex.replaceAll(' ', ''), 'hex')),
  ];
  for (const data of wholes) {
    const whole = readProxyHeader(data);
    if (whole.kind !== 'header') continue;
    for (let length = 0; length < whole.length; length++) {
      assert.equal(readProxyHeader(data.subarray(0, length)).kind, 'more');
    }
    assert.deepEqual(readProxyHeader(data.subarray(0, whole.length)), whole);
  }
});

test('whatever the bytes, the parser answers and reads no further than it was given', () => {
  const beginning = fc.constantFrom(
    '',
    'PROXY ',
    'PROXY TCP4 ',
    'PROXY TCP6 ',
    '\r\n\r\n\0\r\nQUIT\n',
    '\r\n\r\n\0\r\nQUIT\n!\x11\0',
  );
  const words = fc.array(fc.constantFrom('1.2.3.4', '::1', '::ffff:1.2.3.4', '1', '65535', ' ', '\r', '\n', '\0', 'ÿ'));
  fc.assert(
    fc.property(
      beginning,
      fc.oneof(
        words.map((list) => list.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (head, rest) => {
        const data = Buffer.from(head + rest, 'latin1');
        const header = readProxyHeader(data);
        if (header.kind === 'header') assert.ok(header.length <= data.length);
      },
    ),
    { numRuns: 20_000, seed: 20_261_125 },
  );
});

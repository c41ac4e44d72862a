import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTftp, encodeTftp, type TftpPacket } from './packet.ts';
import { TftpRead, type TftpTransfer, TftpWrite } from './transfer.ts';
import { parseTftpUrl } from './url.ts';

const options = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(' ').map((pair) => [pair.split('=')[0]!, pair.split('=')[1]!]));

const packets: readonly TftpPacket[] = [
  { kind: 'read', file: 'west.ca', options: options('blksize=1428 tsize=0') },
  { kind: 'write', file: 'west.req', options: new Map() },
  { kind: 'data', block: 65535, data: Buffer.from('abc') },
  { kind: 'ack', block: 0 },
  { kind: 'error', code: 1, message: 'File not found' },
  { kind: 'oack', options: options('timeout=2') },
];
test('every packet reads back as it was written', () => {
  for (const packet of packets) assert.deepEqual(decodeTftp(encodeTftp(packet)), packet);
});

test('what is no packet reads as none, whatever it is', () => {
  for (const hex of [
    '',
    '00',
    '0009',
    '0003',
    '00030a',
    '000161',
    '00017700',
    '000600',
    '00066100',
    '0001610062006300',
  ]) {
    const read = decodeTftp(Buffer.from(hex, 'hex'));
    assert.ok(read === undefined || read.kind === 'oack', hex);
  }
  for (let seed = 0; seed < 2000; seed++) {
    const bytes = Buffer.from(Array.from({ length: seed % 23 }, (_, at) => (seed * (at + 7) * 31) & 0xff));
    assert.doesNotThrow(() => decodeTftp(bytes));
  }
});

/** What the transfer does on each packet: what it sends, in short, and how it ends. */
function play(transfer: TftpTransfer, heard: readonly TftpPacket[]): readonly string[] {
  const said = [short(transfer.start())];
  for (const packet of heard) {
    const { send, end } = transfer.receive(packet);
    const told = end === undefined ? '' : end.ok ? ` done ${end.content.length}` : ` failed: ${end.reason}`;
    said.push(`${send === undefined ? '-' : short(send)}${told}`);
  }
  return said;
}

function short(bytes: Buffer): string {
  const packet = decodeTftp(bytes);
  assert.ok(packet);
  if (packet.kind === 'data') return `data ${packet.block} (${packet.data.length})`;
  if (packet.kind === 'ack') return `ack ${packet.block}`;
  if (packet.kind === 'error') return `error ${packet.code}`;
  const settled = [...packet.options].map(([name, value]) => ` ${name}=${value}`).join('');
  return packet.kind === 'oack' ? `oack${settled}` : `${packet.kind} ${packet.file}${settled}`;
}

const data = (block: number, length: number): TftpPacket => ({ kind: 'data', block, data: Buffer.alloc(length) });
const ack = (block: number): TftpPacket => ({ kind: 'ack', block });
const oack = (text: string): TftpPacket => ({ kind: 'oack', options: options(text) });
const error = (code: number, message: string): TftpPacket => ({ kind: 'error', code, message });
const asked = 'read f blksize=1428 timeout=2 tsize=0';
const offered = (size: number): string => `write f blksize=1428 timeout=2 tsize=${size}`;

const reads: [what: string, heard: TftpPacket[], said: string[]][] = [
  ['a server without options sends blocks of 512', [data(1, 512), data(2, 10)], ['ack 1', 'ack 2 done 522']],
  ['an empty file is one empty block', [data(1, 0)], ['ack 1 done 0']],
  ['agreed options are acknowledged as block 0', [oack('blksize=1428 tsize=5'), data(1, 5)], ['ack 0', 'ack 1 done 5']],
  [
    'a repeated agreement is acknowledged again',
    [oack('blksize=600'), oack('blksize=600'), data(1, 5)],
    ['ack 0', 'ack 0', 'ack 1 done 5'],
  ],
  [
    'a repeated block is acknowledged again and counted once',
    [data(1, 512), data(1, 512), data(2, 0)],
    ['ack 1', 'ack 1', 'ack 2 done 512'],
  ],
  ['a block out of order is not looked at', [data(2, 512), data(1, 3)], ['-', 'ack 1 done 3']],
  ['a block longer than agreed ends it', [data(1, 513)], ['error 4 failed: a block is longer than agreed']],
  [
    'a larger block than asked for is not agreed to',
    [oack('blksize=9000')],
    ['error 8 failed: the server agreed to options nobody asked for'],
  ],
  [
    'an option nobody asked for ends it',
    [oack('windowsize=8')],
    ['error 8 failed: the server agreed to options nobody asked for'],
  ],
  [
    'a size beyond the bound is refused before it comes',
    [oack('tsize=2000')],
    ['error 3 failed: the file is larger than 1000 bytes'],
  ],
  [
    'content beyond the bound is refused when it comes',
    [data(1, 512), data(2, 512)],
    ['ack 1', 'error 3 failed: the file is larger than 1000 bytes'],
  ],
  ['a server that refuses options is asked without', [error(8, 'no options'), data(1, 1)], ['read f', 'ack 1 done 1']],
  ['a server that refuses is quoted', [error(1, 'File not found')], ['- failed: File not found']],
];
for (const [what, heard, said] of reads) {
  test(`reading by TFTP: ${what}`, () => assert.deepEqual(play(new TftpRead('f', 1000), heard), [asked, ...said]));
}

const writes: [what: string, size: number, heard: TftpPacket[], said: string[]][] = [
  [
    'a server without options gets blocks of 512',
    600,
    [ack(0), ack(1), ack(2)],
    ['data 1 (512)', 'data 2 (88)', '- done 600'],
  ],
  [
    'a multiple of the block ends with an empty one',
    512,
    [ack(0), ack(1), ack(2)],
    ['data 1 (512)', 'data 2 (0)', '- done 512'],
  ],
  [
    'an agreement is answered by the first block',
    600,
    [oack('blksize=1428 tsize=600'), ack(1)],
    ['data 1 (600)', '- done 600'],
  ],
  [
    'a duplicate acknowledgement sends nothing',
    600,
    [ack(0), ack(0), ack(1), ack(1), ack(2)],
    ['data 1 (512)', '-', 'data 2 (88)', '-', '- done 600'],
  ],
  ['an acknowledgement of what was not sent is not looked at', 600, [ack(7), ack(0)], ['-', 'data 1 (512)']],
  [
    'a server that refuses options is asked without',
    1,
    [error(8, ''), ack(0), ack(1)],
    ['write f', 'data 1 (1)', '- done 1'],
  ],
  ['a full disk is quoted', 600, [ack(0), error(3, 'Disk full')], ['data 1 (512)', '- failed: Disk full']],
];
for (const [what, size, heard, said] of writes) {
  test(`writing by TFTP: ${what}`, () => {
    assert.deepEqual(play(new TftpWrite('f', Buffer.alloc(size)), heard), [offered(size), ...said]);
  });
}

test('a file of more blocks than there are numbers is refused, not begun anew', () => {
  const transfer = new TftpWrite('f', Buffer.alloc(0x10000 * 512));
  transfer.start();
  let step = transfer.receive(ack(0));
  for (let block = 1; step.end === undefined; block++) step = transfer.receive(ack(block));
  assert.ok(!step.end.ok);
  assert.equal(step.end.reason, 'the file has more blocks than TFTP can number');
});

test('a URL names host, port and a file below the server', () => {
  assert.deepEqual(parseTftpUrl('tftp://10.0.0.1/west'), { host: '10.0.0.1', port: 69, file: 'west' });
  assert.deepEqual(parseTftpUrl('TFTP://ca.lab:6969/a/b%20c;mode=octet'), {
    host: 'ca.lab',
    port: 6969,
    file: 'a/b c',
  });
  assert.deepEqual(parseTftpUrl('tftp://[2001:db8::1]/f'), { host: '2001:db8::1', port: 69, file: 'f' });
  for (const wrong of [
    'tftp://h',
    'tftp://h/',
    'tftp://h//f',
    'tftp://h/../f',
    'tftp://h/a%2f..%2fb',
    'tftp://h/a%00b',
    'tftp://h/a%0ab',
    'tftp://h:0/f',
    'tftp://h:70000/f',
    'tftp://u@h/f',
    'tftp://h/f;mode=netascii',
    'http://h/f',
    'tftp://h/%zz',
    `tftp://h/${'x'.repeat(256)}`,
  ]) {
    assert.throws(() => parseTftpUrl(wrong), { code: 'tftp-failed' }, wrong);
  }
});

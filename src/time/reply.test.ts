import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeQuestion, timestampOf } from './packet.ts';
import { judgeReply, type Reply } from './reply.ts';
import { answerTo, type Lies } from './test-server.ts';

const nonce = 0x1122334455667788n;
const asked = encodeQuestion(4, nonce);
/** On the monotonic clock: sent at 1000, answered 40 later. */
const question = { nonce, sentAt: 1000 };
const now = 1040;
const at = Date.UTC(2026, 0, 1, 12);

function judge(lies: Lies = {}): string {
  return short(judgeReply(answerTo(asked, at, lies), question, now));
}

function short(reply: Reply): string {
  if (reply.kind === 'kiss') return `kiss ${reply.code}`;
  return reply.kind === 'refused' ? `refused: ${reply.rule}` : reply.kind;
}

test('a good answer measures the server: half the way there, half the way back', () => {
  const reply = judgeReply(answerTo(asked, at), question, now);
  assert.equal(reply.kind, 'sample');
  if (reply.kind !== 'sample') return;
  assert.equal(Math.round(reply.sample.base), at - 1020);
  assert.equal(Math.round(reply.sample.delayMs), 40);
});

test('the time the server took to answer is no way of the answer', () => {
  const lies = { receive: timestampOf(at), transmit: timestampOf(at + 30) };
  const reply = judgeReply(answerTo(asked, at, lies), question, now);
  assert.equal(reply.kind === 'sample' ? Math.round(reply.sample.delayMs) : reply.kind, 10);
});

test('what does not answer this very question is not looked at', () => {
  const table: readonly Lies[] = [
    { originate: nonce + 1n },
    { originate: 0n },
    { mode: 3 },
    { mode: 5 },
    { length: 47 },
    { length: 0 },
    { originate: 0n, stratum: 0, referenceId: Buffer.from('DENY') },
  ];
  for (const lies of table) assert.equal(judge(lies), 'foreign');
});

test('a server that does not know the time, or is too far from it, or contradicts itself, is refused by name', () => {
  const table: readonly (readonly [Lies, string])[] = [
    [{ leap: 3 }, 'unsynchronised'],
    [{ stratum: 16 }, 'unsynchronised'],
    [{ stratum: 255 }, 'unsynchronised'],
    [{ stratum: 0, leap: 3, referenceId: Buffer.alloc(4) }, 'unsynchronised'],
    [{ transmit: 0n }, 'unsynchronised'],
    [{ receive: 0n }, 'unsynchronised'],
    [{ rootDispersionMs: 1500 }, 'distance'],
    [{ rootDelayMs: 3000 }, 'distance'],
    [{ transmit: timestampOf(at - 1) }, 'time'],
    [{ transmit: timestampOf(at + 60_000) }, 'time'],
  ];
  for (const [lies, rule] of table) assert.equal(judge(lies), `refused: ${rule}`, JSON.stringify(Object.keys(lies)));
});

test('a kiss of death is told by its code, and only with the echo of the question', () => {
  for (const code of ['DENY', 'RSTR', 'RATE']) {
    assert.equal(judge({ stratum: 0, leap: 3, referenceId: Buffer.from(code) }), `kiss ${code}`);
  }
});

test('no octets throw', () => {
  for (let seed = 0; seed < 2000; seed++) {
    const data = answerTo(asked, at);
    data[seed % 48] = (seed * 37) % 256;
    data[(seed * 7) % 48] = (seed * 101) % 256;
    assert.match(short(judgeReply(data, question, now)), /^(sample|foreign|kiss|refused)/);
  }
});

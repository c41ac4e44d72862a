import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerId, headerIdAt, headerIdOf, speltNameAt } from './header-name.ts';
import { loadText } from './scan.ts';

const names = [
  ['Via', headerId.via],
  ['From', headerId.from],
  ['To', headerId.to],
  ['Call-ID', headerId.callId],
  ['CSeq', headerId.cseq],
  ['Contact', headerId.contact],
  ['Max-Forwards', headerId.maxForwards],
  ['Content-Length', headerId.contentLength],
  ['Record-Route', headerId.recordRoute],
  ['Route', headerId.route],
  ['Expires', headerId.expires],
  ['Require', headerId.require],
  ['Content-Type', headerId.contentType],
  ['Supported', headerId.supported],
  ['Allow', headerId.allow],
  ['Session-Expires', headerId.sessionExpires],
  ['Min-SE', headerId.minSe],
  ['RSeq', headerId.rseq],
  ['RAck', headerId.rack],
  ['Reason', headerId.reason],
] as const;

test('a known name is recognised in any case, at any offset, and by no other road differently', () => {
  for (const [name, id] of names) {
    for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) {
      for (const before of ['', 'x', 'xy', 'xyz']) {
        const start = before.length;
        const end = loadText(`${before}${spelling}: value`);
        const spelt = speltNameAt(start, end);
        assert.deepEqual([spelt?.id, spelt?.length], [id, name.length], spelling);
        assert.equal(headerIdAt(start, start + name.length), id);
        assert.equal(headerIdOf(name.toLowerCase()), id);
      }
    }
  }
});

test('what only resembles a known name is not taken for it', () => {
  for (const [name] of names) {
    for (const other of [
      `${name}x: v`,
      `x${name}: v`,
      `${name} : v`,
      `${name.slice(0, -1)}: v`,
      `${name.slice(0, -1)}_: v`,
    ]) {
      assert.equal(speltNameAt(0, loadText(other)), undefined, other);
    }
    loadText(`${name}: v`);
    assert.equal(speltNameAt(0, name.length), undefined, 'the colon is behind the end');
  }
  for (const other of ['Vib', 'Content-Lengtj', 'Q', 'Accept', 'Max_Forwards']) {
    assert.equal(headerIdAt(0, loadText(other)), headerId.other, other);
  }
  for (const [compact, id] of [
    ['v', headerId.via],
    ['L', headerId.contentLength],
    ['m', headerId.contact],
  ] as const) {
    assert.equal(headerIdAt(0, loadText(compact)), id);
  }
});

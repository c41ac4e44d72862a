import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthenticationEntry } from '../settings.ts';
import { pair } from './fake/pair.ts';

const entries: readonly AuthenticationEntry[] = [
  { username: 'u', password: { clear: 'opensesame' }, realm: 'r', challenge: true },
];

test('an address shows that it hears us by a nonce of ours, whatever its answer is worth, and by no other', () => {
  const t = pair('udp');
  let count = 0;
  const answered = (authorization: readonly string[]): readonly (number | string)[] => {
    count++;
    const lines = [
      'INVITE sip:9001@10.0.0.2 SIP/2.0',
      `Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKproof${count};rport`,
      'From: <sip:777@10.0.0.1>;tag=f',
      'To: <sip:9001@10.0.0.2>',
      `Call-ID: proof-${count}`,
      'CSeq: 1 INVITE',
      'Contact: <sip:777@10.0.0.1>',
      ...authorization,
      'Content-Length: 0',
    ];
    t.east.agent.received(`${lines.join('\r\n')}\r\n\r\n`, t.east.wire);
    t.east.calls[count - 1]?.invite.authenticate(entries);
    return [t.east.wire.echoes, t.east.wire.sent.at(-1)?.slice(8, 11) ?? ''];
  };
  const digest = (nonce: string): readonly string[] => [
    `Authorization: Digest username="u", realm="r", nonce="${nonce}", uri="sip:9001@10.0.0.2", algorithm=MD5, response="0"`,
  ];
  assert.deepEqual(answered([]), [0, '401']);
  const [, nonce = ''] = /nonce="([^"]+)"/.exec(t.east.wire.sent.at(-1) ?? '') ?? [];
  assert.deepEqual(answered(digest(`${nonce.slice(0, -1)}x`)), [0, '401']);
  assert.deepEqual(answered(digest(nonce)), [1, '403']);
});

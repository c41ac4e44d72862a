import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionHandler } from '../session.ts';
import { sipDefaults } from '../settings.ts';
import type { Flow } from '../transport/index.ts';
import { SipUserAgent } from './user-agent.ts';

/** A peer that is the test: what the agent sends is read here, and answered by hand. */
function peer() {
  const sent: string[] = [];
  const heard: string[] = [];
  const flow: Flow = {
    id: 1,
    direction: 'out',
    transport: 'tcp',
    local: { host: '10.0.0.1', port: 40_000 },
    remote: { host: '10.0.0.2', port: 5060 },
    provedName: undefined,
    provedNames: [],
    ownNames: [],
    reliable: true,
    draining: false,
    tenant: 0,
    open: true,
    send: (text) => sent.push(text) > 0,
    abort: () => undefined,
    carry: () => undefined,
    keptAlive: () => undefined,
    echoed: () => undefined,
    aliasOffered: () => undefined,
  };
  const agent = new SipUserAgent({
    transport: () => ({ listenPort: () => 5060, open: (_request, opening) => opening.opened(flow) }),
    clock: { now: () => 0, monotonic: () => 0, after: () => ({ cancel: () => undefined }) },
    random: { bytes: (count) => Buffer.from(Array.from({ length: count }, (_, i) => (i * 7 + i / 251) & 255)) },
    log: (mnemonic, values) => void heard.push(`${mnemonic}: ${values?.['reason']}`),
    settings: sipDefaults,
    receiver: { invited: () => handler },
    screen: () => ({ admitted: true }),
    names: { addresses: async () => [], services: async () => [], pointers: async () => [] },
    product: 'test',
  });
  const handler: SessionHandler = {
    progressed: () => undefined,
    answered: () => void heard.push('answered'),
    failed: (status) => void heard.push(`failed ${status}`),
    ended: (cause) => void heard.push(`ended ${cause}`),
    offered: () => undefined,
    offerWithdrawn: () => undefined,
    offerAnswered: (status, sdp) => void heard.push(`offer answered ${status} ${sdp ?? '-'}`),
    credentialFor: (realm) => (realm === 'r' ? { username: 'alice', password: 'secret' } : undefined),
  };
  const target = { kind: 'ipv4', host: '10.0.0.2' } as const;
  const call = { target, transport: 'tcp', scheme: 'sip', calling: '1', called: '2', offer: () => 'v=0\r\n' } as const;
  const session = agent.invite(call, handler);
  const line = (text: string, name: string) => new RegExp(`^${name}: (.*)\\r$`, 'm').exec(text)?.[1] ?? '';
  /** Answers the newest request but ACK. */
  const answer = (status: number, ...more: readonly string[]) => {
    const request = sent.findLast((text) => !text.startsWith('ACK')) ?? '';
    const to = line(request, 'To');
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${line(request, name)}`);
    const head = [`SIP/2.0 ${status} x`, ...copied, `To: ${to}${to.includes(';tag=') ? '' : ';tag=t'}`, ...more];
    const body = status === 200 ? 'v=0\r\n' : '';
    const content = body === '' ? [] : ['Content-Type: application/sdp', 'Contact: <sip:2@10.0.0.2>'];
    agent.received([...head, ...content, `Content-Length: ${body.length}`, '', body].join('\r\n'), flow);
  };
  const cseqs = () => sent.map((text) => line(text, 'CSeq'));
  return { session, sent, heard, answer, line, cseqs, agent };
}

const challenge = (nonce: string, more = '') =>
  `Proxy-Authenticate: Digest realm="r", nonce="${nonce}", algorithm=SHA-256, qop="auth"${more}`;

test('a challenge to a re-INVITE is answered with the same offer, and its ACK proves the same', () => {
  const { session, sent, heard, answer, line, cseqs } = peer();
  answer(200);
  session.offer('v=0\r\ns=later\r\n');
  answer(407, challenge('n'));
  answer(200);
  assert.deepEqual(cseqs(), ['101 INVITE', '101 ACK', '102 INVITE', '102 ACK', '103 INVITE', '103 ACK']);
  assert.match(sent[4] ?? '', /s=later/);
  assert.match(line(sent[4] ?? '', 'Proxy-Authorization'), /username="alice", realm="r", nonce="n".*nc=00000001/);
  assert.equal(line(sent[5] ?? '', 'Proxy-Authorization'), line(sent[4] ?? '', 'Proxy-Authorization'));
  assert.equal(line(sent[3] ?? '', 'Proxy-Authorization'), '');
  assert.deepEqual(heard, ['answered', 'offer answered 200 v=0\r\n']);
});

test('a second challenge to a re-INVITE is its answer', () => {
  const { session, heard, answer, cseqs } = peer();
  answer(200);
  session.offer('v=0\r\n');
  answer(407, challenge('n'));
  answer(407, challenge('m'));
  assert.deepEqual(cseqs().slice(-4), ['102 INVITE', '102 ACK', '103 INVITE', '103 ACK']);
  assert.deepEqual(heard, [
    'answered',
    'CHALLENGE_UNANSWERED: the credentials for realm r were not accepted',
    'offer answered 407 -',
  ]);
});

test('what a call proved goes with its later requests at once', () => {
  const { session, sent, answer, line, cseqs, agent } = peer();
  answer(407, challenge('n'));
  answer(200);
  session.release();
  assert.deepEqual(cseqs(), ['101 INVITE', '101 ACK', '102 INVITE', '102 ACK', '103 BYE']);
  assert.match(line(sent[4] ?? '', 'Proxy-Authorization'), /nc=00000002/);
  answer(407, challenge('m', ', stale=true'));
  assert.equal(cseqs().at(-1), '104 BYE');
  assert.match(line(sent[5] ?? '', 'Proxy-Authorization'), /nonce="m".*nc=00000001/);
  answer(200);
  assert.ok(agent.isQuiet);
});

test('a challenge that cannot be answered is the end of the call, and the operator is told why', () => {
  const { sent, heard, answer } = peer();
  answer(407, 'Proxy-Authenticate: Digest realm="other", nonce="n"');
  assert.deepEqual(heard, ['CHALLENGE_UNANSWERED: no credentials for realm other', 'failed 407']);
  assert.equal(sent.length, 2);
});

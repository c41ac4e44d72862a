import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority, certificate } from '../../../test/certificates.ts';
import { credentials, message, minutes, open, pair, tryOpen } from '../../../test/transport-pair.ts';
import type { TlsPolicy } from './policy.ts';

test('what the peer sends before the verdict is not read until it is in', async () => {
  const p = await pair();
  const verdict = Promise.withResolvers<{ accepted: true }>();
  p.east.policy.judge = () => verdict.promise;
  const flow = await open(p, 'tls');
  flow.send(message);
  await p.world.advance(1000);
  assert.equal(p.east.received.length, 0);
  verdict.resolve({ accepted: true });
  await p.world.advance(10);
  assert.equal(p.east.received.length, 1);
});

test('a verdict that never comes ends at the deadline', async () => {
  const p = await pair();
  p.west.policy.judge = () => new Promise(() => undefined);
  const told = await tryOpen(p, 'tls');
  assert.deepEqual(told, { code: 'connection-timeout', reason: 'no end of policy in time' });
  assert.deepEqual(p.west.transport.load, { handshakes: 0, sockets: 0 });
});

test('a refused certificate is counted, logged and kept with stage, rule and chain', async () => {
  const p = await pair(certificate('stranger', { issuer: authority('Unknown CA') }));
  await tryOpen(p, 'tls');
  await p.world.advance(100);
  assert.deepEqual(p.east.transport.report('tls').handshakeFailures, { client: 0, server: 1 });
  const [failure] = p.east.transport.failures();
  assert.deepEqual(
    { stage: failure?.stage, rule: failure?.rule, reason: failure?.reason, role: failure?.role, chain: failure?.chain },
    {
      stage: 'policy',
      rule: 'chain',
      reason: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      role: 'server',
      chain: ['CN=stranger'],
    },
  );
  assert.match(
    p.east.lines()[0] ?? '',
    /^%SIP-2-TLS_HANDSHAKE_FAILED: Reason: UNABLE_TO_GET_ISSUER_CERT_LOCALLY, Connection ID: 1, local address : 10\.0\.0\.2:5061 and remote address : 10\.0\.0\.1:\d+, /,
  );
  assert.equal(p.east.received.length, 0);
  assert.equal(p.east.transport.load.sockets, 0);
});

test('without a client certificate both sides know why', async () => {
  const p = await pair(undefined);
  p.west.policy.answer = { credentials: credentials(undefined), policy: 'none' };
  const told = await tryOpen(p, 'tls');
  await p.world.advance(10);
  assert.deepEqual(told, { code: 'tls-failed', reason: 'tlsv13 alert certificate required' });
  const [[here], [there]] = [p.west.transport.failures(), p.east.transport.failures()];
  assert.deepEqual([there?.rule, there?.reason], ['library', 'peer did not return a certificate']);
  assert.deepEqual([here?.role, here?.rule], ['client', 'peer'], 'an alert is the word of the other side');
  assert.deepEqual(
    [here?.alerts, here?.offered?.versions],
    [{ received: 'certificate_required' }, ['TLSv1.3', 'TLSv1.2']],
  );
});

test('without credentials for the peer nothing is begun, in either role, and the reason is kept', async () => {
  const p = await pair();
  p.east.policy.answer = { refused: 'no crypto signaling covers 10.0.0.1' };
  const told = await tryOpen(p, 'tls');
  assert.equal('code' in told ? told.code : '', 'connection-reset');
  assert.equal(p.east.transport.failures()[0]?.stage, 'credentials');
  assert.equal(p.east.transport.failures()[0]?.reason, 'no crypto signaling covers 10.0.0.1');
  p.west.policy.answer = { refused: 'trustpoint user1 has no certificate' };
  assert.deepEqual(await tryOpen(p, 'tls'), { code: 'tls-failed', reason: 'trustpoint user1 has no certificate' });
});

test('a peer that is no longer accepted loses its connection when trust has changed, and the ledger keeps why', async () => {
  const p = await pair();
  await open(p, 'tls');
  await p.world.advance(10);
  const asked: (boolean | undefined)[] = [];
  p.east.policy.judge = (_peer, { isLive }) => {
    asked.push(isLive);
    return { accepted: false, rule: 'revoked', reason: 'it was revoked' };
  };
  p.west.transport.judgeAgain();
  await p.world.advance(10);
  assert.equal(p.west.transport.report('tls').active, 1, 'who is still accepted keeps it');
  p.east.transport.judgeAgain();
  await p.world.advance(10);
  assert.deepEqual(asked, [true]);
  assert.equal(p.east.transport.report('tls').active, 0);
  assert.match(p.east.closed[0]?.[1]?.message ?? '', /it was revoked/);
  const [failure] = p.east.transport.failures();
  assert.deepEqual([failure?.stage, failure?.rule, failure?.reason], ['live', 'revoked', 'it was revoked']);
  assert.ok(p.east.lines().some((line) => /%SIP-2-TLS_PEER_DROPPED: .*it was revoked, rule: revoked/.test(line)));
});

test('a verdict that runs out is asked for again once, and a slow answer leaves the connection up meanwhile', async () => {
  const p = await pair();
  p.east.known.add('10.0.0.1');
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<TlsPolicy['judge']>>>();
  let asked = 0;
  p.east.policy.judge = (_peer, { isLive }) => {
    asked++;
    return isLive === true ? promise : { accepted: true, validUntil: p.world.clock.now() + minutes };
  };
  await open(p, 'tls');
  await p.world.advance(50_000);
  assert.equal(asked, 1);
  await p.world.advance(10 * minutes);
  assert.equal(asked, 2, 'not while the answer is awaited');
  assert.equal(p.east.transport.report('tls').active, 1);
  resolve({ accepted: false, rule: 'chain', reason: 'it has expired' });
  await p.world.advance(10);
  assert.equal(p.east.transport.report('tls').active, 0);
});

test('a verdict that waits for others holds up no handshake of others', async () => {
  const p = await pair();
  p.east.policy.judge = () => new Promise(() => undefined);
  const opening = { opened: () => undefined, failed: () => undefined };
  for (let i = 0; i < 120; i++) {
    // More than a source may have in handshake at once, were a verdict part of it.
    if (i % 40 === 0) await p.world.advance(500);
    p.west.transport.open(
      { transport: 'tls', remote: { host: '10.0.0.2', port: 5061 }, serverName: `n${i}.test` },
      opening,
    );
  }
  await p.world.advance(500);
  assert.equal(p.east.transport.load.handshakes, 0);
  assert.equal(p.east.transport.failures().filter((f) => f.stage === 'limit').length, 0);
  await p.world.advance(11_000);
  assert.equal(p.east.transport.failures().filter((f) => f.stage === 'policy' && f.rule === 'deadline').length, 100);
});

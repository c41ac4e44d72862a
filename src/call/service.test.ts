import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake/fake-network.ts';
import { far, house, pots, settings, telephone, voip } from './fake/house.ts';

test('stop releases every call and closes every socket', async () => {
  const h = await house({ peers: [telephone, far] });
  const answered = await h.invite('777');
  h.clock.advance(1000);
  const ringing = await h.invite('9001');
  h.calls.stop();
  assert.equal(answered.done.at(-1), 'BYE');
  assert.deepEqual(ringing.done, ['503']);
  assert.deepEqual(h.agent.sessions.find(({ direction }) => direction === 'out')?.done, ['CANCEL']);
  await settle();
  assert.equal(h.network.sockets.size, 0);
  assert.equal(h.clock.pending, 0);
  assert.deepEqual((await h.invite('777')).done, ['503']);
});

test('a pattern nobody can read is refused before it is committed', async () => {
  const h = await house({ peers: [telephone] });
  const bad = settings({ peers: [pots(1, { destinationPattern: '12x' })] });
  assert.match(h.calls.check(bad) ?? '', /^Incorrect format for E.164 Number/);
  assert.equal(h.calls.check(settings({ peers: [far] })), undefined);
});

test('the hundred calls that ended last are recorded, the oldest first', async () => {
  const h = await house({ peers: [] });
  for (let call = 1; call <= 103; call++) await h.invite('9001');
  const kept = h.calls.records().map(({ call }) => call);
  assert.deepEqual(
    kept,
    Array.from({ length: 100 }, (_, at) => at + 4),
  );
});

test('session target sip-server leads to the sip-server of the moment, and nowhere without one', async () => {
  const h = await house({ peers: [voip(5, { destinationPattern: '9001', sessionTarget: { kind: 'sip-server' } })] });
  const refused = await h.invite('9001');
  assert.deepEqual(refused.done, ['404']);
  const next = {
    ...h.settings,
    sip: { ...h.settings.sip, sipServer: { kind: 'dns', host: 'proxy.example' } as const },
  };
  h.calls.reconfigure(h.settings, next);
  const caller = await h.invite('9001');
  assert.deepEqual(h.agent.requests.at(-1)?.target, { kind: 'dns', host: 'proxy.example' });
  caller.end('cancelled');
  await h.quiet();
});

test('a service that is shut takes and makes no call; calls in being go on unless it is forced', async () => {
  const h = await house({ peers: [telephone, far] });
  const caller = await h.invite('777');
  const gentle = { ...h.settings, sip: { ...h.settings.sip, stopped: { sip: 'graceful' } as const } };
  h.calls.reconfigure(h.settings, gentle);
  assert.deepEqual((await h.invite('777')).done, ['503']);
  assert.equal((await h.calls.simulate('9001')).cause, 63);
  assert.equal(h.calls.activeCalls().legs.length, 2);
  const forced = { ...gentle, sip: { ...gentle.sip, stopped: { service: 'forced', sip: 'graceful' } as const } };
  h.calls.reconfigure(gentle, forced);
  assert.deepEqual(caller.done, ['180', '503']);
  await h.quiet();
});

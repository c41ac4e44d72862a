import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, minutes, open, type Pair, pair, type Side, settings } from '../../../test/transport-pair.ts';
import type { Flow, OpenRequest } from './flow.ts';
import type { JudgedPeer, TlsPolicy, Verdict } from './policy.ts';

const offer = { host: 'west.test', port: 5061 };

/** As client it proves these names; as server those of them that are asked for. */
const proves =
  (...names: string[]): TlsPolicy['judge'] =>
  (_peer, { role, expectedName }): Verdict => {
    if (role === 'server') return { accepted: true, provedName: names[0] ?? '', provedNames: names };
    if (expectedName === undefined || names.includes(expectedName)) {
      return { accepted: true, provedName: expectedName ?? '', provedNames: names };
    }
    return { accepted: false, rule: 'name', reason: `it does not name ${expectedName}` };
  };

/** West has called east, whose flow of it is told. */
async function called(names: readonly string[] = ['foo.test', 'west.test']): Promise<Pair & { readonly flow: Flow }> {
  const p = await pair();
  p.east.policy.judge = proves(...names);
  return { ...p, flow: await callAgain(p) };
}

async function callAgain(p: Pair): Promise<Flow> {
  const flow = await open(p, 'tls');
  flow.send(message);
  await p.world.advance(10);
  return p.east.received.at(-1)?.[1] ?? assert.fail('nothing came');
}

interface Asked extends Partial<Omit<OpenRequest, 'serverName'>> {
  /** Undefined: nobody in particular. */
  readonly serverName?: string | undefined;
}

/** East opens a way to west. */
async function back({ world, east }: Pair, asked: Asked = {}): Promise<Flow | string> {
  let told: Flow | string | undefined;
  const { serverName, ...request } = {
    transport: 'tls' as const,
    remote: { host: '10.0.0.1', port: 5061 },
    serverName: 'west.test',
    ...asked,
  };
  east.transport.open(
    { ...request, ...(serverName === undefined ? {} : { serverName }) },
    { opened: (flow) => (told = flow), failed: ({ reason }) => (told = reason) },
  );
  for (let i = 0; i < 100 && told === undefined; i++) await world.advance(100);
  return told ?? assert.fail('nothing was told');
}

/** What east shows of its alias. */
function shown({ transport }: Side) {
  return transport.details('tls', () => 0).find(({ direction }) => direction === 'in')?.tls?.alias;
}

test('a peer is called on the connection it made by the name that it said and proved, and is known by it from then on', async () => {
  const p = await called();
  assert.equal(p.flow.provedName, 'foo.test');
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  assert.equal(await back(p), p.flow);
  assert.equal(await back(p, { serverName: 'WEST.test' }), p.flow);
  assert.equal(p.flow.provedName, 'west.test');
  assert.deepEqual(shown(p.east), { name: 'west.test', port: 5061, state: 'proved' });
  const [agent] = p.east.transport.report('tls').agents;
  assert.deepEqual(
    agent?.connections.map(({ remotePort, connectionId, alias }) => [remotePort, connectionId, alias]),
    [
      [p.flow.remote.port, p.flow.id, undefined],
      [5061, p.flow.id, 'west.test'],
    ],
  );
});

test('without the offer a peer that proved its name is called on a connection of ours', async () => {
  const p = await called();
  const flow = await back(p);
  assert.ok(typeof flow !== 'string' && flow !== p.flow && flow.direction === 'out');
});

// The family of CVE-2020-15260: address and port are those of a connection that proved another name.
for (const [what, asked] of [
  ['another name that resolves to the same place', { serverName: 'bar.test' }],
  ['a name that its certificate proves too, but that it did not say', { serverName: 'foo.test' }],
  ['an address', { serverName: undefined }],
  ['a name of another tenant', { tenant: 3 }],
  ['a name from the interface of a dial peer', { bind: 'Gi0/0' }],
  ['another port', { remote: { host: '10.0.0.1', port: 5071 } }],
] as const) {
  test(`a call to ${what} never takes the connection that a peer made under its own name`, async () => {
    const p = await called();
    p.flow.aliasOffered(offer);
    await p.world.advance(1);
    assert.notEqual(await back(p, asked), p.flow);
    assert.equal(await back(p), p.flow, 'the one it is for goes on');
  });
}

test('who says a name that it did not prove gains nothing, and the operator sees why', async () => {
  const p = await called(['foo.test']);
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  assert.deepEqual(shown(p.east), {
    name: 'west.test',
    port: 5061,
    state: 'refused',
    reason: 'the certificate does not name it',
  });
  assert.equal(await back(p), 'it does not name west.test', 'a connection of ours proves it anew');
});

test('the policy is asked anew for it as the server of that name, once, and what it refuses stays refused', async () => {
  const p = await called();
  const asked: JudgedPeer[] = [];
  p.east.policy.judge = (_peer, subject) => {
    asked.push(subject);
    return { accepted: false, rule: 'purpose', reason: 'it is for clients only' };
  };
  for (let i = 0; i < 5; i++) p.flow.aliasOffered(offer);
  await p.world.advance(1);
  p.flow.aliasOffered({ host: 'foo.test', port: 5061 });
  await p.world.advance(1);
  const remote = { host: '10.0.0.1', port: 5061 };
  assert.deepEqual(asked, [{ role: 'client', remote, tenant: 0, expectedName: 'west.test' }]);
  assert.equal(shown(p.east)?.reason, 'it is for clients only');
  assert.ok(p.flow.open, 'as a caller it is still accepted');
  assert.equal(p.east.transport.report('tls').agents[0]?.connections.length, 1);
});

test('a policy that fails, or answers when the connection is gone, makes no alias', async () => {
  const p = await called();
  p.east.policy.judge = () => Promise.reject(new Error('out of order'));
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  assert.match(shown(p.east)?.reason ?? '', /out of order/);
  const other = await called();
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  other.east.policy.judge = () => promise;
  other.flow.aliasOffered(offer);
  other.flow.abort('enough');
  resolve({ accepted: true, provedName: 'west.test' });
  await other.world.advance(1);
  assert.deepEqual(other.east.transport.report('tls').agents, []);
});

test('an alias takes nothing from a healthy connection: ours goes on, and of two that peers made the older', async () => {
  const p = await called();
  const ours = await back(p);
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  assert.equal(await back(p), ours);
  assert.ok(typeof ours !== 'string');
  ours.abort('enough');
  p.flow.aliasOffered(offer);
  assert.equal(await back(p), p.flow, 'once ours is gone the next request that says so enters it');
  p.west.transport.clear('tls', { target: { host: '10.0.0.2', port: 5061 } });
  const younger = await callAgain(p);
  assert.notEqual(younger, p.flow);
  younger.aliasOffered(offer);
  await p.world.advance(1);
  assert.equal(await back(p), p.flow);
  p.flow.abort('enough');
  younger.aliasOffered(offer);
  assert.equal(await back(p), younger);
});

test('an alias ends with its connection, and with its draining', async () => {
  const p = await called();
  p.east.used.add(p.flow);
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  assert.equal(p.east.transport.drain('tls', { target: { host: '10.0.0.1', port: 5061 } }), 1);
  const ours = await back(p);
  assert.notEqual(ours, p.flow);
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  assert.equal(shown(p.east), undefined);
  const other = await called();
  other.flow.aliasOffered(offer);
  await other.world.advance(1);
  other.east.transport.clear('tls', { id: other.flow.id });
  const entries = other.east.transport.report('tls').agents.flatMap(({ connections }) => connections);
  assert.deepEqual(
    entries.map(({ remotePort, mark }) => [remotePort, mark]),
    [[other.flow.remote.port, '**']],
  );
  assert.notEqual(await back(other), other.flow);
});

test('a peer that is no longer accepted as server of its name is called no more; where it was called, it loses the connection', async () => {
  for (const isCalled of [false, true]) {
    const p = await called();
    p.flow.aliasOffered(offer);
    await p.world.advance(1);
    if (isCalled) assert.equal(await back(p), p.flow);
    p.east.policy.judge = (_peer, { role }) =>
      role === 'server' ? { accepted: true } : { accepted: false, rule: 'purpose', reason: 'no server' };
    p.east.transport.judgeAgain();
    await p.world.advance(1);
    assert.equal(p.flow.open, !isCalled);
    assert.equal(p.east.transport.failures().length, isCalled ? 1 : 0);
    assert.equal(await back(p), 'no server');
  }
});

test('what was refused may be accepted after a change of trust, and a verdict that runs out is asked for again', async () => {
  const p = await called();
  p.east.known.add('10.0.0.1');
  const good = p.east.policy.judge;
  p.east.policy.judge = () => ({ accepted: false, rule: 'revocation', reason: 'nobody answers' });
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  let asked = 0;
  let until = p.world.clock.now() + minutes;
  p.east.policy.judge = (peer, subject) => {
    if (subject.role === 'server') return good(peer, subject);
    asked++;
    return { accepted: true, provedName: 'west.test', validUntil: until };
  };
  p.east.transport.judgeAgain();
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  assert.equal(await back(p), p.flow);
  until += 60 * minutes;
  await p.world.advance(2 * minutes);
  assert.equal(asked, 2);
  assert.equal(await back(p), p.flow);
});

test('an alias goes when calls leave from another address, or by another rule', async () => {
  const p = await called();
  p.flow.aliasOffered(offer);
  await p.world.advance(1);
  p.east.policy.answer = { ...p.east.policy.answer, policy: 'other' } as typeof p.east.policy.answer;
  const ours = await back(p);
  assert.ok(typeof ours !== 'string' && ours !== p.flow);
  p.flow.aliasOffered(offer);
  assert.equal(shown(p.east)?.reason, 'calls to it leave by another rule than it came by');
  const other = await called();
  other.flow.aliasOffered(offer);
  await other.world.advance(1);
  await other.east.transport.reconfigure(settings('0.0.0.0', { source: { ipv4: '10.0.0.9' } }));
  assert.equal(shown(other.east), undefined);
  assert.ok(other.flow.open);
  assert.notEqual(await back(other), other.flow);
});

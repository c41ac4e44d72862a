import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { ages, type Router, type Scene, story } from './scene.ts';

const notes = [
  '',
  '---------Printing Detailed Connection Report---------',
  'Note:',
  ' ** Tuples with no matching socket entry',
  "    - Do 'clear sip <tcp/udp> conn t ipv4:<addr>:<port>'",
  '      to overcome this error condition',
  ' ++ Tuples with mismatched address/port entry',
  "    - Do 'clear sip <tcp/udp> conn t ipv4:<addr>:<port> id <connid>'",
  '      to overcome this error condition',
];
const heading = ['  Remote-Port Conn-Id Conn-State  WriteQ-Size', '  =========== ======= =========== ==========='];

/** A gateway that has a TCP connection to 10.0.0.3, left from a call, under id 1. */
async function afterCall(scene: Scene): Promise<Router> {
  const tcp = ['session transport tcp'];
  const configuration =
    telephones +
    voip(10, '9001', '10.0.0.3', ...tcp) +
    voip(11, '9002', '10.0.0.4', ...tcp) +
    voip(12, '9003', '10.0.0.3');
  const router = await scene.router('10.0.0.1', configuration);
  await scene.phone('10.0.0.3', { transport: 'tcp' });
  await scene.phone('10.0.0.4', { transport: 'tcp' });
  await router.csim('9001', '0/3/0');
  await scene.pass(100);
  return router;
}

function counters(
  transport: 'tcp' | 'udp',
  active: number,
  more: { ageouts?: number; queue?: string } = {},
): readonly string[] {
  return [
    `Total active connections      : ${active}`,
    'No. of send failures          : 0',
    `No. of remote closures        : 0`,
    'No. of conn. failures         : 0',
    `No. of inactive conn. ageouts : ${more.ageouts ?? 0}`,
    ...(more.queue === undefined ? [] : [`Max. ${transport} send msg queue size of ${more.queue}`]),
  ];
}

const queue = '1, recorded for 10.0.0.3:5060';
const detail = 'show sip-ua connections tcp detail';

test(
  'a connection made by a call is shown, and ages out',
  story(async (scene) => {
    const router = await afterCall(scene);
    assert.deepEqual(await router.show(detail), [
      ...counters('tcp', 1, { queue }),
      ...notes,
      '',
      'Remote-Agent:10.0.0.3, Connections-Count:1',
      ...heading,
      '         5060       1 Established           0',
    ]);
    await scene.pass(ages);
    assert.deepEqual(await router.show(detail), [...counters('tcp', 0, { ageouts: 1, queue }), ...notes]);
  }),
);

test(
  'clearing id and target ends the connection and leaves the agent with none',
  story(async (scene) => {
    const router = await afterCall(scene);
    assert.deepEqual(await router.show('clear sip-ua tcp connection id 1 target ipv4:10.0.0.3:5060'), [
      'Purging the entry from sip tcp process',
      'Purging the entry from reusable global connection table',
    ]);
    assert.deepEqual(await router.show(detail), [
      ...counters('tcp', 0, { queue }),
      ...notes,
      '',
      'Remote-Agent:10.0.0.3, Connections-Count:0',
    ]);
    assert.match((await router.csim('9001', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
    assert.equal(router.active('tcp'), 1);
  }),
);

test(
  'clearing the id alone leaves the tuple marked **, and clearing its target mends it',
  story(async (scene) => {
    const router = await afterCall(scene);
    assert.deepEqual(await router.show('clear sip-ua tcp connection id 1'), ['Purging the entry from sip tcp process']);
    await scene.pass(100);
    assert.deepEqual((await router.show(detail)).slice(15), [
      '',
      'Remote-Agent:10.0.0.3, Connections-Count:1',
      ...heading,
      '         5060       1 Established           0 **',
    ]);
    assert.deepEqual(await router.show('clear sip tcp conn t ipv4:10.0.0.3:5060'), [
      'Purging the entry from reusable global connection table',
    ]);
    assert.deepEqual((await router.show(detail)).slice(15), ['', 'Remote-Agent:10.0.0.3, Connections-Count:0']);
  }),
);

test(
  'an id that another peer has by now is marked ++, and clearing both mends it',
  story(async (scene) => {
    const router = await afterCall(scene);
    await router.type('clear sip-ua tcp connection id 1');
    await router.csim('9002', '0/3/0');
    await scene.pass(100);
    assert.deepEqual((await router.show(detail)).slice(15), [
      '',
      'Remote-Agent:10.0.0.3, Connections-Count:1',
      ...heading,
      '         5060       1 Established           0 ++',
      '',
      'Remote-Agent:10.0.0.4, Connections-Count:1',
      ...heading,
      '         5060       1 Established           0',
    ]);
    // The next call to that peer is not lost on a socket that is somebody else's.
    assert.match((await router.csim('9001', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
    await scene.pass(100);
    assert.ok(!(await router.show(detail)).slice(15).some((line) => /\*\*|\+\+/.test(line)));
  }),
);

test(
  'clearing the target alone keeps the socket for whom it serves, and the next call opens another',
  story(async (scene) => {
    const router = await afterCall(scene);
    assert.deepEqual(await router.show('clear sip-ua tcp connection target ipv4:10.0.0.3:5060'), [
      'Purging the entry from reusable global connection table',
    ]);
    assert.equal(router.active('tcp'), 1);
    assert.match((await router.csim('9001', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
    assert.equal(router.active('tcp'), 2);
    assert.ok((await router.show(detail)).includes('         5060       2 Established           0'));
  }),
);

test(
  'UDP peers are listed and cleared alike',
  story(async (scene) => {
    const router = await afterCall(scene);
    const phone = await scene.phone('10.0.0.5');
    await phone.call('555', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual((await router.show('show sip-ua connections udp detail')).slice(15), [
      '',
      'Remote-Agent:10.0.0.5, Connections-Count:1',
      ...heading,
      '         5060       1 Established           0',
    ]);
    assert.deepEqual(await router.show('clear sip-ua udp connection id 1 target ipv4:10.0.0.5:5060'), [
      'Purging the entry from sip udp process',
      'Purging the entry from reusable global connection table',
    ]);
    assert.deepEqual((await router.show('show sip-ua connections udp detail')).slice(15), [
      '',
      'Remote-Agent:10.0.0.5, Connections-Count:0',
    ]);
    await phone.call('777', '10.0.0.1');
    await scene.pass(2000);
    assert.equal(phone.heard.at(-1), '200 INVITE');
    phone.hangUp();
    await scene.pass(1000);
  }),
);

test(
  'clearing the connection of a call does not end the call',
  story(async (scene) => {
    const router = await afterCall(scene);
    const calling = router.type('csim start 9001 voice-port 0/3/0');
    await scene.pass(500);
    assert.deepEqual(router.legs, ['telephony active', 'sip active']);
    router.gateway.world.sip.clear('tcp', { id: 1, target: { host: '10.0.0.3', port: 5060 } });
    await scene.pass(200);
    assert.deepEqual(router.legs, ['telephony active', 'sip active']);
    assert.match((await scene.during(calling)).at(-2) ?? '', /setup failed = 0/);
    await scene.pass(100);
    router.assertIdle();
  }),
);

test(
  'a caller on a connection that is drained keeps his call and gets 503 for another one; hanging up closes it',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    const caller = await scene.phone('10.0.0.3', { transport: 'tcp' });
    await scene.during(caller.call('777', '10.0.0.1'));
    await scene.pass(2000);
    assert.equal(caller.count('200 INVITE'), 1);
    assert.deepEqual(await router.show('clear sip-ua tcp connection target ipv4:10.9.9.9:5060 drain'), [
      '% No such connection',
    ]);
    assert.deepEqual(await router.show('clear sip-ua tcp connection id 1 drain'), [
      '1 connection will close with the last dialog',
    ]);
    assert.match((await router.show(detail)).join('\n'), / 1 Closing /);
    await scene.pass(20_000);
    assert.equal(router.legs.length, 2, 'the call is up');
    await caller.call('777', '10.0.0.1');
    await scene.pass(1000);
    assert.equal(caller.count('503 INVITE'), 1);
    assert.equal(router.active('tcp'), 1);
    caller.hangUpAll();
    await scene.pass(10_000);
    assert.equal(router.active('tcp'), 0);
    router.assertIdle();
    caller.close();
  }),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbours, sipToSip, telephones, voip } from './configurations.ts';
import { ages, type Router, story } from './scene.ts';

const worked = ['csim: loop = 1, failed = 0', 'csim: call attempted = 1, setup failed = 0, tone failed = 0'];

/** The cause and the tried peers of the newest call. */
function outcome(router: Router): unknown {
  const record = router.gateway.world.calls.records().at(-1);
  return record && { cause: record.cause, endedBy: record.endedBy, tried: record.attempts.map(({ peer }) => peer) };
}

test(
  'a telephone calls another on the same gateway',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    assert.deepEqual((await router.csim('777', '0/3/0')).slice(-2), worked);
    router.assertIdle();
    const [record] = router.gateway.world.calls.records();
    assert.deepEqual(
      { calling: record?.calling, called: record?.called, inPeer: record?.inPeer, outPeer: record?.outPeer },
      { calling: '778', called: '777', inPeer: 2, outPeer: 1 },
    );
  }),
);

for (const transport of ['udp', 'tcp'] as const) {
  test(
    `a telephone in the west calls one in the east over ${transport}`,
    story(async (scene) => {
      const carried = transport === 'tcp' ? ['session transport tcp'] : [];
      const west = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2', ...carried));
      const east = await scene.router(
        '10.0.0.2',
        `${telephones}dial-peer voice 9 pots\n destination-pattern 9001\n port 0/3/1\n`,
      );
      const calling = west.type('csim start 9001 voice-port 0/3/0');
      await scene.pass(1500);
      assert.deepEqual(west.legs, ['telephony active', 'sip active']);
      assert.deepEqual(east.legs, ['sip active', 'telephony active']);
      assert.deepEqual((await scene.during(calling)).slice(-3, -1), worked);
      await scene.pass(100);
      for (const router of [west, east]) {
        router.assertIdle();
        assert.equal(router.active(transport), 1);
        const other = transport === 'udp' ? 'tcp' : 'udp';
        assert.equal(router.active(other), 0);
      }
      assert.deepEqual(outcome(west), { cause: 16, endedBy: 'caller', tried: [] });
      await scene.pass(ages);
      assert.equal(west.active(transport) + east.active(transport), 0);
    }),
  );
}

test(
  'SIP to SIP needs allow-connections',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', neighbours + voip(10, '9...', '10.0.0.3'));
    const caller = await scene.phone('10.0.0.2');
    const called = await scene.phone('10.0.0.3');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(caller.heard, ['100 INVITE', '503 INVITE']);
    assert.deepEqual(called.heard, []);

    await router.configure('voice service voip', 'allow-connections sip to sip');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(called.heard, ['INVITE', 'ACK']);
    assert.deepEqual(router.legs, ['sip active', 'sip active']);
    caller.hangUp();
    await scene.pass(1000);
    assert.deepEqual(called.heard, ['INVITE', 'ACK', 'BYE']);
    assert.equal(caller.heard.at(-1), '200 BYE');
    router.assertIdle();
  }),
);

test(
  'the called party hangs up, and the caller is told',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9...', '10.0.0.3'));
    const caller = await scene.phone('10.0.0.2');
    const called = await scene.phone('10.0.0.3');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    called.hangUp();
    await scene.pass(1000);
    assert.deepEqual(caller.heard, ['100 INVITE', '180 INVITE', '200 INVITE', 'BYE']);
    assert.equal(called.heard.at(-1), '200 BYE');
    router.assertIdle();
  }),
);

test(
  'refusals reach the caller with the status they deserve',
  story(async (scene) => {
    const configuration = `${sipToSip + voip(10, '9001', '10.0.0.3') + telephones}voice-port 0/3/0\n device busy\n`;
    const router = await scene.router('10.0.0.1', configuration);
    const busy = await scene.phone('10.0.0.3', { takes: 486 });
    const caller = await scene.phone('10.0.0.2');
    const table: readonly (readonly [string, string])[] = [
      ['555', '404 INVITE'],
      ['9001', '486 INVITE'],
      ['778', '486 INVITE'],
    ];
    for (const [number, expected] of table) {
      await caller.call(number, '10.0.0.1');
      await scene.pass(1000);
      assert.equal(caller.heard.at(-1), expected, number);
      router.assertIdle();
    }
    assert.equal(busy.heard.at(-1), 'ACK');
  }),
);

test(
  'a caller that gives up stops the ringing',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      `${sipToSip + voip(10, '9001', '10.0.0.3')}voice-port 0/3/0\n device ring\ndial-peer voice 2 pots\n destination-pattern 778\n port 0/3/0\n`,
    );
    const caller = await scene.phone('10.0.0.2');
    const called = await scene.phone('10.0.0.3', { takes: 'ring' });
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    caller.cancel();
    await scene.pass(1000);
    assert.deepEqual(called.heard, ['INVITE', 'CANCEL', 'ACK']);
    assert.deepEqual(caller.heard.slice(-2).sort(), ['200 CANCEL', '487 INVITE']);
    router.assertIdle();

    await caller.call('778', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(
      router.gateway.world.calls.ports().map(({ state }) => state),
      ['ringing'],
    );
    caller.cancel();
    await scene.pass(1000);
    assert.equal(caller.count('487 INVITE'), 2);
    router.assertIdle();
  }),
);

test(
  'the hunt goes on to the second peer when the first does not answer or refuses, not when the user is busy',
  story(async (scene) => {
    const configuration = sipToSip + voip(10, '9001', '10.0.0.3') + voip(11, '9001', '10.0.0.4', 'preference 1');
    const router = await scene.router('10.0.0.1', configuration);
    const caller = await scene.phone('10.0.0.2');
    const first = await scene.phone('10.0.0.3', { takes: 503 });
    const second = await scene.phone('10.0.0.4');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(second.heard, ['INVITE', 'ACK']);
    caller.hangUp();
    await scene.pass(1000);
    assert.deepEqual(outcome(router), { cause: 16, endedBy: 'caller', tried: [10] });

    first.takes = 'ignore';
    await caller.call('9001', '10.0.0.1');
    await scene.pass(60_000);
    assert.equal(second.count('INVITE'), 2);
    caller.hangUp();
    await scene.pass(1000);

    first.takes = 486;
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.equal(caller.heard.at(-1), '486 INVITE');
    assert.equal(second.count('INVITE'), 2);
    router.assertIdle();
  }),
);

test(
  'a call that a dial peer leads straight back to the gateway itself is a loop, and ends there',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9...', '10.0.0.1'));
    const caller = await scene.phone('10.0.0.2');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.equal(caller.heard.at(-1), '482 INVITE');
    const { attempted, refused } = router.gateway.world.calls.counters();
    assert.deepEqual({ attempted, refused }, { attempted: 1, refused: 0 });
    router.assertIdle();
  }),
);

test(
  'a call goes on with one hop less than it came with, and never with more than max-forwards',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', `${sipToSip + voip(10, '9001', '10.0.0.3')}`);
    const called = await scene.phone('10.0.0.3');
    const caller = await scene.phone('10.0.0.2');
    for (const [set, expected] of [
      ['max-forwards 70', '69'],
      ['max-forwards 5', '5'],
    ] as const) {
      await router.configure('sip-ua', set);
      await caller.call('9001', '10.0.0.1');
      await scene.pass(500);
      const invite = called.messages.findLast(({ method, status }) => method === 'INVITE' && status === 0);
      assert.deepEqual(invite?.headers.get('max-forwards'), [expected]);
      caller.hangUp();
      await scene.pass(500);
    }
  }),
);

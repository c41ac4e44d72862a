import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import type { Phone } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

/** A SIP call to telephone 777 of a gateway, answered. */
async function callUp(
  scene: Scene,
  configuration = telephones,
  transport: 'udp' | 'tcp' = 'udp',
): Promise<[Router, Phone]> {
  const router = await scene.router('10.0.0.1', configuration);
  const caller = await scene.phone('10.0.0.2', { transport });
  await scene.during(caller.call('777', '10.0.0.1'));
  await scene.pass(1500);
  assert.deepEqual(router.legs, ['sip active', 'telephony active']);
  return [router, caller];
}

for (const [what, lines] of [
  ['shut', ['voice-port 0/3/1', 'shutdown']],
  ['removed', ['no voice-port 0/3/1']],
] as const) {
  test(
    `a voice port that is ${what} in mid-call releases the far end`,
    story(async (scene) => {
      const [router, caller] = await callUp(scene);
      await router.configure(...lines);
      await scene.pass(500);
      assert.equal(caller.heard.at(-1), 'BYE');
      router.assertIdle();
      await caller.call('777', '10.0.0.1');
      await scene.pass(1500);
      assert.equal(caller.heard.at(-1), '502 INVITE');
    }),
  );
}

test(
  'a removed POTS peer keeps its call, and its number is unknown to the next',
  story(async (scene) => {
    const [router, caller] = await callUp(scene);
    await router.configure('no dial-peer voice 1 pots');
    assert.equal(router.legs.length, 2);
    const other = await scene.phone('10.0.0.3');
    await other.call('777', '10.0.0.1');
    await scene.pass(500);
    assert.equal(other.heard.at(-1), '404 INVITE');
    caller.hangUp();
    await scene.pass(500);
    assert.equal(caller.heard.at(-1), '200 BYE');
    router.assertIdle();
  }),
);

test(
  'a TCP listener that is closed keeps its connections and their calls, and takes no new ones',
  story(async (scene) => {
    const [router, caller] = await callUp(scene, telephones, 'tcp');
    await router.configure('sip-ua', 'no transport tcp');
    await scene.pass(500);
    assert.equal(router.legs.length, 2);
    const other = await scene.phone('10.0.0.3', { transport: 'tcp' });
    await assert.rejects(scene.during(other.call('778', '10.0.0.1')), /ECONNREFUSED/);
    caller.hangUp();
    await scene.pass(500);
    assert.equal(caller.heard.at(-1), '200 BYE');
    router.assertIdle();
  }),
);

test(
  'with UDP off a call over UDP fails at once and says so',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      `${telephones + voip(10, '9001', '10.0.0.3')}sip-ua\n no transport udp\n`,
    );
    const begin = scene.world.clock.monotonic();
    assert.match((await router.csim('9001', '0/3/0'))[1] ?? '', /^csim: setup failed, cause = 63/);
    assert.ok(scene.world.clock.monotonic() - begin < 1000);
    router.assertIdle();
  }),
);

test(
  'a bound interface decides where calls come from, and a new binding serves new calls',
  story(async (scene) => {
    const bound = `interface Loopback0\n ip address 10.0.0.1 255.255.255.0\ninterface Loopback1\n ip address 10.0.9.1 255.255.255.0\nvoice service voip\n sip\n  bind all source-interface Loopback1\n`;
    const router = await scene.router(['10.0.0.1', '10.0.9.1'], telephones + bound + voip(10, '9001', '10.0.0.3'));
    const called = await scene.phone('10.0.0.3');
    await router.csim('9001', '0/3/0');
    await scene.pass(500);
    assert.equal(called.sources.at(-1), '10.0.9.1');
    assert.match(called.messages[0]?.body ?? '', /c=IN IP4 10\.0\.9\.1/);
    assert.equal(
      (await router.show('show sip-ua status'))[4],
      'SIP User Agent bind status(signaling): ENABLED 10.0.9.1',
    );
    await router.configure('voice service voip', 'sip', 'bind all source-interface Loopback0');
    await scene.pass(10);
    await router.csim('9001', '0/3/0');
    await scene.pass(500);
    assert.equal(called.sources.at(-1), '10.0.0.1');
    router.assertIdle();
  }),
);

test(
  'a name that nobody knows fails the call with its reason, and the hunt goes on',
  story(async (scene) => {
    const named = voip(10, '9001', '10.0.0.9').replace('ipv4:10.0.0.9', 'dns:nowhere.example');
    const router = await scene.router('10.0.0.1', telephones + named);
    assert.match((await router.csim('9001', '0/3/0'))[1] ?? '', /setup failed/);
    await router.configure(...voip(11, '9001', '10.0.0.3', 'preference 1').trim().split('\n'));
    await scene.phone('10.0.0.3');
    assert.match((await router.csim('9001', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
    await router.configure('no dial-peer voice 11 voip', 'ip host nowhere.example 10.0.0.3');
    assert.match((await router.csim('9001', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
    await scene.pass(500);
    router.assertIdle();
  }),
);

test(
  'a limit on connections is kept, and given back when the call ends',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9001', '10.0.0.3', 'max-conn 1'));
    await scene.phone('10.0.0.3');
    const [first, second] = [await scene.phone('10.0.0.4'), await scene.phone('10.0.0.5')];
    await first.call('9001', '10.0.0.1');
    await scene.pass(500);
    await second.call('9001', '10.0.0.1');
    await scene.pass(500);
    assert.equal(second.heard.at(-1), '503 INVITE');
    first.hangUp();
    await scene.pass(500);
    await second.call('9001', '10.0.0.1');
    await scene.pass(500);
    assert.equal(second.heard.at(-1), '200 INVITE');
    second.hangUp();
    await scene.pass(500);
    router.assertIdle();
  }),
);

test(
  'a stop during a test call tells the operator and leaves nothing behind',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    const calling = router.type('csim start 777 voice-port 0/3/0');
    await scene.pass(500);
    await scene.during(router.gateway.stop());
    assert.match((await calling).at(-2) ?? '', /setup failed = 1/);
    router.assertIdle();
  }),
);

test(
  'what a call looks like while it is up: the displays agree with each other',
  story(async (scene) => {
    const [router, caller] = await callUp(scene);
    const brief = await router.show('show sip-ua calls brief');
    assert.equal(brief[0], 'Total SIP call legs:1, User Agent Client:0, User Agent Server:1');
    assert.ok(
      brief.some((line) => /^1 {4}1 +phone +777 +10\.0\.0\.2 +10\.0\.0\.2$/.test(line)),
      brief.join('\n'),
    );
    const full = await router.show('show sip-ua calls');
    for (const line of [
      'SIP Call ID                : call-1@10.0.0.2',
      '   State of the call       : STATE_ACTIVE (7)',
      '   Called URI              : sip:777@10.0.0.1:5060',
      '     Negotiated Codec         : g711ulaw (160 bytes)',
      '     Media Dest IP Addr:Port  : [10.0.0.2]:20000',
    ]) {
      assert.ok(full.includes(line), `${line}\n${full.join('\n')}`);
    }
    const active = await router.show('show call active voice brief');
    assert.ok(active.includes('Telephony call-legs: 1') && active.includes('SIP call-legs: 1'));
    assert.ok(
      active.some((line) => line.startsWith(' IP 10.0.0.2:20000 ')),
      active.join('\n'),
    );
    assert.ok(
      active.some((line) => line.startsWith(' Tele 0/3/1 (2)')),
      active.join('\n'),
    );
    const ports = await router.show('show voice port summary');
    assert.ok(
      ports.some((line) => /^0\/3\/1 +-- +fxs-ls +up +up +off-hook +idle +y$/.test(line)),
      ports.join('\n'),
    );
    caller.hangUp();
    await scene.pass(500);
    assert.equal(
      (await router.show('show sip-ua calls brief'))[0],
      'Total SIP call legs:0, User Agent Client:0, User Agent Server:0',
    );
    router.assertIdle();
  }),
);

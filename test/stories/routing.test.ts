import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { type Router, story } from './scene.ts';

/** Tags of the peers of the last call, in and out. */
async function peersOfCall(router: Router): Promise<readonly string[]> {
  const shown = (await router.show('show call history voice brief')).join('\n');
  return [...shown.matchAll(/pid:(\d+)/g)].map(([, tag = '']) => tag).slice(-2);
}

test(
  'incoming uri finds the peer of a call by where it came from, and destination uri sends it on by where it was sent',
  story(async (scene) => {
    const caller = await scene.phone('10.0.0.9');
    const called = await scene.phone('10.0.0.8');
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}${sipToSip}voice class uri NEAR sip
 host ipv4:10.0.0.9
voice class uri HERE sip
 host ipv4:10.0.0.1
 user-id ^55
${voip(20, '9', '10.0.0.7', 'incoming called-number .')}${voip(30, '9', '10.0.0.7', 'incoming uri via NEAR')}dial-peer voice 40 voip
 session protocol sipv2
 session target ipv4:10.0.0.8
 destination uri HERE
 codec g711ulaw
`,
    );
    await scene.during(caller.call('5551', '10.0.0.1'));
    await scene.pass(2000);
    assert.equal(called.count('INVITE'), 1);
    caller.hangUp();
    await scene.pass(1000);
    assert.deepEqual(await peersOfCall(router), ['30', '40']);
    const shown = (await router.show('show running-config')).join('\n');
    assert.match(shown, /\nvoice class uri HERE sip\n host ipv4:10\.0\.0\.1\n user-id \^55\n!/);
    assert.match(shown, /\n destination uri HERE\n/);
  }),
);

test(
  'a pattern map leads calls to its peer, its file is read when it is named and when asked for, and shown',
  story(async (scene) => {
    const called = await scene.phone('10.0.0.8');
    const router = await scene.router('10.0.0.1', telephones);
    await router.configure(
      'voice class e164-pattern-map 5',
      'description the south',
      'e164 81..',
      'dial-peer voice 50 voip',
      'session protocol sipv2',
      'session target ipv4:10.0.0.8',
      'codec g711ulaw',
      'destination e164-pattern-map 5',
    );
    await router.csim('8123', '0/3/0');
    assert.equal(called.count('INVITE'), 1);
    assert.match((await router.show('show dial-peer voice summary')).join('\n'), /^50 +voip +up +up +map:5 /m);

    await router.gateway.world.fileSystem.write({ device: 'flash', path: 'south.txt' }, '! the south\n82..\n\n83..\n');
    await router.configure('voice class e164-pattern-map 5', 'url flash:south.txt');
    await scene.pass(100);
    await router.csim('8223', '0/3/0');
    assert.equal(called.count('INVITE'), 2);
    assert.deepEqual(await router.show('show voice class e164-pattern-map 5'), [
      'e164-pattern-map 5',
      '-----------------------------------------',
      '   Description: the south',
      '   It has 3 entries',
      '   It is populated from url flash:south.txt.',
      '   Map is valid.',
      '',
      'E164 pattern',
      '-------------------',
      '   81..',
      '   82..',
      '   83..',
      '',
    ]);

    await router.gateway.world.fileSystem.write({ device: 'flash', path: 'south.txt' }, '84..\n');
    assert.deepEqual(await router.show('voice class e164-pattern-map load 5'), [
      'url flash:south.txt loaded successfully',
    ]);
    await router.csim('8223', '0/3/0');
    assert.equal(called.count('INVITE'), 2);
    await router.csim('8423', '0/3/0');
    assert.equal(called.count('INVITE'), 3);

    await router.gateway.world.fileSystem.write({ device: 'flash', path: 'south.txt' }, '84..\nnonsense\n');
    assert.match((await router.show('voice class e164-pattern-map load 5')).join(), /line 2 is no pattern/);
    await router.csim('8423', '0/3/0');
    assert.equal(called.count('INVITE'), 4, 'what it had before holds');
    await router.configure('voice class e164-pattern-map 5', 'url flash:nothing.txt');
    await scene.pass(100);
    assert.match(router.log.join('\n'), /e164-pattern-map 5: flash:nothing\.txt was not loaded/);
    await router.configure('voice class e164-pattern-map 5', 'no url');
    assert.match((await router.csim('8423', '0/3/0')).join(), /cause = 1 /);
  }),
);

test(
  'num-exp puts a number in the place of an extension, dialled on a port or come over SIP, before peers are matched',
  story(async (scene) => {
    const caller = await scene.phone('10.0.0.9');
    const called = await scene.phone('10.0.0.8');
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}${sipToSip}num-exp 5.. 1408555..
num-exp 11 778
${voip(40, '1408', '10.0.0.8')}`,
    );
    await router.csim('512', '0/3/0');
    assert.match(called.messages.find(({ method }) => method === 'INVITE')?.start ?? '', /^INVITE sip:140855512@/);
    await scene.during(caller.call('11', '10.0.0.1'));
    await scene.pass(2000);
    assert.equal(caller.count('200 INVITE'), 1, 'the telephone with the number answers');
    caller.hangUp();
    await scene.pass(500);
    await router.configure('no num-exp 5.. 1408555..');
    assert.match((await router.csim('512', '0/3/0')).join(), /cause = 1 /);
  }),
);

test(
  "numbers are rewritten by the port they are dialled on, by voip-incoming, and by the port they ring at, in IOS's order",
  story(async (scene) => {
    const called = await scene.phone('10.0.0.8');
    const caller = await scene.phone('10.0.0.9');
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}voice translation-rule 1
 rule 1 /^0/ /90/
voice translation-rule 2
 rule 1 /^99/ /9/
voice translation-rule 3
 rule 1 /^44/ /777/
voice translation-rule 4
 rule 1 /^777/ /1/
voice translation-profile dialled
 translate called 1
voice translation-profile peer
 translate called 2
voice translation-profile arriving
 translate called 3
voice translation-profile ringing
 translate called 4
voice-port 0/3/0
 translation-profile incoming dialled
voice-port 0/3/1
 translation-profile outgoing ringing
dial-peer voice 2 pots
 incoming called-number 90
 translation-profile incoming peer
${voip(10, '9', '10.0.0.8')}voip-incoming translation-profile arriving
`,
    );
    assert.match((await router.csim('05', '0/3/0')).join('\n'), /setup failed = 0/);
    assert.equal(called.invitedAs, 'sip:905@10.0.0.8:5060', 'the port makes 905 of it, by which its peer is found');
    await router.configure('voice translation-rule 1', 'rule 1 /^0/ /990/');
    await router.configure('dial-peer voice 2 pots', 'incoming called-number 99');
    await router.csim('05', '0/3/0');
    assert.equal(called.invitedAs, 'sip:905@10.0.0.8:5060', 'then the peer makes 905 of 9905');

    await scene.during(caller.call('44', '10.0.0.1'));
    await scene.pass(100);
    const legs = (await router.show('show call active voice brief')).join('\n');
    assert.match(legs, /pid:1 Originate 1\b/, legs);
    caller.cancel();
    await scene.pass(3000);
    caller.hangUp();
    await scene.pass(1000);
    await router.configure('no voip-incoming translation-profile');
    assert.ok(!(await router.show('show running-config')).some((line) => line.startsWith('voip-incoming')));
    await router.configure('voice-port 0/3/0', 'no translation-profile incoming');
    assert.match((await router.csim('05', '0/3/0')).join('\n'), /cause = 1 /);
  }),
);

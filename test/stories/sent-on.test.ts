import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { Guard } from './guard.ts';
import { story } from './scene.ts';

test(
  'a call that a 302 sends on follows to the first place it may go to, as the same call, and to nowhere with no redirection',
  story(async (scene) => {
    const first = await scene.phone('10.0.0.2', { takes: 302 });
    first.sendsTo = ['tel:5551', 'sips:9001@10.0.0.3', 'sip:boss@10.0.0.3:5070;transport=tcp'];
    const second = await scene.phone('10.0.0.3', { port: 5070, transport: 'tcp' });
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2'));
    // Nobody speaks TLS there: the way a sips URI leads to is the one that was chosen, and no worse one is fallen back to.
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 1/);
    assert.match(
      router.logged('CALL_SENT_ON').join(),
      /Call to 9001 goes on to sips:9001@10\.0\.0\.3, as 10\.0\.0\.2:5060 says/,
    );
    first.sendsTo = ['sip:boss@10.0.0.3:5070;transport=tcp'];
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 0/);
    assert.equal(second.invitedAs, 'sip:boss@10.0.0.3:5070');
    const [one, other] = [first, second].map((phone) => phone.newest('INVITE')?.headers);
    for (const name of ['call-id', 'from', 'to']) assert.deepEqual(other?.get(name), one?.get(name), name);
    assert.deepEqual([one?.get('cseq'), other?.get('cseq')], [['101 INVITE'], ['102 INVITE']]);
    await scene.pass(1000);
    assert.equal(second.count('BYE'), 1);

    assert.match((await router.show('show sip-ua status')).join('\n'), /Redirection \(3xx\) message handling: ENABLED/);
    await router.configure('sip-ua', 'no redirection');
    assert.match(
      (await router.show('show sip-ua status')).join('\n'),
      /Redirection \(3xx\) message handling: DISABLED/,
    );
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 1/);
    assert.equal(second.count('INVITE'), 1);
    router.assertIdle();
  }),
);

test(
  'a call follows as often as max-redirects says, never to a place twice',
  story(async (scene) => {
    const phones = await Promise.all(
      ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((host) => scene.phone(host, { takes: 302 })),
    );
    const [a, b, c] = phones;
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    [a.sendsTo, b.sendsTo, c.sendsTo] = [
      ['sip:10.0.0.3'],
      ['sip:9001@10.0.0.3', 'sip:9001@10.0.0.4'],
      ['sip:9001@10.0.0.5'],
    ];
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2'));
    const invited = (): readonly number[] => phones.map((phone) => phone.count('INVITE'));
    await router.csim('9001', '0/3/1');
    assert.deepEqual(invited(), [1, 1, 0]);
    await router.configure('dial-peer voice 10 voip', 'max-redirects 2');
    await router.csim('9001', '0/3/1');
    assert.deepEqual(invited(), [2, 2, 1]);
    assert.equal(b.invitedAs, 'sip:9001@10.0.0.3');
    router.assertIdle();
  }),
);

test(
  'what a call proved to those it was meant for, and what it could prove, is not for those it was sent on to',
  story(async (scene) => {
    const asked = new Guard('r', 'INVITE');
    const stranger = new Guard('r', 'INVITE');
    const first = await scene.phone('10.0.0.2', { takes: 302, guard: asked });
    first.sendsTo = ['sip:9001@10.0.0.3'];
    const second = await scene.phone('10.0.0.3', { guard: stranger });
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}${voip(10, '9...', '10.0.0.2', 'authentication username general password opensesame')}`,
    );
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 1/);
    assert.deepEqual([asked.proofs.length, stranger.proofs.length], [1, 0]);
    assert.equal(second.newest('INVITE')?.headers.get('authorization'), undefined);
    router.assertIdle();
  }),
);

test(
  'a call from SIP that is sent on follows as any other',
  story(async (scene) => {
    const first = await scene.phone('10.0.0.2', { takes: 302 });
    const second = await scene.phone('10.0.0.3');
    first.sendsTo = ['sip:9001@10.0.0.3'];
    const caller = await scene.phone('10.0.0.9');
    await scene.router('10.0.0.1', sipToSip + voip(10, '9...', '10.0.0.2'));
    await scene.during(caller.call('9001', '10.0.0.1'));
    await scene.pass(2000);
    assert.equal(caller.heard.at(-1), '200 INVITE');
    assert.equal(second.count('INVITE'), 1);
    caller.hangUp();
    await scene.pass(1000);
    assert.equal(second.count('BYE'), 1);
  }),
);

test(
  'who calls is said in Remote-Party-ID, or in the header of RFC 3325 that was chosen, or in neither',
  story(async (scene) => {
    const phone = await scene.phone('10.0.0.2');
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2'));
    const names = ['remote-party-id', 'p-asserted-identity', 'p-preferred-identity'];
    const said = async (...typed: readonly string[]): Promise<readonly string[]> => {
      if (typed.length > 0) await router.configure(...typed);
      await router.csim('9001', '0/3/1');
      const headers = phone.newest('INVITE')?.headers;
      return names.flatMap((name) => (headers?.get(name) ?? []).map((value) => `${name}: ${value}`));
    };
    const remote = 'remote-party-id: <sip:777@10.0.0.1>;party=calling;screen=no;privacy=off';
    assert.deepEqual(await said(), [remote]);
    const sip = ['voice service voip', 'sip'];
    assert.deepEqual(await said(...sip, 'asserted-id pai'), ['p-asserted-identity: <sip:777@10.0.0.1>']);
    assert.deepEqual(await said(...sip, 'asserted-id ppi'), ['p-preferred-identity: <sip:777@10.0.0.1>']);
    const peer = ['dial-peer voice 10 voip'];
    assert.deepEqual(await said(...peer, 'voice-class sip asserted-id pai'), [
      'p-asserted-identity: <sip:777@10.0.0.1>',
    ]);
    assert.deepEqual(await said(...peer, 'voice-class sip asserted-id disable'), [remote]);
    assert.deepEqual(await said('sip-ua', 'no remote-party-id'), []);
  }),
);

test(
  'a call that is sent on tries the places by their q, the next one where one does not take it, and none beyond a 6xx',
  story(async (scene) => {
    const first = await scene.phone('10.0.0.2', { takes: 302 });
    first.sendsTo = [
      '<sip:a@10.0.0.3>;q=0.1',
      '<sip:b@10.0.0.4>;q=0.9',
      '<sip:c@10.0.0.5>;q=0.5',
      '<sip:d@10.0.0.6;transport=tcp>;q=0.7',
    ];
    const [a, b, c] = [
      await scene.phone('10.0.0.3'),
      await scene.phone('10.0.0.4', { takes: 404 }),
      await scene.phone('10.0.0.5'),
    ];
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2'));
    // Nobody is at 10.0.0.6.
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 0/);
    const invited = (): readonly number[] => [b.count('INVITE'), c.count('INVITE'), a.count('INVITE')];
    assert.deepEqual(invited(), [1, 1, 0]);
    assert.equal(c.invitedAs, 'sip:c@10.0.0.5');
    await scene.pass(1000);
    b.takes = 603;
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 1/);
    assert.deepEqual(invited(), [2, 1, 0]);
    router.assertIdle();
  }),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { story } from './scene.ts';

test(
  'set sip-status and set pstn-cause decide what a failure is called elsewhere, and no takes them back',
  story(async (scene) => {
    const busy = await scene.phone('10.0.0.8', { takes: 486 });
    const caller = await scene.phone('10.0.0.9');
    const router = await scene.router('10.0.0.1', telephones + sipToSip + voip(10, '9', '10.0.0.8'));
    const fails = async (): Promise<string | undefined> => {
      await scene.during(caller.call('91', '10.0.0.1'));
      await scene.pass(2000);
      return caller.heard.findLast((start) => start.endsWith('INVITE') && !start.startsWith('1'));
    };
    assert.equal(await fails(), '486 INVITE');
    assert.match((await router.csim('91', '0/3/0')).join(), /cause = 17 /);

    await router.configure('sip-ua', 'set sip-status 486 pstn-cause 34', 'set pstn-cause 34 sip-status 480');
    assert.match((await router.csim('91', '0/3/0')).join(), /cause = 34 /);
    assert.equal(await fails(), '480 INVITE');
    assert.ok((await router.show('show sip-ua map sip-pstn')).includes('486           34               17'));
    assert.ok((await router.show('show sip-ua map pstn-sip')).includes('34            480              503'));

    await router.configure('sip-ua', 'no set sip-status 486', 'default set pstn-cause 34');
    assert.equal(await fails(), '486 INVITE');
    assert.ok((await router.show('show sip-ua map sip-pstn')).includes('486           17               17'));
    assert.ok(busy.count('INVITE') >= 5);
  }),
);

test(
  'a final response says its Q.850 cause, and that of the other side holds with reason-header override',
  story(async (scene) => {
    await scene.phone('10.0.0.8', {
      takes: 486,
      refusing: ['Reason: SIP;cause=500', 'Reason: Q.850;cause=21;text="no"'],
    });
    const caller = await scene.phone('10.0.0.9');
    const router = await scene.router(
      '10.0.0.1',
      telephones + sipToSip + voip(10, '9', '10.0.0.8') + voip(20, '8', '10.0.0.8'),
    );
    const fails = async (): Promise<readonly (string | undefined)[]> => {
      await scene.during(caller.call('91', '10.0.0.1'));
      await scene.pass(2000);
      const final = caller.messages.findLast(({ method, status }) => method === 'INVITE' && status >= 200);
      return [final?.start, final?.headers.get('reason')?.join()];
    };
    assert.deepEqual(await fails(), ['SIP/2.0 486 Busy Here', 'Q.850;cause=17']);
    await router.configure('sip-ua', 'reason-header override');
    assert.match((await router.show('show sip-ua status')).join('\n'), /Reason Header will override .*: ENABLED/);
    assert.deepEqual(await fails(), ['SIP/2.0 486 Busy Here', 'Q.850;cause=21']);
    assert.match((await router.csim('91', '0/3/0')).join(), /cause = 21 /);
    // What is configured for the cause comes first.
    await router.configure('sip-ua', 'set pstn-cause 21 sip-status 603');
    assert.deepEqual(await fails(), ['SIP/2.0 603 Decline', 'Q.850;cause=21']);
    await router.configure('sip-ua', 'default reason-header override');
    assert.match((await router.csim('91', '0/3/0')).join(), /cause = 17 /);

    await router.configure('voice class tenant 5', 'reason-header override');
    await router.configure('dial-peer voice 20 voip', 'voice-class sip tenant 5');
    assert.match((await router.csim('81', '0/3/0')).join(), /cause = 21 /);
    assert.match((await router.csim('91', '0/3/0')).join(), /cause = 17 /);
  }),
);

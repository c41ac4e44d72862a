import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { story } from './scene.ts';

const bindings = 'voice service voip\n sip\n  bind all source-interface Loopback0\n';

test(
  'what names an interface without an address is said in the log, at boot and when the configuration changes',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', `${bindings}${telephones}`);
    const control =
      '%SYS-3-NO_ADDRESS: bind control source-interface Loopback0: the interface has no address, so SIP is heard nowhere';
    const media =
      '%SYS-3-NO_ADDRESS: bind media source-interface Loopback0: the interface has no address, so every SIP call fails with cause 47';
    assert.deepEqual(router.logged('NO_ADDRESS'), [control, media]);
    await router.configure('interface Loopback0', 'ip address 10.0.0.1 255.255.255.255');
    assert.equal(router.logged('NO_ADDRESS').length, 2);
    await router.configure('interface Loopback0', 'no ip address', 'description down');
    assert.deepEqual(router.logged('NO_ADDRESS').slice(2), [control, media]);
    await router.configure('ip http source-interface Vlan1');
    assert.equal(router.logged('NO_ADDRESS').length, 4);
    await router.configure('ip http server');
    assert.deepEqual(router.logged('NO_ADDRESS').slice(4), [
      '%SYS-3-NO_ADDRESS: ip http source-interface Vlan1: the interface has no address, so the HTTP server answers nowhere',
    ]);
  }),
);

test(
  'while signaling is bound to an interface without an address, no call leaves over TCP from another one',
  story(async (scene) => {
    const control = bindings.replace('all', 'control');
    const target = voip(5, '9001', '10.0.0.2', 'session transport tcp');
    const router = await scene.router('10.0.0.1', `${control}${telephones}${target}`);
    const phone = await scene.phone('10.0.0.2', { transport: 'tcp' });
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 1/);
    assert.deepEqual([phone.heard, phone.sources], [[], []]);
    await router.configure('interface Loopback0', 'ip address 10.0.0.1 255.255.255.255');
    await router.csim('9001', '0/3/1');
    assert.equal(phone.count('INVITE'), 1);
    router.assertIdle();
  }),
);

test(
  'media bound to an interface without an address goes nowhere else',
  story(async (scene) => {
    const media = bindings.replace('all', 'media');
    const router = await scene.router('10.0.0.1', `${media}${telephones}${voip(5, '9001', '10.0.0.2')}`);
    const phone = await scene.phone('10.0.0.2');
    await phone.call('777', '10.0.0.1');
    await scene.pass(1500);
    assert.equal(phone.heard.at(-1), '503 INVITE');
    const [, , , failed] = await router.csim('9001', '0/3/1');
    assert.ok(failed !== undefined);
    assert.deepEqual(
      router.gateway.world.calls.records().map(({ cause }) => cause),
      [47, 47],
    );
    router.assertIdle();
  }),
);

test(
  'a line that names what is not there is said in the log once, at boot or when it is typed, and again only after it was mended',
  story(async (scene) => {
    const peer = voip(5, '9001', '10.0.0.2', 'translation-profile outgoing NOSUCH');
    const router = await scene.router('10.0.0.1', `${telephones}${peer}`);
    const outgoing =
      '%SYS-4-NOT_DEFINED: dial-peer voice 5 voip: translation-profile outgoing NOSUCH: voice translation-profile NOSUCH is not defined';
    assert.deepEqual(router.logged('NOT_DEFINED'), [outgoing]);
    await router.configure('dial-peer voice 5 voip', 'destination dpg 33', 'preference 2');
    assert.deepEqual(router.logged('NOT_DEFINED').slice(1), [
      '%SYS-4-NOT_DEFINED: dial-peer voice 5 voip: destination dpg 33: voice class dpg 33 is not defined',
    ]);
    const told = await router.show('show configuration inert');
    assert.match(told.join('\n'), /dial-peer voice 5 voip: destination dpg 33 \(voice class dpg 33 is not defined\)/);
    await router.configure('voice translation-profile NOSUCH', 'no voice translation-profile NOSUCH');
    assert.deepEqual(router.logged('NOT_DEFINED').slice(2), [outgoing]);
  }),
);

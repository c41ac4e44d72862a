import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import type { Phone, PhoneOptions } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

const ca = storyAuthority('lab ca');

/** A gateway that sends 9... to 10.0.0.6 over UDP, as configured. */
async function gateway(scene: Scene): Promise<Router> {
  const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9...', '10.0.0.6', 'session transport udp'));
  await importIdentity(router, 'lab', storyCertificate(ca, 'west', { ipAddresses: ['10.0.0.1'] }), ca);
  await router.configure('crypto pki trustpoint lab', 'revocation-check none');
  await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
  return router;
}

async function securePhone(scene: Scene, address: string, more: PhoneOptions = {}): Promise<Phone> {
  const own = storyCertificate(ca, 'phone', { ipAddresses: [address] });
  return scene.phone(address, { transport: 'tls', credentials: credentialsOf(own, ca), ...more });
}

test(
  'a call that came to a sips URI over TLS ends here as a call of its own, and goes on as the dial peer says',
  story(async (scene) => {
    const router = await gateway(scene);
    const called = await scene.phone('10.0.0.6');
    const caller = await securePhone(scene, '10.0.0.2', { scheme: 'sips' });
    await scene.during(caller.call('9001', '10.0.0.1'));
    await scene.pass(1000);
    assert.equal(caller.heard.at(-1), '200 INVITE');
    assert.equal(called.invitedAs, 'sip:9001@10.0.0.6:5060');
    caller.hangUp();
    await scene.pass(1000);
    router.assertIdle();
  }),
);

test(
  'where the dial peer says sips the call leaves over TLS though it says UDP too, or fails where nobody speaks TLS',
  story(async (scene) => {
    const router = await gateway(scene);
    await router.configure('dial-peer voice 10 voip', 'voice-class sip url sips');
    const called = await securePhone(scene, '10.0.0.6');
    const caller = await securePhone(scene, '10.0.0.2', { scheme: 'sips' });
    await scene.during(caller.call('9001', '10.0.0.1'));
    await scene.pass(1000);
    assert.equal(caller.heard.at(-1), '200 INVITE');
    const invite = called.messages.find(({ method }) => method === 'INVITE');
    assert.match(invite?.start ?? '', /^INVITE sips:9001@10\.0\.0\.6:5061 SIP/);
    assert.match(invite?.headers.get('contact')?.[0] ?? '', /^<sips:[^>]*@10\.0\.0\.1:5061>$/);
    assert.match(router.logged('SIPS_OVER_TLS')[0] ?? '', /9001/);
    caller.hangUp();
    await scene.pass(1000);
    called.close();
    const plain = await scene.phone('10.0.0.6');
    await scene.during(caller.call('9001', '10.0.0.1'));
    await scene.pass(60_000);
    assert.match(caller.heard.at(-1) ?? '', /^5\d\d INVITE$/);
    assert.deepEqual(plain.messages, []);
    router.assertIdle();
  }),
);

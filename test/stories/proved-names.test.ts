import assert from 'node:assert/strict';
import { test } from 'node:test';
import { voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import type { Phone } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

const ca = storyAuthority('lab ca');
const telephone = `voice-port 0/3/1
 device answer
dial-peer voice 1 pots
 destination-pattern 777
 port 0/3/1
`;

/** A gateway that speaks TLS, with lines more. */
async function gateway(scene: Scene, more: string): Promise<Router> {
  const router = await scene.router('10.0.0.1', telephone + more);
  await importIdentity(router, 'lab', storyCertificate(ca, 'west.test', { dnsNames: ['west.test'] }), ca);
  await router.configure('crypto pki trustpoint lab', 'revocation-check none');
  await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
  return router;
}

async function holder(scene: Scene, address: string, dnsNames: readonly string[]): Promise<Phone> {
  const own = storyCertificate(ca, 'holder', { dnsNames });
  return scene.phone(address, { transport: 'tls', credentials: credentialsOf(own, ca) });
}

async function answered(scene: Scene, phone: Phone): Promise<string | undefined> {
  await scene.during(phone.call('777', '10.0.0.1'));
  await scene.pass(3000);
  const last = phone.heard.at(-1);
  if (last === '200 INVITE') phone.hangUp();
  await scene.pass(1000);
  return last;
}

const three = ['a.carrier.test', 'b.carrier.test', 'trunk.other.test'];

test(
  'a peer is trusted by any name its certificate proves, not by the first alone, and the display names them all',
  story(async (scene) => {
    const router = await gateway(scene, '');
    const phone = await holder(scene, '10.0.0.5', three);
    assert.equal(await answered(scene, phone), '403 INVITE');
    assert.match(
      router.logged('UNTRUSTED')[0] ?? '',
      /who proved the name a\.carrier\.test, b\.carrier\.test, trunk\.other\.test, was refused/,
    );
    await router.configure('voice service voip', 'ip address trusted list', 'dns trunk.other.test');
    assert.equal(await answered(scene, phone), '200 INVITE');
    const shown = await router.show('show sip-ua connections tcp tls verbose');
    assert.ok(shown.includes('  Name       : asked -, proved a.carrier.test'));
    assert.ok(shown.includes('  Also proved: b.carrier.test, trunk.other.test'));
  }),
);

test(
  'whom a dial peer calls by name may call, whichever of its names that is',
  story(async (scene) => {
    const target = voip(10, '9...', '10.0.0.5', 'session transport tcp tls').replace(
      'ipv4:10.0.0.5',
      'dns:trunk.other.test',
    );
    await gateway(scene, target);
    assert.equal(await answered(scene, await holder(scene, '10.0.0.5', three)), '200 INVITE');
    assert.equal(await answered(scene, await holder(scene, '10.0.0.6', three.slice(0, 2))), '403 INVITE');
  }),
);

test(
  'a certificate of a wildcard is trusted where that very wildcard is listed, and for no host under it',
  story(async (scene) => {
    const router = await gateway(scene, '');
    const list = ['voice service voip', 'ip address trusted list'];
    const phone = await holder(scene, '10.0.0.5', ['*.wild.test']);
    await router.configure(...list, 'dns a.wild.test', 'dns *.b.wild.test');
    assert.equal(await answered(scene, phone), '403 INVITE');
    await router.configure(...list, 'dns *.wild.test');
    assert.equal(await answered(scene, phone), '200 INVITE');
  }),
);

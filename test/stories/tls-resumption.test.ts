import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificate } from '../certificates.ts';
import { telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { epoch, type Router, type Scene, story, storyValidity } from './scene.ts';

const lab = storyAuthority('lab-ca');
const own = storyCertificate(lab, 'gw', { dnsNames: ['gw.test'], ipAddresses: ['10.0.0.1'] });
const phoneCertificate = storyCertificate(lab, 'voice', { dnsNames: ['voice.test'], ipAddresses: ['10.0.0.5'] });

/** Two dial peers over TLS: `voice.test`, which is at 10.0.0.5, and `other.test`, which is said to be there too. */
async function gateway(scene: Scene): Promise<Router> {
  for (const name of ['voice.test', 'other.test']) scene.world.names.set(name, ['10.0.0.5']);
  const peer = (tag: number, pattern: string, name: string): string =>
    voip(tag, pattern, '10.0.0.9', 'session transport tcp tls').replace('ipv4:10.0.0.9', `dns:${name}:5061`);
  const router = await scene.router('10.0.0.1', telephones + peer(10, '6', 'voice.test') + peer(11, '7', 'other.test'));
  await importIdentity(router, 'lab', own, lab);
  await router.configure('crypto pki trustpoint lab', 'revocation-check none', 'exit', 'sip-ua');
  await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
  return router;
}

/** Every connection breaks. */
async function broken(scene: Scene): Promise<void> {
  scene.world.internet.reset('10.0.0.1', '10.0.0.5');
  await scene.pass(1000);
}

const dialled = async (router: Router, number: string): Promise<string> =>
  (await router.csim(number, '0/3/1')).join('\n');

test(
  'a connection after the first one resumes its session, shows so, and proves the name of the first',
  story(async (scene) => {
    const router = await gateway(scene);
    const phone = await scene.phone('10.0.0.5', {
      transport: 'tls',
      credentials: credentialsOf(phoneCertificate, lab),
    });
    assert.match(await dialled(router, '6'), /setup failed = 0/);
    await broken(scene);
    assert.equal(router.active('tls'), 0);
    assert.match(await dialled(router, '6'), /setup failed = 0/);
    assert.equal(phone.resumed, 1);
    const shown = (await router.show('show sip-ua connections tcp tls verbose')).join('\n');
    assert.match(shown, /Name +: asked voice\.test, proved voice\.test/);
    assert.match(shown, /TLS +: TLSv1\.3, TLS_AES_256_GCM_SHA384, .*resumed/);
    await broken(scene);
    await scene.pass(2 * 60 * 60_000);
    assert.match(await dialled(router, '6'), /setup failed = 0/);
    assert.equal(phone.resumed, 1, 'a session is good for an hour');
  }),
);

test(
  'a session with one name is of no use for another: who does not prove that one is refused, and never resumed',
  story(async (scene) => {
    const router = await gateway(scene);
    const phone = await scene.phone('10.0.0.5', {
      transport: 'tls',
      credentials: credentialsOf(phoneCertificate, lab),
    });
    assert.match(await dialled(router, '6'), /setup failed = 0/);
    for (let i = 0; i < 2; i++) {
      assert.match(await dialled(router, '7'), /setup failed = 1/);
      await broken(scene);
    }
    assert.equal(phone.resumed, 0);
    assert.equal(phone.count('INVITE'), 1);
    assert.deepEqual(
      router.gateway.world.sip.failures().map(({ rule }) => rule),
      ['name', 'name'],
    );
  }),
);

test(
  'whoever takes the place of a server begins anew, since he cannot open its tickets, and proves what he can prove',
  story(async (scene) => {
    const router = await gateway(scene);
    const phone = await scene.phone('10.0.0.5', {
      transport: 'tls',
      credentials: credentialsOf(phoneCertificate, lab),
    });
    assert.match(await dialled(router, '6'), /setup failed = 0/);
    await broken(scene);
    phone.close();
    const other = storyCertificate(lab, 'other', { dnsNames: ['elsewhere.test'] });
    const thief = await scene.phone('10.0.0.5', { transport: 'tls', credentials: credentialsOf(other, lab) });
    assert.match(await dialled(router, '6'), /setup failed = 1/);
    assert.deepEqual([thief.resumed, thief.heard], [0, []]);
  }),
);

test(
  'a session whose certificate is accepted no longer is of no use either',
  story(async (scene) => {
    const router = await gateway(scene);
    const day = 86_400_000;
    const notAfter = new Date(epoch + day);
    const names = { dnsNames: ['voice.test'] };
    const brief = certificate('voice', { issuer: lab, key: 'rsa', ...storyValidity, notAfter, ...names });
    const phone = await scene.phone('10.0.0.5', {
      transport: 'tls',
      credentials: credentialsOf(brief, lab),
    });
    assert.match(await dialled(router, '6'), /setup failed = 0/);
    await broken(scene);
    scene.world.clock.epoch += 2 * day;
    const before = phone.resumed;
    assert.match(await dialled(router, '6'), /setup failed = 1/);
    assert.equal(phone.resumed, before + 1, 'it was resumed, and refused all the same');
    assert.match(router.gateway.world.sip.failures().at(-1)?.reason ?? '', /expired/);
  }),
);

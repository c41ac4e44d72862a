import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { sipToSip, voip } from './configurations.ts';
import { type Router, type Scene, story } from './scene.ts';

const day = 86_400_000;

/** A router that is a certificate authority, reached at `http://10.0.0.9`. */
async function authority(scene: Scene): Promise<Router> {
  const ca = await scene.router('10.0.0.9');
  await scene.during(
    ca.type(
      'configure terminal',
      'crypto pki server labca',
      'issuer-name CN=lab CA',
      'lifetime certificate 100',
      'grant auto',
      'no shutdown',
      'lab-password',
      'lab-password',
      'end',
    ),
  );
  await scene.during(ca.gateway.world.pki.settled());
  scene.world.webServers.set('10.0.0.9', async ({ method, url, body }) => {
    const query = new URL(url).searchParams;
    const [operation, message] = [query.get('operation') ?? '', query.get('message')];
    const more = { ...(message !== null && { message }), ...(body !== undefined && { body }) };
    return ca.gateway.world.pki.authorities.scep({ method, operation, ...more });
  });
  return ca;
}

const secure = ['session transport tcp tls'];

/** A gateway that enrolled by itself when its CA was authenticated, and renews on a new key when 70 of 100 days have passed. */
async function enrolled(scene: Scene, address: string, routes: string): Promise<Router> {
  const router = await scene.router(
    address,
    `hostname r${address.split('.')[3]}
crypto pki trustpoint lab
 enrollment url http://10.0.0.9
 serial-number none
 ip-address none
 password 0 none-asked
 revocation-check none
 rsakeypair lab 1024
 auto-enroll 70 regenerate
!
${sipToSip}${routes}sip-ua
 crypto signaling default trustpoint lab
`,
  );
  const screen = await scene.during(router.type('configure terminal', 'crypto pki authenticate lab', 'yes', 'end'));
  assert.ok(screen.includes('Trustpoint CA certificate accepted.'), screen.join('\n'));
  for (let tries = 0; router.logged('CERTRET').length === 0 && tries < 500; tries++) await scene.pass(10);
  assert.equal(router.logged('CERTRET').length, 1, router.log.join('\n'));
  return router;
}

const serial = (router: Router): string => router.gateway.world.pki.trustpoint('lab')?.identity?.serial ?? 'none';

test(
  'certificates are renewed on new keys during 1,000 live calls over TLS: none is lost, and the next handshake shows the new ones',
  story(async (scene) => {
    await authority(scene);
    const west = await enrolled(scene, '10.0.0.1', voip(10, '9001', '10.0.0.2:5061', ...secure));
    const east = await enrolled(scene, '10.0.0.2', voip(10, '9001', '10.0.0.4'));
    const caller = await scene.phone('10.0.0.3');
    const callee = await scene.phone('10.0.0.4');
    await scene.pass(69.99 * day);
    const before = [serial(west), serial(east)];
    const [timer] = await west.show('show crypto pki timers').then((lines) => lines.slice(2));
    assert.match(timer ?? '', /^ {2}\| +\d+:\d\d\.\d{3} {2}RENEW lab$/);

    for (let call = 0; call < 1000; call++) {
      await caller.call('9001', '10.0.0.1');
      if (call % 10 === 0) await scene.pass(20);
    }
    await scene.pass(2000);
    assert.deepEqual([callee.count('INVITE'), caller.count('200 INVITE')], [1000, 1000]);
    assert.deepEqual([west.active('tls'), east.active('tls')], [1, 1]);
    const legs = (router: Router): number => router.legs.filter((leg) => leg.startsWith('sip ')).length;
    const up = [legs(west), legs(east)];

    const renewed = (router: Router, old: string | undefined): boolean => serial(router) !== old;
    for (let minutes = 0; minutes < 30 && !(renewed(west, before[0]) && renewed(east, before[1])); minutes++) {
      await scene.pass(60_000);
      // Key pairs are made in real time.
      await setTimeout(100);
    }
    assert.notDeepEqual([serial(west), serial(east)], before, 'renewed');
    await scene.during(west.gateway.world.pki.settled());
    assert.deepEqual([legs(west), legs(east)], up, 'every call stands');
    assert.deepEqual([west.active('tls'), east.active('tls')], [1, 1], 'on the connection it stood on');
    assert.deepEqual(
      west.gateway.world.pki.keys.list().map(({ label }) => label),
      ['lab'],
    );

    assert.deepEqual(await west.show('clear sip-ua tcp tls connection all drain'), [
      '1 connection will close with the last dialog',
    ]);
    await caller.call('9001', '10.0.0.1');
    await scene.pass(2000);
    assert.deepEqual(
      [caller.count('200 INVITE'), west.active('tls')],
      [1001, 2],
      'a new call has a connection of its own',
    );
    caller.hangUpAll();
    await scene.pass(20_000);
    assert.equal(callee.count('BYE'), 1001);
    assert.equal(west.active('tls'), 1, 'the drained one closed behind its last dialog');
    west.assertIdle();
    east.assertIdle();
    assert.deepEqual(west.logged('TLS_HANDSHAKE_FAILED'), []);
    caller.close();
    callee.close();
  }),
);

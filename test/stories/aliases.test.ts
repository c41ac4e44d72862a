import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAuth } from '../certificates.ts';
import { telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { Registrar } from './registrar.ts';
import { ages, type Router, type Scene, story } from './scene.ts';

const ca = storyAuthority('lab ca');

function byName(tag: number, pattern: string, name: string): string {
  return voip(tag, pattern, name, 'session transport tcp tls').replace(`ipv4:${name}`, `dns:${name}:5061`);
}

/** A gateway at an address that speaks TLS under a name, with lines more. */
async function gateway(scene: Scene, address: string, name: string, more: string): Promise<Router> {
  const router = await scene.router(address, telephones + more);
  await importIdentity(router, 'lab', storyCertificate(ca, name, { dnsNames: [name] }), ca);
  await router.configure('crypto pki trustpoint lab', 'revocation-check none');
  await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
  await router.configure('ip host west.test 10.0.0.1', 'ip host east.test 10.0.0.2');
  return router;
}

/** West and east call each other by name; what west has under `sip-ua`. */
async function pair(
  scene: Scene,
  ...sipUa: readonly string[]
): Promise<{ readonly west: Router; readonly east: Router }> {
  const west = await gateway(scene, '10.0.0.1', 'west.test', byName(10, '22', 'east.test'));
  const east = await gateway(scene, '10.0.0.2', 'east.test', byName(10, '11', 'west.test'));
  await west.configure('no dial-peer voice 1', 'dial-peer voice 3 pots', 'destination-pattern 11', 'port 0/3/1');
  await east.configure('no dial-peer voice 1', 'dial-peer voice 3 pots', 'destination-pattern 22', 'port 0/3/1');
  await west.configure('voice service voip', 'sip', 'localhost dns:west.test');
  await west.configure('sip-ua', ...sipUa);
  return { west, east };
}

/** One after the other calls; told is how many TLS connections each has then. */
async function bothCall(scene: Scene, west: Router, east: Router): Promise<readonly number[]> {
  await west.csim('22', '0/3/0');
  await scene.pass(1000);
  await east.csim('11', '0/3/0');
  await scene.pass(1000);
  for (const { gateway } of [west, east]) assert.equal(gateway.world.calls.counters().connected, 2);
  return [west, east].map((router) => router.active('tls'));
}

test(
  'two gateways call each other on one connection when its maker offers it by connection-reuse, and the displays say so',
  story(async (scene) => {
    const { west, east } = await pair(scene, 'connection-reuse');
    assert.ok((await west.show('show running-config')).includes(' connection-reuse'));
    assert.deepEqual(await bothCall(scene, west, east), [1, 1]);
    const verbose = await east.show('show sip-ua connections tcp tls verbose');
    assert.ok(verbose.includes('  Name       : asked -, proved west.test'));
    assert.ok(verbose.includes('  Alias      : west.test:5061'));
    assert.ok(!(await west.show('show sip-ua connections tcp tls verbose')).some((line) => / Alias /.test(line)));
    const rows = (await east.show('show sip-ua connections tcp tls detail')).filter((line) => /Established/.test(line));
    assert.deepEqual(
      rows.map((row) => / alias .*$/.exec(row)?.[0]),
      [undefined, ' alias west.test'],
    );
    const [detail] = JSON.parse((await east.show('show sip-ua connections tcp tls verbose | json')).join('\n'));
    assert.deepEqual(detail.tls.alias, { name: 'west.test', port: 5061, state: 'proved' });
    await scene.pass(2 * ages);
    assert.deepEqual(east.gateway.world.sip.connections('tls').agents, [], 'the alias ends with its connection');
  }),
);

test(
  'without connection-reuse a gateway offers nothing and is called anew',
  story(async (scene) => {
    const { west, east } = await pair(scene, 'no connection-reuse');
    assert.deepEqual(await bothCall(scene, west, east), [2, 2]);
  }),
);

test(
  'a gateway offers no name that its certificate does not prove',
  story(async (scene) => {
    const { west, east } = await pair(scene, 'connection-reuse');
    await west.configure('voice service voip', 'sip', 'localhost dns:other.test');
    assert.deepEqual(await bothCall(scene, west, east), [2, 2]);
    assert.equal(east.gateway.world.sip.connectionDetails('tls')[0]?.tls?.alias, undefined);
  }),
);

/** East, a holder of names at 10.0.0.5 that says `alias` when it calls, and the dial peer to `voice.test`, which is there. */
async function held(scene: Scene, alias: string, dnsNames: readonly string[], usages?: readonly string[]) {
  const east = await gateway(scene, '10.0.0.2', 'east.test', byName(10, '9...', 'voice.test'));
  scene.world.names.set('voice.test', ['10.0.0.5']);
  await east.configure('ip host voice.test 10.0.0.5');
  const own = storyCertificate(ca, 'holder', { dnsNames, ...(usages === undefined ? {} : { usages }) });
  const phone = await scene.phone('10.0.0.5', { transport: 'tls', credentials: credentialsOf(own, ca), alias });
  await scene.during(phone.call('777', '10.0.0.2'));
  await scene.pass(3000);
  assert.equal(phone.heard.at(-1), '200 INVITE');
  phone.hangUp();
  await scene.pass(1000);
  return { east, phone };
}

test(
  'a telephone is called on the connection that it made and offered, the dialog and all',
  story(async (scene) => {
    const { east, phone } = await held(scene, 'voice.test', ['first.test', 'voice.test']);
    await east.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.deepEqual([phone.count('INVITE'), phone.count('BYE')], [1, 1]);
    assert.equal(east.active('tls'), 1);
  }),
);

// CVE-2020-15260: at the place where the name leads is somebody who proved another one.
test(
  'whoever offers a name that its certificate does not prove is never called by it',
  story(async (scene) => {
    const { east, phone } = await held(scene, 'voice.test', ['other.test']);
    await east.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.equal(phone.count('INVITE'), 0);
    const [alias] = east.gateway.world.sip.connectionDetails('tls').map(({ tls }) => tls?.alias);
    assert.equal(alias?.state, 'refused');
    assert.equal(
      east.gateway.world.sip.failures().at(-1)?.rule,
      'name',
      'the connection of our own asked for the proof',
    );
    const verbose = await east.show('show sip-ua connections tcp tls verbose');
    assert.ok(verbose.includes('  Alias      : voice.test:5061, not used: the certificate does not name it'));
  }),
);

test(
  'whoever offers its own name is not called by another one that leads to the same place',
  story(async (scene) => {
    const { east, phone } = await held(scene, 'other.test', ['other.test']);
    assert.equal(east.gateway.world.sip.connectionDetails('tls')[0]?.tls?.alias?.state, 'proved');
    await east.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.equal(phone.count('INVITE'), 0);
  }),
);

test(
  'a certificate for clients alone lets its holder call, and not be called on its connection',
  story(async (scene) => {
    const { east, phone } = await held(scene, 'voice.test', ['voice.test'], [clientAuth]);
    await east.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.equal(phone.count('INVITE'), 0);
    const [alias] = east.gateway.world.sip.connectionDetails('tls').map(({ tls }) => tls?.alias);
    assert.match(alias?.reason ?? '', /purpose/i);
  }),
);

test(
  'who can no longer be trusted as the server it was called as loses the connection it made, with the alias',
  story(async (scene) => {
    const { east, phone } = await held(scene, 'voice.test', ['voice.test']);
    await east.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.equal(phone.count('INVITE'), 1);
    await east.configure('crypto pki trustpoint lab', 'match certificate nobody');
    await east.configure('crypto pki certificate map nobody 1', 'subject-name co nobody');
    await scene.pass(1000);
    assert.deepEqual(east.gateway.world.sip.connections('tls').agents, []);
    await east.csim('9001', '0/3/0');
    assert.equal(phone.count('INVITE'), 1);
  }),
);

test(
  'registration, calls and those that come along it share the connection that the gateway made, whatever either side offers',
  story(async (scene) => {
    const registrar = new Registrar(() => scene.world.clock.monotonic());
    registrar.outbound = {};
    const own = storyCertificate(ca, 'voice', { dnsNames: ['voice.test'] });
    const options = { transport: 'tls', credentials: credentialsOf(own, ca), alias: 'voice.test', registrar } as const;
    const phone = await scene.phone('10.0.0.5', options);
    const west = await gateway(scene, '10.0.0.1', 'west.test', byName(10, '9...', 'voice.test'));
    await west.configure('ip host voice.test 10.0.0.5');
    await west.configure('voice service voip', 'sip', 'localhost dns:west.test');
    await west.configure('sip-ua', 'connection-reuse', 'registrar dns:voice.test:5061 expires 3600 tcp tls');
    await scene.pass(2000);
    const via = (method: string): string => phone.newest(method)?.headers.get('via')?.[0] ?? '';
    assert.match(via('REGISTER'), /^SIP\/2\.0\/TLS west\.test:5061;branch=[^;]+;alias$/);
    const [connection] = west.gateway.world.sip.connectionDetails('tls');
    await scene.during(phone.call('777', '10.0.0.1', connection?.local?.port));
    await scene.pass(2000);
    assert.equal(phone.heard.at(-1), '200 INVITE');
    phone.hangUp();
    await scene.pass(1000);
    await west.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.match(via('INVITE'), /;alias$/);
    assert.match(phone.newest('INVITE')?.headers.get('contact')?.[0] ?? '', /west\.test:5061;transport=tls;ob>/);
    const shown = west.gateway.world.sip.connectionDetails('tls').map(({ direction, tls }) => [direction, tls?.alias]);
    assert.deepEqual(shown, [['out', undefined]]);
  }),
);

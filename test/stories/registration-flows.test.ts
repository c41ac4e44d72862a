import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones } from './configurations.ts';
import type { Phone } from './phone.ts';
import { Registrar } from './registrar.ts';
import { type Router, type Scene, story } from './scene.ts';

interface Place {
  readonly registrar: Registrar;
  readonly phone: Phone;
  readonly router: Router;
}

/** A gateway with the number 777, registered at 10.0.0.9 over TCP. */
async function registered(scene: Scene, how: (registrar: Registrar) => void, words = ' tcp'): Promise<Place> {
  const registrar = new Registrar(() => scene.world.clock.monotonic());
  how(registrar);
  const phone = await scene.phone('10.0.0.9', { registrar, transport: words === '' ? 'udp' : 'tcp' });
  const one = telephones.replace(/dial-peer voice 2 [\s\S]*$/, '');
  const router = await scene.router('10.0.0.1', `${one}sip-ua\n registrar ipv4:10.0.0.9 expires 3600${words}\n`);
  await scene.pass(1000);
  return { registrar, phone, router };
}

const flow = /^reg-id=1;\+sip\.instance="<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}>"$/;

test(
  'over TCP a registration offers to be called on its connection, always under the same name; over UDP it does not',
  story(async (scene) => {
    const { registrar, phone } = await registered(scene, () => undefined);
    const first = registrar.flows.get('777') ?? '';
    assert.match(first, flow);
    assert.ok(phone.newest('REGISTER')?.headers.get('supported')?.join().includes('outbound'));
    await scene.pass(3_600_000);
    assert.ok(registrar.heard.length > 1);
    assert.equal(registrar.flows.get('777'), first);
    const udp = await scene.router(
      '10.0.0.2',
      `${telephones}sip-ua\n registrar ipv4:10.0.0.8\n registrar ipv4:10.0.0.9 tcp secondary\n`,
    );
    const other = new Registrar(() => scene.world.clock.monotonic());
    await scene.phone('10.0.0.8', { registrar: other });
    await scene.pass(60_000);
    assert.equal(other.flows.get('778'), '');
    assert.match(registrar.flows.get('778') ?? '', /^reg-id=2;/);
    assert.notEqual(registrar.flows.get('778')?.slice(9), first.slice(9), 'no two gateways have the same name');
    await scene.during(udp.gateway.stop());
  }),
);

test(
  'a call comes in on the connection of the registration',
  story(async (scene) => {
    const { phone, router } = await registered(scene, (registrar) => (registrar.outbound = {}));
    const [connection] = router.gateway.world.sip.connectionDetails('tcp');
    await phone.call('777', '10.0.0.1', connection?.local?.port);
    await scene.pass(1500);
    assert.equal(phone.heard.at(-1), '200 INVITE');
    assert.equal(router.gateway.world.sip.connectionDetails('tcp').length, 1, 'there is no other connection');
    phone.hangUp();
    await scene.pass(1000);
    assert.equal(phone.heard.at(-1), '200 BYE');
  }),
);

const contact = (phone: Phone, method: string) => phone.newest(method)?.headers.get('contact')?.[0];

test(
  'a dialog on the connection of a registration asks for its requests there with ob, one on any other way does not',
  story(async (scene) => {
    const { phone, router } = await registered(scene, (registrar) => (registrar.outbound = {}));
    const other = await scene.phone('10.0.0.7', { transport: 'tcp' });
    await router.configure(
      'dial-peer voice 10 voip',
      'destination-pattern 8',
      'session protocol sipv2',
      'session target ipv4:10.0.0.9',
      'session transport tcp',
      'codec g711ulaw',
      'dial-peer voice 11 voip',
      'destination-pattern 6',
      'session protocol sipv2',
      'session target ipv4:10.0.0.7',
      'session transport tcp',
      'codec g711ulaw',
    );
    await router.csim('81', '0/3/1');
    assert.equal(contact(phone, 'INVITE'), '<sip:777@10.0.0.1:5060;transport=tcp;ob>');
    assert.doesNotMatch(contact(phone, 'REGISTER') ?? '', /;ob/);
    await router.csim('61', '0/3/1');
    assert.equal(contact(other, 'INVITE'), '<sip:777@10.0.0.1:5060;transport=tcp>');
    const [connection] = router.gateway.world.sip.connectionDetails('tcp');
    await phone.call('777', '10.0.0.1', connection?.local?.port);
    await scene.pass(1500);
    assert.equal(phone.newest('200 INVITE')?.headers.get('contact')?.[0], '<sip:777@10.0.0.1:5060;transport=tcp;ob>');
    phone.hangUp();
    await scene.pass(1000);
    await router.configure('sip-ua', 'no registrar');
    await scene.pass(1000);
    await router.csim('81', '0/3/1');
    assert.equal(contact(phone, 'INVITE'), '<sip:777@10.0.0.1:5060;transport=tcp>', 'nothing is registered any more');
  }),
);

test(
  'a registrar that does not keep the connection sees no ob',
  story(async (scene) => {
    const { phone, router } = await registered(scene, () => undefined);
    const [connection] = router.gateway.world.sip.connectionDetails('tcp');
    await phone.call('777', '10.0.0.1', connection?.local?.port);
    await scene.pass(1500);
    assert.equal(phone.newest('200 INVITE')?.headers.get('contact')?.[0], '<sip:777@10.0.0.1:5060;transport=tcp>');
    phone.hangUp();
    await scene.pass(1000);
  }),
);

test(
  'a registrar that keeps the connection gets keepalives as often as it wants; when it answers none, the number is registered anew',
  story(async (scene) => {
    const { registrar, phone, router } = await registered(scene, (one) => (one.outbound = { flowTimerSeconds: 60 }));
    await scene.pass(600_000);
    assert.ok(phone.pings >= 10 && phone.pings <= 20, `${phone.pings} keepalives in ten minutes`);
    assert.equal(registrar.heard.length, 1);
    phone.isDeaf = true;
    await scene.pass(75_000);
    assert.deepEqual(
      router.gateway.world.sip.closedConnections().map(({ reason }) => reason),
      ['the peer no longer answers keepalives'],
    );
    assert.equal(router.logged('REGISTRATION_LOST').length, 1);
    phone.isDeaf = false;
    await scene.pass(31_000);
    assert.equal(registrar.heard.length, 2);
    assert.match(registrar.flows.get('777') ?? '', flow);
    await scene.pass(600_000);
    assert.equal(registrar.heard.length, 2, 'the new connection is kept');
  }),
);

for (const [what, outbound, times] of [
  ['that keeps the connection', {}, 2],
  ['that does not', undefined, 1],
] as const) {
  test(
    `when an operator clears the connection, a registrar ${what} is told ${times === 2 ? 'within half a minute' : 'when it is time'}`,
    story(async (scene) => {
      const { registrar, router } = await registered(scene, (one) => (one.outbound = outbound));
      await router.type('clear sip-ua tcp connection id 1');
      await scene.pass(31_000);
      assert.equal(registrar.heard.length, times);
    }),
  );
}

test(
  'where something on the way cannot keep the connection (439), the number is registered without',
  story(async (scene) => {
    const { registrar, phone, router } = await registered(scene, (one) => (one.outbound = 'none'));
    assert.deepEqual(
      phone.messages.map(({ headers }) => /reg-id/.test(headers.get('contact')?.[0] ?? '')),
      [true, false],
    );
    assert.equal(registrar.bindings.get('777'), 'sip:777@10.0.0.1:5060;transport=tcp');
    assert.equal(router.logged('REGISTER_FAILED').length, 0);
    await scene.pass(3_600_000);
    assert.equal(registrar.flows.get('777'), '');
    assert.equal(registrar.heard.length, 3, 'it is not asked for again');
  }),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbours, telephones, voip } from './configurations.ts';
import { Registrar } from './registrar.ts';
import { type Scene, story } from './scene.ts';

const sipUa = (...lines: readonly string[]) => `sip-ua\n${lines.map((line) => ` ${line}\n`).join('')}`;

function registrarOf(scene: Scene): Registrar {
  return new Registrar(() => scene.world.clock.monotonic());
}

/** A registrar that sends everybody to these places. */
function sending(scene: Scene, ...contacts: readonly string[]): Registrar {
  const registrar = registrarOf(scene);
  registrar.refuses = { status: 302, headers: contacts.map((contact) => `Contact: <${contact}>`) };
  return registrar;
}

test(
  'a registrar that sends us on is followed, and asked first again at the next refresh',
  story(async (scene) => {
    const first = sending(scene, 'sip:10.0.0.8:5070;transport=tcp');
    const second = registrarOf(scene);
    await scene.phone('10.0.0.9', { registrar: first });
    const phone = await scene.phone('10.0.0.8', { registrar: second, port: 5070, transport: 'tcp' });
    const router = await scene.router(
      '10.0.0.1',
      neighbours +
        sipUa('registrar ipv4:10.0.0.9 expires 600', 'credentials number 5551 username user password pass realm r'),
    );
    await scene.pass(1000);
    assert.deepEqual(second.said, ['5551 600 #2']);
    assert.equal(phone.messages[0]?.start, 'REGISTER sip:10.0.0.8:5070 SIP/2.0');
    assert.equal(phone.messages[0]?.headers.get('to')?.[0], '<sip:5551@10.0.0.9>');
    await scene.pass(480_000);
    assert.deepEqual(first.said, ['5551 600 #1', '5551 600 #3']);
    assert.deepEqual(second.said, ['5551 600 #2', '5551 600 #4']);
    await scene.during(router.gateway.stop());
    assert.deepEqual(second.said.slice(2), ['5551 0 #6']);
  }),
);

test(
  'a registrar that sends us in a circle, or to nowhere we may go, has failed',
  story(async (scene) => {
    const around = sending(scene, 'sip:10.0.0.9', 'tel:5551');
    await scene.phone('10.0.0.9', { registrar: around });
    const router = await scene.router(
      '10.0.0.1',
      neighbours + sipUa('registrar ipv4:10.0.0.9', 'credentials number 5551 username user password pass realm r'),
    );
    await scene.pass(1000);
    assert.equal(around.heard.length, 1);
    assert.match(router.logged('REGISTER_FAILED').join(), /302 leads to no place that may be asked/);
  }),
);

test(
  'a call home takes the way the registrar named, and no other call does',
  story(async (scene) => {
    const registrar = registrarOf(scene);
    registrar.serviceRoute = '<sip:10.0.0.7:5080;lr>, <sip:10.0.0.6;lr>';
    const home = await scene.phone('10.0.0.9', { registrar });
    const edge = await scene.phone('10.0.0.7', { port: 5080 });
    const other = await scene.phone('10.0.0.5');
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}dial-peer voice 10 voip
 destination-pattern 8
 session protocol sipv2
 session target registrar
 codec g711ulaw
${voip(11, '6', '10.0.0.5')}${sipUa('registrar ipv4:10.0.0.9 expires 600')}`,
    );
    await scene.pass(1000);
    assert.match((await router.csim('81', '0/3/1')).join('\n'), /setup failed = 0/);
    assert.equal(home.count('INVITE'), 0);
    assert.equal(edge.invitedAs, 'sip:81@10.0.0.9:5060');
    const routes = edge.newest('INVITE')?.headers.get('route');
    assert.deepEqual(routes, ['<sip:10.0.0.7:5080;lr>', '<sip:10.0.0.6;lr>']);
    await router.csim('61', '0/3/1');
    assert.equal(other.newest('INVITE')?.headers.get('route'), undefined);

    await router.configure('sip-ua', 'no registrar');
    await scene.pass(1000);
    await router.configure(
      'sip-ua',
      'sip-server ipv4:10.0.0.9',
      'dial-peer voice 10 voip',
      'session target sip-server',
    );
    await router.csim('81', '0/3/1');
    assert.equal(home.count('INVITE'), 1, 'nobody is registered any more');
  }),
);

test(
  'a tenant registers its own numbers with its own registrar, from its own port, and calls go along its way',
  story(async (scene) => {
    const registrar = registrarOf(scene);
    registrar.serviceRoute = '<sip:10.0.0.7;lr>';
    const home = await scene.phone('10.0.0.9', { registrar });
    const edge = await scene.phone('10.0.0.7');
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}voice class tenant 7
 registrar ipv4:10.0.0.9 expires 600
 credentials number 5551000 username user password pass realm r
 sip-server ipv4:10.0.0.9
 listen-port non-secure 5070
dial-peer voice 10 voip
 destination-pattern 8
 session protocol sipv2
 session target sip-server
 codec g711ulaw
 voice-class sip tenant 7
`,
    );
    await scene.pass(1000);
    assert.deepEqual(registrar.said, ['5551000 600 #1']);
    assert.equal(registrar.bindings.get('5551000'), 'sip:5551000@10.0.0.1:5070');
    assert.match((await router.show('show sip-ua register status')).join('\n'), /5551000 +-1 +600 +yes/);
    await router.csim('81', '0/3/1');
    assert.equal(edge.count('INVITE'), 1);
    assert.match(edge.newest('INVITE')?.headers.get('via')?.[0] ?? '', /10\.0\.0\.1:5070/);
    await router.configure('no voice class tenant 7');
    await scene.pass(1000);
    assert.equal(registrar.bindings.size, 0);
    assert.equal(home.count('INVITE'), 0);
  }),
);

test(
  'an outbound proxy takes what begins a call, whoever it is for: that of the peer, else of its tenant, else of all',
  story(async (scene) => {
    const [general, tenants, own] = [
      await scene.phone('10.0.0.7'),
      await scene.phone('10.0.0.6', { port: 5080 }),
      await scene.phone('10.0.0.5'),
    ];
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}voice service voip
 sip
  outbound-proxy ipv4:10.0.0.7
voice class tenant 7
 outbound-proxy ipv4:10.0.0.6:5080
${voip(10, '8', '10.0.0.200')}${voip(11, '6', '10.0.0.200', 'voice-class sip tenant 7')}${voip(
  12,
  '5',
  '10.0.0.200',
  'voice-class sip tenant 7',
  'voice-class sip outbound-proxy ipv4:10.0.0.5',
)}`,
    );
    for (const [number, proxy] of [
      ['81', general],
      ['61', tenants],
      ['51', own],
    ] as const) {
      assert.match((await router.csim(number, '0/3/1')).join('\n'), /setup failed = 0/);
      assert.equal(proxy.invitedAs, `sip:${number}@10.0.0.200:5060`);
      assert.equal(proxy.count('INVITE'), 1);
      assert.equal(proxy.count('BYE'), 1);
    }
  }),
);

test(
  'an outbound proxy takes registrations too, and they are made anew when it changes',
  story(async (scene) => {
    const [first, second] = [registrarOf(scene), registrarOf(scene)];
    const proxy = await scene.phone('10.0.0.7', { registrar: first, port: 5080 });
    await scene.phone('10.0.0.6', { registrar: second });
    const router = await scene.router(
      '10.0.0.1',
      `${neighbours}voice class tenant 7
 registrar dns:home.example expires 600
 credentials number 5551000 username user password pass realm r
 outbound-proxy ipv4:10.0.0.7:5080
`,
    );
    await scene.pass(1000);
    assert.deepEqual(first.said, ['5551000 600 #1']);
    assert.equal(proxy.messages[0]?.start, 'REGISTER sip:home.example SIP/2.0');
    await router.configure('voice class tenant 7', 'outbound-proxy ipv4:10.0.0.6');
    await scene.pass(1000);
    assert.deepEqual(second.said, ['5551000 600 #2']);
  }),
);

test(
  'the name of a registrar is asked again when timers dns registrar-cache is over, or when nobody answers there',
  story(async (scene) => {
    const [old, next] = [registrarOf(scene), registrarOf(scene)];
    const before = await scene.phone('10.0.0.9', { registrar: old });
    await scene.phone('10.0.0.8', { registrar: next });
    scene.world.names.set('reg.example', ['10.0.0.9']);
    const lines = [
      'registrar dns:reg.example expires 600',
      'credentials number 5551 username user password pass realm r',
    ];
    const patient = await scene.router('10.0.0.1', sipUa(...lines));
    await scene.router(
      '10.0.0.2',
      sipUa(...lines.map((line) => line.replace('5551', '5552')), 'timers dns registrar-cache 60'),
    );
    await scene.pass(1000);
    assert.deepEqual(old.said, ['5551 600 #1', '5552 600 #1']);
    scene.world.names.set('reg.example', ['10.0.0.8']);
    await scene.pass(480_000);
    assert.deepEqual(next.said, ['5552 600 #2']);
    assert.deepEqual(old.said.slice(2), ['5551 600 #2']);
    assert.match((await patient.show('show sip-ua timers')).join('\n'), /register-dns-cache 3600 seconds/);
    before.close();
    await scene.pass(600_000);
    assert.equal(next.said.filter((one) => one.startsWith('5551')).length, 1);
  }),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { type Router, type Scene, story } from './scene.ts';

/** A tenant with a port of its own, and a dial peer each way whose calls are its. */
function tenant(...lines: readonly string[]): string {
  return `${telephones}voice service voip
 sip
  min-se 1800
  rel1xx require 100rel
voice class tenant 7
 listen-port non-secure 5070
${lines.map((line) => ` ${line}\n`).join('')}${voip(70, '9', '10.0.0.3', 'voice-class sip tenant 7')}`;
}

/** What a phone with these header lines hears last when it calls 778 at a port. */
async function answered(scene: Scene, address: string, port: number, headers: readonly string[]): Promise<string> {
  const phone = await scene.phone(address, { headers });
  await scene.during(phone.call('778', '10.0.0.1', port));
  await scene.pass(3000);
  const last = phone.heard.findLast((line) => line.endsWith(' INVITE')) ?? '';
  if (last === '200 INVITE') phone.hangUp();
  await scene.pass(60_000);
  return last;
}

async function westWith(scene: Scene, ...lines: readonly string[]): Promise<Router> {
  return scene.router('10.0.0.1', tenant(...lines));
}

test(
  "calls of a tenant go by its session timer, reliability and hops; the dial peer's word on reliability comes before them",
  story(async (scene) => {
    const west = await westWith(scene, 'min-se 120 session-expires 300', 'rel1xx supported 100rel', 'max-forwards 9');
    const phone = await scene.phone('10.0.0.3', { takes: 486 });
    await scene.during(west.type('csim start 9'));
    const asked = phone.newest('INVITE')?.headers;
    assert.deepEqual(asked?.get('session-expires'), ['300']);
    assert.deepEqual(asked?.get('min-se'), ['120']);
    assert.deepEqual(asked?.get('max-forwards'), ['9']);
    assert.equal(asked?.get('require'), undefined);
    await west.configure('dial-peer voice 70 voip', 'voice-class sip rel1xx disable');
    await scene.during(west.type('csim start 9'));
    assert.deepEqual(phone.newest('INVITE')?.headers.get('supported'), ['timer, replaces, norefersub']);
    await west.configure('voice class tenant 7', 'min-se system', 'rel1xx system', 'no max-forwards');
    await west.configure('dial-peer voice 70 voip', 'voice-class sip rel1xx system');
    await scene.during(west.type('csim start 9'));
    const then = phone.newest('INVITE')?.headers;
    assert.deepEqual(
      [then?.get('min-se'), then?.get('require'), then?.get('max-forwards')],
      [['1800'], ['100rel'], ['70']],
    );
  }),
);

test(
  'an incoming call goes by the tenant of its port, or of its dial peer wherever it came to',
  story(async (scene) => {
    const west = await westWith(scene, 'min-se 120', 'rel1xx disable');
    const short = ['Supported: timer', 'Session-Expires: 200'];
    assert.equal(await answered(scene, '10.0.0.11', 5070, short), '200 INVITE');
    assert.equal(await answered(scene, '10.0.0.12', 5060, [...short, 'Supported: 100rel']), '422 INVITE');
    assert.equal(await answered(scene, '10.0.0.13', 5060, ['Supported: timer']), '421 INVITE');
    assert.equal(await answered(scene, '10.0.0.14', 5070, ['Require: 100rel']), '420 INVITE');
    await west.configure('dial-peer voice 71 voip', 'session protocol sipv2', 'incoming called-number 778');
    await west.configure('dial-peer voice 71 voip', 'voice-class sip tenant 7', 'codec g711ulaw');
    assert.equal(await answered(scene, '10.0.0.15', 5060, short), '200 INVITE');
    west.assertIdle();
  }),
);

test(
  'a session of a tenant is refreshed by its timer, and a shorter one is refused in mid-call by it',
  story(async (scene) => {
    const west = await westWith(scene, 'min-se 100 session-expires 100', 'rel1xx disable');
    const phone = await scene.phone('10.0.0.3', { headers: ['Supported: timer'] });
    await scene.during(phone.call('778', '10.0.0.1', 5070));
    await scene.pass(3000);
    assert.match(phone.newest('200 INVITE')?.headers.get('session-expires')?.[0] ?? '', /^100;/);
    phone.ask('UPDATE', ['Supported: timer', 'Session-Expires: 95']);
    await scene.pass(100);
    assert.deepEqual(phone.newest('422 UPDATE')?.headers.get('min-se'), ['100']);
    phone.hangUp();
    await scene.pass(3000);
    west.assertIdle();
  }),
);

test(
  "a tenant's trusted list says who may call at its ports, in the place of the global list, answered or not",
  story(async (scene) => {
    const west = await westWith(scene, 'ip address trusted ipv4 10.0.1.0 255.255.255.0', 'rel1xx disable');
    await west.configure('voice service voip', 'sip', 'rel1xx disable');
    const list = ['voice service voip', 'ip address trusted list'];
    await west.configure(...list, 'ipv4 10.0.2.1', 'no ipv4 10.0.0.0 255.0.0.0');
    assert.equal(await answered(scene, '10.0.1.1', 5070, []), '200 INVITE');
    assert.equal(await answered(scene, '10.0.2.1', 5070, []), '403 INVITE');
    assert.equal(await answered(scene, '10.0.1.2', 5060, []), '403 INVITE');
    await west.configure('voice class tenant 7', 'silent-discard untrusted');
    assert.equal(await answered(scene, '10.0.1.3', 5060, []), '403 INVITE');
    assert.equal(await answered(scene, '10.0.2.2', 5070, []), '');
    const shown = (await west.show('show ip address trusted list')).join('\n');
    assert.match(shown, /^IP Address Trusted List of Tenant 7:\n ipv4 10\.0\.1\.0 255\.255\.255\.0$/m);
    await west.configure('voice class tenant 7', 'no ip address trusted ipv4 10.0.1.0 255.255.255.0');
    assert.equal(await answered(scene, '10.0.1.4', 5070, []), '');
    await west.configure(...list, 'ipv4 10.0.1.5');
    assert.equal(await answered(scene, '10.0.1.5', 5070, []), '200 INVITE');
  }),
);

test(
  "a tenant's idle connections age by its own timer, those of everybody else by the global one",
  story(async (scene) => {
    const west = await westWith(scene, 'timers connection aging 10', 'session transport tcp');
    await scene.phone('10.0.0.3', { transport: 'tcp', takes: 486 });
    await scene.phone('10.0.0.4', { transport: 'tcp', takes: 486 });
    await west.configure(...voip(80, '8', '10.0.0.4', 'session transport tcp').trimEnd().split('\n'));
    await scene.during(west.type('csim start 9'));
    await scene.during(west.type('csim start 8'));
    const established = async (): Promise<number> =>
      (await west.show('show sip-ua connections tcp detail')).filter((line) => line.includes('Established')).length;
    assert.equal(await established(), 2);
    await scene.pass(6 * 60_000);
    assert.equal(await established(), 1);
    await scene.pass(5 * 60_000);
    assert.equal(await established(), 0);
  }),
);

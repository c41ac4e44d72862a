import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, type Scene, story } from './scene.ts';

/** A dial peer to a name without port, so that its service records count. */
function named(transport: string): string {
  return `${telephones}dial-peer voice 10 voip\n destination-pattern 9...\n session protocol sipv2\n session target dns:voice.test\n session transport ${transport}\n codec g711ulaw\n`;
}

const service = (target: string, priority: number, port: number) => ({ target, priority, port, weight: 1 });

/** Two hosts offer the service over this transport, `first.test` (10.0.0.3) before `second.test` (10.0.0.4). */
function offer(scene: Scene, name: string, port: number): void {
  scene.world.services.set(name, [service('second.test', 2, port), service('first.test', 1, port)]);
  scene.world.names.set('first.test', ['10.0.0.3']);
  scene.world.names.set('second.test', ['10.0.0.4']);
}

const succeeded = 'csim: call attempted = 1, setup failed = 0, tone failed = 0';

async function calls(scene: Scene, router: Router): Promise<void> {
  const screen = await scene.during(router.type('csim start 9001 voice-port 0/3/0'));
  assert.ok(screen.includes(succeeded), screen.join('\n'));
}

test(
  'a host that refuses is passed over, remembered for half a minute, and asked in its turn again then',
  story(async (scene) => {
    offer(scene, '_sip._tcp.voice.test', 5070);
    const west = await scene.router('10.0.0.1', named('tcp'));
    const second = await scene.phone('10.0.0.4', { transport: 'tcp', port: 5070 });
    await calls(scene, west);
    assert.equal(second.count('INVITE'), 1);
    const shown = (await west.show('show sip-ua targets')).join('\n');
    assert.match(shown, /^tcp {7}10\.0\.0\.3:5070 +1 +\d+ s /m);
    const first = await scene.phone('10.0.0.3', { transport: 'tcp', port: 5070 });
    await calls(scene, west);
    assert.deepEqual([first.count('INVITE'), second.count('INVITE')], [0, 2]);
    await scene.pass(30_000);
    await calls(scene, west);
    assert.deepEqual([first.count('INVITE'), second.count('INVITE')], [1, 2]);
    assert.deepEqual(await west.show('show sip-ua targets'), ['No target has failed']);
  }),
);

test(
  '503 and silence lead to the next host, with the same call and a branch of its own',
  story(async (scene) => {
    offer(scene, '_sip._udp.voice.test', 5070);
    const west = await scene.router('10.0.0.1', `${named('udp')}sip-ua\n retry invite 2\n`);
    const first = await scene.phone('10.0.0.3', { port: 5070, takes: 503 });
    const second = await scene.phone('10.0.0.4', { port: 5070 });
    await calls(scene, west);
    const [one, two] = [first, second].map(({ messages }) => messages.find(({ method }) => method === 'INVITE'));
    assert.equal(one?.headers.get('call-id')?.[0], two?.headers.get('call-id')?.[0]);
    assert.notEqual(one?.headers.get('via')?.[0], two?.headers.get('via')?.[0]);
    first.takes = 'ignore';
    await scene.pass(60_000);
    await calls(scene, west);
    assert.equal(first.count('INVITE'), 4);
    assert.equal(second.count('INVITE'), 2);
  }),
);

test(
  'any other refusal is the answer: nobody else is asked',
  story(async (scene) => {
    offer(scene, '_sip._udp.voice.test', 5070);
    const west = await scene.router('10.0.0.1', named('udp'));
    await scene.phone('10.0.0.3', { port: 5070, takes: 486 });
    const second = await scene.phone('10.0.0.4', { port: 5070 });
    await scene.during(west.type('csim start 9001 voice-port 0/3/0'));
    assert.equal(second.count('INVITE'), 0);
    assert.equal(west.gateway.world.calls.records().at(-1)?.cause, 17);
  }),
);

test(
  'over TLS the next host must prove the configured name too, whatever the service records call it',
  story(async (scene) => {
    offer(scene, '_sips._tcp.voice.test', 5071);
    const ca = storyAuthority('story root');
    const west = await scene.router('10.0.0.1', named('tcp tls'));
    const own = storyCertificate(ca, 'west.test', { dnsNames: ['west.test'] });
    await importIdentity(west, 'lab', own, ca);
    await west.type('configure terminal', 'crypto pki trustpoint lab', 'revocation-check none', 'exit');
    await west.type('sip-ua', 'crypto signaling default trustpoint lab', 'end');
    const phone = async (address: string, name: string) =>
      scene.phone(address, {
        transport: 'tls',
        port: 5071,
        credentials: credentialsOf(storyCertificate(ca, name, { dnsNames: [name] }), ca),
      });
    const impostor = await phone('10.0.0.3', 'first.test');
    const honest = await phone('10.0.0.4', 'voice.test');
    await calls(scene, west);
    assert.deepEqual([impostor.count('INVITE'), honest.count('INVITE')], [0, 1]);
    assert.match((await west.show('show sip-ua targets')).join('\n'), /^tls {7}10\.0\.0\.3:5071 .*voice\.test/m);
  }),
);

test(
  'ip host comes before DNS, and holds from the next call on when it changes',
  story(async (scene) => {
    offer(scene, '_sip._udp.voice.test', 5070);
    const west = await scene.router('10.0.0.1', `ip host voice.test 10.0.0.5\n${named('udp')}`);
    const own = await scene.phone('10.0.0.5');
    const other = await scene.phone('10.0.0.3', { port: 5070 });
    await calls(scene, west);
    assert.deepEqual([own.count('INVITE'), other.count('INVITE')], [1, 0]);
    await west.type('configure terminal', 'no ip host voice.test', 'end');
    await calls(scene, west);
    assert.deepEqual([own.count('INVITE'), other.count('INVITE')], [1, 1]);
  }),
);

test(
  'a call whose target has no address, or takes no connection, is told with its number and why',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', named('tcp'));
    await scene.during(west.type('csim start 9001 voice-port 0/3/0'));
    scene.world.names.set('voice.test', ['10.0.0.3']);
    await scene.pass(120_000);
    await scene.during(west.type('csim start 9002 voice-port 0/3/0'));
    const [nameless, refused] = west.logged('CALL_UNREACHED');
    assert.match(nameless ?? '', /Call to 9001 finds no way over TCP: .*voice\.test/);
    assert.match(refused ?? '', /Call to 9002 finds no way over TCP: no end of connect in time/);
  }),
);

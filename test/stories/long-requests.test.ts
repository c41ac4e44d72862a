import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { type Scene, story } from './scene.ts';

const longName = ['gateway', ...Array.from({ length: 3 }, () => 'a'.repeat(60)), 'example.com'].join('.');
/** Its INVITE does not fit into a datagram of 1300 bytes. */
const wordy = (...lines: readonly string[]): string =>
  ['voice service voip', ' sip', `  localhost dns:${longName}`, ...lines.map((line) => `  ${line}`), '!', ''].join(
    '\n',
  );

async function phones(scene: Scene) {
  return { udp: await scene.phone('10.0.0.2'), tcp: await scene.phone('10.0.0.2', { transport: 'tcp' }) };
}

test(
  'an INVITE that is too long for a datagram goes over TCP with transport switch udp tcp, a short one over UDP',
  story(async (scene) => {
    const { udp, tcp } = await phones(scene);
    const router = await scene.router('10.0.0.1', telephones + wordy() + voip(10, '9...', '10.0.0.2'));
    const invited = (): readonly number[] => [udp.count('INVITE'), tcp.count('INVITE')];
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 0/);
    assert.deepEqual(invited(), [1, 0], 'as IOS does, unless it is told otherwise');

    await router.configure('voice service voip', 'sip', 'transport switch udp tcp');
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 0/);
    assert.deepEqual(invited(), [1, 1]);
    const long = tcp.newest('INVITE');
    assert.match(long?.headers.get('via')?.join() ?? '', /^SIP\/2\.0\/TCP /);
    assert.match(long?.headers.get('contact')?.join() ?? '', /transport=tcp/);
    await scene.pass(1000);
    assert.deepEqual([udp.count('BYE'), tcp.count('BYE')], [1, 1], 'the dialog stays where it began');

    await router.configure('voice service voip', 'sip', 'no localhost');
    await router.csim('9001', '0/3/1');
    assert.deepEqual(invited(), [2, 1]);
    await scene.pass(1000);
    router.assertIdle();
  }),
);

test(
  'a host that takes no TCP is sent the long INVITE over UDP, and a dial peer or a tenant says it for its calls alone',
  story(async (scene) => {
    const udp = await scene.phone('10.0.0.2');
    const both = { udp: await scene.phone('10.0.0.3'), tcp: await scene.phone('10.0.0.3', { transport: 'tcp' }) };
    const peers = voip(10, '9...', '10.0.0.2') + voip(20, '8...', '10.0.0.3') + voip(30, '7...', '10.0.0.3');
    const router = await scene.router('10.0.0.1', telephones + wordy() + peers);
    await router.configure('voice class tenant 5', 'transport switch udp tcp');
    await router.configure('dial-peer voice 10 voip', 'voice-class sip transport switch udp tcp');
    await router.configure('dial-peer voice 20 voip', 'voice-class sip tenant 5');
    assert.match((await router.csim('9001', '0/3/1')).join(), /setup failed = 0/);
    assert.equal(udp.count('INVITE'), 1);
    await router.csim('8001', '0/3/1');
    await router.csim('7001', '0/3/1');
    assert.deepEqual([both.udp.count('INVITE'), both.tcp.count('INVITE')], [1, 1]);
    await scene.pass(1000);
    router.assertIdle();
  }),
);

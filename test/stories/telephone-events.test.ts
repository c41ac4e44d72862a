import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatagramSocket } from '../../src/io/index.ts';
import { sipToSip, voip } from './configurations.ts';
import { Phone } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

const relays = 'dtmf-relay rtp-nte';

/** A telephone with its RTP: what it hears is noted by payload type, the marker bit with it. */
interface Talker {
  readonly phone: Phone;
  readonly heard: number[];
  say(...types: readonly number[]): void;
}

async function talker(scene: Scene, host: string, events: number): Promise<Talker> {
  const here = scene.world.host([host]);
  const phone = await Phone.open(here, host, { events });
  const heard: number[] = [];
  const socket: DatagramSocket = await here.network.bindUdp(
    { host, port: 20_000 },
    { received: (data) => void heard.push(data[1] ?? -1), failed: (error) => assert.fail(error) },
  );
  const say = (...types: readonly number[]): void => {
    const body = (phone.newest('200 INVITE') ?? phone.newest('ACK') ?? phone.newest('INVITE'))?.body ?? '';
    const offer = body === '' ? (phone.newest('INVITE')?.body ?? '') : body;
    const port = Number(/^m=audio (\d+)/m.exec(offer)?.[1]);
    for (const type of types)
      socket.send(Buffer.from([0x80, type, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 5, 0x8a, 0, 160]), { host: '10.0.0.1', port });
  };
  return { phone, heard, say };
}

interface Cast {
  readonly near: Talker;
  readonly far: Talker;
  readonly west: Router;
}

/** Two telephones that number telephone events differently, and the dial peers of either side. */
async function talking(scene: Scene, nearLine = relays, farLine = relays): Promise<Cast> {
  const peers = `${voip(10, '9', '10.0.0.3', farLine)}${voip(11, '8', '10.0.0.4', nearLine, 'incoming called-number 9')}`;
  const west = await scene.router('10.0.0.1', `${sipToSip}${peers}`);
  const far = await talker(scene, '10.0.0.3', 96);
  const near = await talker(scene, '10.0.0.4', 97);
  await scene.during(near.phone.call('9', '10.0.0.1'));
  await scene.pass(3000);
  return { west, near, far };
}

const formats = (body: string | undefined): string => /^m=audio \d+ RTP\/AVP (.*?)\r/m.exec(body ?? '')?.[1] ?? '';

async function over(scene: Scene, { near, west }: Cast): Promise<void> {
  near.phone.hangUp();
  await scene.pass(3000);
  west.assertIdle();
}

test(
  'telephone events of two telephones with different payload types reach each in its own, the marker bit and the audio as they were',
  story(async (scene) => {
    const cast = await talking(scene);
    const { near, far } = cast;
    assert.equal(formats(far.phone.newest('INVITE')?.body), '0 101');
    assert.equal(formats(near.phone.newest('200 INVITE')?.body), '0 97');
    near.say(0, 0x80 | 97, 97);
    // The answer named 96 for what it wants to hear; what it sends bears the number of the offer (RFC 3264 5.1).
    far.say(0, 0x80 | 101, 101);
    await scene.pass(100);
    assert.deepEqual(far.heard, [0, 0x80 | 96, 96]);
    assert.deepEqual(near.heard, [0, 0x80 | 97, 97]);
    await over(scene, cast);
  }),
);

test(
  'a change in mid-call that renumbers telephone events is followed in both directions',
  story(async (scene) => {
    const cast = await talking(scene);
    const { near, far } = cast;
    near.phone.ask('INVITE', [], near.phone.describe('sendrecv', '0 110'));
    await scene.pass(1000);
    assert.equal(formats(near.phone.newest('200 INVITE')?.body), '0 110');
    near.say(110);
    far.say(101);
    await scene.pass(100);
    assert.deepEqual([far.heard, near.heard], [[96], [110]]);
    await over(scene, cast);
  }),
);

for (const [what, nearLine, farLine, offered, answered] of [
  ['the calling side', 'no dtmf-relay', relays, '0', '0'],
  ['the called side', relays, 'no dtmf-relay', '0', '0'],
] as const) {
  test(
    `where ${what} relays no telephone events, neither side is told that they would arrive, and none are sent to it`,
    story(async (scene) => {
      const cast = await talking(scene, nearLine, farLine);
      const { near, far } = cast;
      assert.equal(formats(far.phone.newest('INVITE')?.body), offered);
      assert.equal(formats(near.phone.newest('200 INVITE')?.body), answered);
      near.say(0);
      far.say(0);
      await scene.pass(100);
      assert.deepEqual([far.heard, near.heard], [[0], [0]]);
      await over(scene, cast);
    }),
  );
}

const info = (signal: string): readonly [string, readonly string[], string] => [
  'INFO',
  ['Content-Type: application/dtmf-relay'],
  `Signal=${signal}\r\nDuration=160\r\n`,
];
const keysHeard = ({ phone }: Talker): string[] =>
  phone.messages.filter(({ method, status }) => method === 'INFO' && status === 0).map(({ body }) => body);

test(
  'keys in INFO go on in INFO, in both directions, in their order and once, and the call goes on',
  story(async (scene) => {
    const cast = await talking(scene, 'dtmf-relay sip-info', 'dtmf-relay sip-info');
    const { near, far, west } = cast;
    for (const key of ['1', '*', 'D']) near.phone.ask(...info(key));
    far.phone.ask(...info('#'));
    await scene.pass(1000);
    assert.deepEqual(
      keysHeard(far),
      ['1', '*', 'D'].map((key) => `Signal=${key}\r\nDuration=160\r\n`),
    );
    assert.deepEqual(keysHeard(near), ['Signal=#\r\nDuration=160\r\n']);
    assert.equal(near.phone.count('200 INFO'), 3);
    assert.match((await west.show('show sip-ua calls')).join('\n'), /Negotiated Dtmf-relay {4}: sip-info/);
    await over(scene, cast);
  }),
);

test(
  'a key in telephone events goes on in one INFO, with its duration, where the other side takes those, and no event is sent to it',
  story(async (scene) => {
    const cast = await talking(scene, relays, 'dtmf-relay sip-info');
    const { near, far, west } = cast;
    assert.equal(formats(near.phone.newest('200 INVITE')?.body), '0 97');
    near.say(97, 97, 0, 97);
    await scene.pass(1000);
    assert.deepEqual(keysHeard(far), ['Signal=5\r\nDuration=20\r\n']);
    assert.deepEqual(far.heard, [0]);
    // There is nobody yet who makes telephone events of an INFO.
    far.phone.ask(...info('7'));
    await scene.pass(1000);
    assert.equal(far.phone.count('488 INFO'), 1);
    assert.match((await west.show('show sip-ua calls')).join('\n'), /Negotiated Dtmf-relay {4}: rtp-nte/);
    await over(scene, cast);
  }),
);

test(
  'where both sides agreed on telephone events a key that comes in INFO too is not pressed twice',
  story(async (scene) => {
    const both = 'dtmf-relay rtp-nte sip-info';
    const cast = await talking(scene, both, both);
    const { near, far } = cast;
    near.say(97);
    near.phone.ask(...info('5'));
    await scene.pass(1000);
    assert.deepEqual([far.heard, keysHeard(far), near.phone.count('200 INFO')], [[96], [], 1]);
    await over(scene, cast);
  }),
);

test(
  'a key in INFO is refused where the dial peer does not say sip-info, and reaches nobody',
  story(async (scene) => {
    const cast = await talking(scene, 'no dtmf-relay', 'dtmf-relay sip-info');
    const { near, far } = cast;
    near.phone.ask(...info('5'));
    await scene.pass(1000);
    assert.deepEqual([near.phone.count('415 INFO'), keysHeard(far)], [1, []]);
    await over(scene, cast);
  }),
);

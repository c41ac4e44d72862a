import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, voip } from './configurations.ts';
import type { Heard, Phone, PhoneOptions } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

const codecs = 'voice class codec 1\n codec preference 1 g711ulaw\n codec preference 2 g711alaw\n';

interface Cast {
  readonly west: Router;
  readonly near: Phone;
  readonly far: Phone;
}

/** Two telephones that talk through the gateway. */
async function talking(scene: Scene, options: PhoneOptions = {}, more = ''): Promise<Cast> {
  const peers = `${voip(10, '9', '10.0.0.3', 'voice-class codec 1')}${voip(11, '8', '10.0.0.4', 'voice-class codec 1', 'incoming called-number 9')}`;
  const west = await scene.router('10.0.0.1', `${sipToSip}${codecs}${peers}${more}`);
  const far = await scene.phone('10.0.0.3', options);
  const near = await scene.phone('10.0.0.4', options);
  await scene.during(near.call('9', '10.0.0.1'));
  await scene.pass(3000);
  assert.deepEqual(west.legs, ['sip active', 'sip active']);
  return { west, near, far };
}

/** The `o=` version, the codecs and the direction that a description names, and whose address. */
function described(message: Heard | undefined): string {
  const body = message?.body ?? '';
  const at = (pattern: RegExp): string => pattern.exec(body)?.[1] ?? '-';
  return `${at(/^c=IN IP4 (\S+)/m)} ${at(/^m=audio \d+ RTP\/AVP (.*?)\r/m)} ${at(/^a=(sendonly|recvonly|inactive)/m)}`;
}

const version = (message: Heard | undefined): number => Number(/^o=\S+ \S+ (\d+)/m.exec(message?.body ?? '')?.[1]);

/** A change of the call: a re-INVITE of one telephone, and what follows of it within a second. */
type Change = (phone: Phone, direction: 'sendrecv' | 'sendonly') => Promise<void>;

function changing(scene: Scene): Change {
  return async (phone, direction) => {
    phone.ask('INVITE', [], phone.describe(direction));
    await scene.pass(1000);
  };
}

/** A story of a call that stands when it begins, and is hung up when it is over. */
function calling(play: (set: Cast & { readonly scene: Scene; readonly change: Change }) => Promise<void>) {
  return story(async (scene) => {
    const cast = await talking(scene);
    await play({ ...cast, scene, change: changing(scene) });
    await hangUp(scene, cast);
  });
}

async function hangUp(scene: Scene, { west, near }: Cast): Promise<void> {
  near.hangUp();
  await scene.pass(3000);
  west.assertIdle();
}

test(
  'a hold and its end pass from either telephone to the other, which says what it is told, and our address stands in all',
  calling(async ({ west, near, far, change }) => {
    for (const [holds, held] of [
      [near, far],
      [far, near],
    ] as const) {
      const before = version(held.newest('INVITE') ?? held.newest('200 INVITE'));
      await change(holds, 'sendonly');
      assert.equal(described(held.newest('INVITE')), '10.0.0.1 0 sendonly');
      assert.equal(described(holds.newest('200 INVITE')), '10.0.0.1 0 recvonly');
      assert.ok(version(held.newest('INVITE')) > before);
      assert.deepEqual(west.legs, ['sip held', 'sip held']);
      await change(holds, 'sendrecv');
      assert.equal(described(held.newest('INVITE')), '10.0.0.1 0 -');
      assert.equal(described(holds.newest('200 INVITE')), '10.0.0.1 0 -');
      assert.deepEqual(west.legs, ['sip active', 'sip active']);
    }
  }),
);

test(
  'who is held and holds too hears it when the other takes the call back',
  calling(async ({ near, far, change }) => {
    far.says = 'inactive';
    await change(near, 'sendonly');
    assert.equal(described(near.newest('200 INVITE')), '10.0.0.1 0 inactive');
    far.says = 'sendonly';
    await change(near, 'sendrecv');
    assert.equal(described(near.newest('200 INVITE')), '10.0.0.1 0 sendonly');
  }),
);

test(
  'a hold as RFC 2543 wrote it, at address 0.0.0.0, is passed on as sendonly',
  calling(async ({ scene, near, far }) => {
    near.ask('INVITE', [], near.describe('sendrecv').replace('c=IN IP4 10.0.0.4', 'c=IN IP4 0.0.0.0'));
    await scene.pass(1000);
    assert.equal(described(far.newest('INVITE')), '10.0.0.1 0 sendonly');
  }),
);

test(
  'a change waits for the other telephone, and is answered when that has answered',
  calling(async ({ scene, near, far }) => {
    far.takesChange = 'ring';
    near.ask('INVITE', [], near.describe('sendonly'));
    await scene.pass(20_000);
    assert.equal(near.count('200 INVITE'), 1);
    assert.equal(near.heard.at(-1), '100 INVITE');
    near.ask('UPDATE', [], near.describe('sendrecv'));
    await scene.pass(100);
    assert.equal(near.heard.at(-1), '500 UPDATE', 'one after the other');
    far.answerChange(200);
    await scene.pass(100);
    assert.equal(near.count('200 INVITE'), 2);
  }),
);

test(
  'what the other telephone refuses is refused with the same status, and both stay as they were',
  calling(async ({ west, near, far, change }) => {
    for (const [takes, told] of [
      [488, 488],
      [606, 606],
      [403, 403],
      [487, 500],
    ] as const) {
      far.takesChange = takes;
      await change(near, 'sendonly');
      assert.equal(near.count(`${told} INVITE`), 1);
      assert.deepEqual(west.legs, ['sip active', 'sip active']);
    }
    far.takesChange = 200;
    await change(near, 'sendonly');
    assert.deepEqual(west.legs, ['sip held', 'sip held']);
  }),
);

test(
  'a refresh that changes nothing is answered here, with the description that was sent before',
  calling(async ({ scene, near, far }) => {
    const invites = far.count('INVITE');
    const same = near.describe('sendonly');
    for (let times = 0; times < 3; times++) {
      near.ask('INVITE', [], same);
      await scene.pass(1000);
    }
    near.ask('UPDATE');
    await scene.pass(1000);
    assert.equal(far.count('INVITE'), invites + 1);
    assert.equal(near.count('200 INVITE'), 4);
    const [first, ...later] = near.messages
      .filter(({ status, method }) => status === 200 && method === 'INVITE')
      .slice(1);
    for (const answer of later) assert.equal(answer.body, first?.body);
  }),
);

test(
  'another codec and another address pass on; a codec that the other dial peer does not allow goes no further',
  calling(async ({ scene, west, near, far }) => {
    near.ask('INVITE', [], near.describe('sendrecv', '8 101', 24_000));
    await scene.pass(1000);
    assert.equal(described(far.newest('INVITE')), '10.0.0.1 8 -');
    assert.equal(described(near.newest('200 INVITE')), '10.0.0.1 8 -');
    const { legs } = west.gateway.world.calls.activeCalls();
    assert.deepEqual(
      legs.map(({ codec, sip }) => `${codec} ${sip?.remoteMedia?.port}`),
      ['g711alaw 24000', 'g711alaw 20000'],
    );
    const invites = far.count('INVITE');
    near.ask('INVITE', [], near.describe('sendrecv', '18'));
    await scene.pass(1000);
    assert.equal(near.count('488 INVITE'), 1);
    assert.equal(far.count('INVITE'), invites);
  }),
);

test(
  'a re-INVITE without an offer asks the other telephone for one, and its ACK carries the answer on',
  calling(async ({ scene, west, near, far }) => {
    far.says = 'sendonly';
    near.says = 'recvonly';
    near.ask('INVITE');
    await scene.pass(1000);
    assert.equal(far.newest('INVITE')?.body, '');
    assert.equal(described(near.newest('200 INVITE')), '10.0.0.1 0 sendonly');
    assert.equal(described(far.newest('ACK')), '10.0.0.1 0 recvonly');
    assert.deepEqual(west.legs, ['sip held', 'sip held']);
    far.takesChange = 480;
    near.ask('INVITE');
    await scene.pass(1000);
    assert.equal(near.count('480 INVITE'), 1);
  }),
);

test(
  'an UPDATE with an offer goes on as one where the other telephone takes it, else as a re-INVITE',
  story(async (scene) => {
    for (const [headers, how] of [
      [['Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE'], 'UPDATE'],
      [['Allow: INVITE, ACK, BYE, CANCEL, OPTIONS'], 'INVITE'],
    ] as const) {
      const cast = await talking(scene, { headers });
      const { west, near, far } = cast;
      near.ask('UPDATE', [], near.describe('sendonly'));
      await scene.pass(1000);
      assert.equal(described(far.newest(how)), '10.0.0.1 0 sendonly');
      assert.equal(described(near.newest('200 UPDATE')), '10.0.0.1 0 recvonly');
      await hangUp(scene, cast);
      near.close();
      far.close();
      await scene.during(west.gateway.stop());
    }
  }),
);

test(
  'changes that cross are refused with 491 on each side, and ours is made again in its time',
  calling(async ({ scene, west, near, far }) => {
    far.takesChange = 491;
    near.ask('INVITE', [], near.describe('sendonly'));
    far.ask('INVITE', [], far.describe('inactive'));
    await scene.pass(100);
    assert.equal(far.count('491 INVITE'), 1, 'theirs');
    assert.equal(far.count('INVITE'), 2, 'and ours');
    far.takesChange = 200;
    // The gateway made that Call-ID, so that it waits longer than two seconds, and no longer than four.
    await scene.pass(1900);
    assert.equal(far.count('INVITE'), 2);
    await scene.pass(2200);
    assert.equal(far.count('INVITE'), 3);
    assert.equal(near.count('200 INVITE'), 2);
    assert.deepEqual(west.legs, ['sip held', 'sip held']);
  }),
);

test(
  'a telephone that changes the call while its change waits for the other leg is told 491, and not for ever',
  calling(async ({ scene, near, far, change }) => {
    far.takesChange = 'ring';
    await change(near, 'sendonly');
    far.ask('UPDATE', [], far.describe('inactive'));
    await scene.pass(100);
    assert.equal(far.count('491 UPDATE'), 1);
    far.answerChange(200);
    await scene.pass(1000);
    far.ask('UPDATE', [], far.describe('sendrecv'));
    await scene.pass(1000);
    assert.equal(far.count('200 UPDATE'), 1);
  }),
);

test(
  'a change that is taken back is taken back on the other leg too',
  calling(async ({ scene, west, near, far, change }) => {
    far.takesChange = 'ring';
    await change(near, 'sendonly');
    near.cancel();
    await scene.pass(1000);
    assert.equal(near.count('487 INVITE'), 1);
    assert.equal(far.count('CANCEL'), 1);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
  }),
);

test(
  'who took a change that was taken back is put as before',
  calling(async ({ scene, west, near, far, change }) => {
    far.takesChange = 'ring';
    await change(near, 'sendonly');
    near.cancel();
    far.answerChange(200);
    far.takesChange = 200;
    await scene.pass(2000);
    assert.equal(near.count('487 INVITE'), 1);
    assert.equal(described(far.newest('INVITE')), '10.0.0.1 0 -');
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
  }),
);

test(
  'a telephone that works on a change for ever is asked no longer than an INVITE is valid, and the call goes on',
  calling(async ({ scene, west, near, far }) => {
    far.takesChange = 'ring';
    near.ask('INVITE', [], near.describe('sendonly'));
    await scene.pass(185_000);
    assert.equal(far.count('CANCEL'), 1);
    assert.equal(near.count('500 INVITE'), 1);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
  }),
);

test(
  'a call that ends while it is changed ends on both sides, and the change is refused',
  story(async (scene) => {
    for (const transport of ['udp', 'tcp'] as const) {
      const cast = await talking(
        scene,
        { transport },
        `sip-ua\n timers expires 60000\nvoice service voip\n sip\n  session transport ${transport}\n`,
      );
      const { west, near, far } = cast;
      far.takesChange = 'ring';
      await changing(scene)(near, 'sendonly');
      far.hangUp();
      await scene.pass(3000);
      assert.equal(near.count('487 INVITE'), 1);
      assert.equal(near.count('BYE'), 1);
      west.assertIdle();
      near.close();
      far.close();
      await scene.during(west.gateway.stop());
    }
  }),
);

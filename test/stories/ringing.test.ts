import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import type { Phone } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

const minute = 60_000;

/** It says again and again that it rings, and never anything else. */
async function ringsForEver(scene: Scene, headers: readonly string[]): Promise<() => Promise<void>> {
  const phone = await scene.phone('10.0.0.3', { takes: 'ring', headers });
  return async () => {
    for (let i = 0; i < 20 && phone.count('CANCEL') === 0; i++) {
      await scene.pass(30_000);
      if (phone.count('CANCEL') === 0) phone.answer(180);
    }
    await scene.pass(1000);
    assert.equal(phone.count('INVITE'), 1);
    assert.equal(phone.count('CANCEL'), 1);
  };
}

/** What it was answered last; it is asked now and then whether it is there. */
function answer({ heard }: Phone): string | undefined {
  return heard.findLast((line) => line.endsWith(' INVITE'));
}

function ended(router: Router): number | undefined {
  router.assertIdle();
  return router.gateway.world.calls.records().at(-1)?.cause;
}

for (const [what, lines, minutes, ...headers] of [
  ['three minutes', [], 3],
  ['as long as timers expires says', ['timers expires 60000'], 1],
  ['no longer for a high retry invite', ['timers expires 120000', 'retry invite 10'], 2],
  ['a minute where it says so reliably', ['timers expires 60000'], 1, 'Supported: 100rel'],
] as const) {
  test(
    `a called leg that rings for ever, and says so again and again, is cancelled after ${what}`,
    story(async (scene) => {
      const sipUa = `sip-ua\n${lines.map((line) => ` ${line}\n`).join('')}`;
      const router = await scene.router('10.0.0.1', `${sipToSip}${telephones}${voip(10, '9', '10.0.0.3')}${sipUa}`);
      const rings = await ringsForEver(scene, headers);
      const caller = await scene.phone('10.0.0.4');
      await scene.during(caller.call('9', '10.0.0.1'));
      await scene.pass((minutes - 0.2) * minute);
      assert.equal(answer(caller), '180 INVITE');
      await rings();
      assert.equal(answer(caller), '504 INVITE');
      assert.equal(ended(router), 102);
    }),
  );
}

test(
  'a telephone that nobody answers rings as long as timeouts ringing says, without end if it says so, until the caller is gone',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', `${telephones}${voip(10, '9', '10.0.0.3')}`);
    await router.configure('voice-port 0/3/1', 'device no-answer', 'timeouts ringing 30');
    const caller = await scene.phone('10.0.0.3');
    await scene.during(caller.call('777', '10.0.0.1'));
    await scene.pass(29_000);
    assert.equal(answer(caller), '180 INVITE');
    await scene.pass(2000);
    assert.equal(answer(caller), '480 INVITE');
    await router.configure('voice-port 0/3/1', 'timeouts ringing infinity');
    assert.match(router.gateway.configuration(), /\n timeouts ringing infinity\n/);
    await scene.during(caller.call('777', '10.0.0.1'));
    await scene.pass(60 * minute);
    assert.deepEqual(router.legs.length, 2, 'the caller is asked now and then, and is there');
    caller.cancel();
    await scene.pass(1000);
    router.assertIdle();
    await scene.during(caller.call('777', '10.0.0.1'));
    await scene.pass(1000);
    caller.close();
    await scene.pass(5 * minute);
    router.assertIdle();
  }),
);

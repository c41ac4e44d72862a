import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbours } from './configurations.ts';
import { Guard } from './guard.ts';
import { Registrar } from './registrar.ts';
import { type Router, type Scene, story } from './scene.ts';

const configuration = `${neighbours}sip-ua
 credentials number 5551 username alice password opensesame realm r
 registrar ipv4:10.0.0.9 expires 600
`;

/** A number that is registered, and a refresh that the registrar has not answered yet. */
async function refreshing(scene: Scene): Promise<{ router: Router; registrar: Registrar; guard: Guard }> {
  const registrar = new Registrar(() => scene.world.clock.monotonic());
  const guard = new Guard('r', 'REGISTER');
  await scene.phone('10.0.0.9', { registrar, guard });
  const router = await scene.router('10.0.0.1', configuration);
  await scene.pass(1000);
  assert.equal(registrar.bindings.size, 1);
  registrar.refuses = 'silently';
  await scene.pass(480_000);
  assert.equal(registrar.heard.at(-1)?.expires, 600);
  return { router, registrar, guard };
}

const ways: Readonly<Record<string, (scene: Scene, router: Router) => Promise<void>>> = {
  'no registrar': async (_, router) => void (await router.configure('sip-ua', 'no registrar')),
  'the gateway stops': async (scene, router) => scene.during(router.gateway.stop()),
};

for (const [what, withdraw] of Object.entries(ways)) {
  test(
    `${what} while a refresh is under way: its challenge is answered by the removal, and nothing stays at the registrar`,
    story(async (scene) => {
      const { router, registrar, guard } = await refreshing(scene);
      guard.age();
      registrar.refuses = undefined;
      // The refresh is repeated, is told that its nonce is old, and by then is not wanted any more.
      await withdraw(scene, router);
      await scene.pass(5000);
      assert.equal(registrar.heard.at(-1)?.expires, 0);
      assert.equal(registrar.bindings.size, 0);
      assert.equal(router.logged('UNREGISTERED').length, 1);
    }),
  );
}

test(
  'a refresh that is refused when nobody wants it is followed by the removal',
  story(async (scene) => {
    const { router, registrar } = await refreshing(scene);
    await router.configure('sip-ua', 'no registrar');
    registrar.minimumSeconds = 3000;
    registrar.refuses = undefined;
    await scene.pass(5000);
    assert.equal(registrar.heard.at(-2)?.expires, 600, 'too brief for it');
    assert.equal(registrar.bindings.size, 0);
  }),
);

const refusals = {
  'is refused': [{ status: 403, headers: [] }, /: 403 .*; it may be kept there for 5\d\d seconds/],
  'asks too little for a registrar that counts it as a time': [
    { status: 423, headers: ['Min-Expires: 60'] },
    /: 423 wants 60 seconds; it may/,
  ],
  'has no answer': ['silently', /: no answer; it may be kept there for 5\d\d seconds/],
} as const;

for (const [what, [refusal, reason]] of Object.entries(refusals)) {
  test(
    `a removal that ${what} is told as what it is, and not as done`,
    story(async (scene) => {
      const registrar = new Registrar(() => scene.world.clock.monotonic());
      await scene.phone('10.0.0.9', { registrar });
      const router = await scene.router('10.0.0.1', configuration);
      await scene.pass(1000);
      registrar.refuses = refusal;
      await router.configure('sip-ua', 'no registrar');
      await scene.pass(60_000);
      assert.match(router.logged('UNREGISTER_FAILED').join(), reason);
      assert.deepEqual(router.logged('UNREGISTERED'), []);
      assert.equal(router.gateway.world.sip.registrations().rows.length, 0);
    }),
  );
}

test(
  'a gateway that stops and is not answered says what it leaves behind, and a number that was taken back is told once',
  story(async (scene) => {
    const registrar = new Registrar(() => scene.world.clock.monotonic());
    await scene.phone('10.0.0.9', { registrar });
    const router = await scene.router(
      '10.0.0.1',
      `${configuration} credentials number 5552 username alice password opensesame realm r\n`,
    );
    await scene.pass(1000);
    await router.configure('sip-ua', 'no credentials number 5552 username alice');
    await scene.pass(1000);
    registrar.refuses = 'silently';
    await scene.during(router.gateway.stop());
    assert.match(router.logged('UNREGISTERED').join('|'), /^[^|]*5552[^|]*$/);
    assert.match(router.logged('UNREGISTER_FAILED').join('|'), /^[^|]*5551[^|]*did not wait longer[^|]*$/);
  }),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guard } from './guard.ts';
import { Phone, type PhoneOptions } from './phone.ts';
import { Registrar } from './registrar.ts';
import { story } from './scene.ts';

const seeds = 6;
const count = 12;
const numbers = Array.from({ length: count }, (_, i) => String(5000 + i));

/** Numbers from 0 to 1 that follow from the seed alone. */
function chance(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

for (let seed = 1; seed <= seeds; seed++) {
  test(
    `whatever a registrar does for hours, all numbers come back when it is well, and none stays at the end (seed ${seed})`,
    story(async (scene) => {
      const draw = chance(seed);
      const transport = draw() < 0.5 ? 'tcp' : 'udp';
      const registrar = new Registrar(() => scene.world.clock.monotonic());
      const guard = new Guard('r', 'REGISTER');
      const options: PhoneOptions = { transport, registrar, guard };
      const host = scene.world.host(['10.0.0.9']);
      let phone: Phone | undefined = await Phone.open(host, '10.0.0.9', options);
      const router = await scene.router(
        '10.0.0.1',
        [
          'sip-ua',
          ...numbers.map((number) => ` credentials number ${number} username alice password opensesame realm r`),
          ' registration spike 5',
          ` registrar ipv4:10.0.0.9 expires 300${transport === 'tcp' ? ' tcp' : ''}`,
          '',
        ].join('\n'),
      );
      const becomes = (change: object) => () => void Object.assign(registrar, change);
      const faults: readonly (() => void | Promise<void>)[] = [
        becomes({ refuses: 'silently' }),
        becomes({ refuses: { status: 500, headers: [] } }),
        becomes({ refuses: { status: 503, headers: ['Retry-After: 30'] } }),
        becomes({ refuses: { status: 200, headers: ['Expires: 0'] } }),
        becomes({ refuses: undefined }),
        becomes({ minimumSeconds: 600 }),
        becomes({ minimumSeconds: 0 }),
        becomes({ grantsSeconds: 20 }),
        becomes({ grantsSeconds: undefined }),
        () => guard.age(),
        () => {
          phone?.close();
          phone = undefined;
          registrar.bindings.clear();
        },
        async () => {
          phone ??= await Phone.open(host, '10.0.0.9', options);
        },
        () =>
          router.configure(
            'sip-ua',
            `registrar ipv4:10.0.0.9 expires ${draw() < 0.5 ? 300 : 400}${transport === 'tcp' ? ' tcp' : ''}`,
          ),
        () =>
          router.configure(
            'sip-ua',
            `no credentials number 5003 username alice`,
            `credentials number 5003 username alice password opensesame realm r`,
          ),
      ];
      for (let step = 0; step < 30; step++) {
        await faults[Math.floor(draw() * faults.length)]?.();
        await scene.pass(Math.floor(draw() * 300_000));
      }
      becomes({ refuses: undefined, minimumSeconds: 0, grantsSeconds: undefined })();
      phone ??= await Phone.open(host, '10.0.0.9', options);
      // Longer than the longest wait.
      await scene.pass(2_000_000);
      assert.deepEqual([...registrar.bindings.keys()].sort(), numbers);
      const { rows } = router.gateway.world.sip.registrations();
      assert.deepEqual(
        rows.map(({ number, registered, failures }) => [number, registered, failures]),
        numbers.map((number) => [number, true, 0]),
      );
      await scene.during(router.gateway.stop());
      assert.deepEqual([...registrar.bindings.keys()], []);
      phone.close();
    }),
  );
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbours } from './configurations.ts';
import type { Answer } from './guard.ts';
import type { Heard } from './phone.ts';
import { Registrar } from './registrar.ts';
import { story } from './scene.ts';

const configuration = `${neighbours}sip-ua
 credentials number 5551 username alice password opensesame realm r
 registrar ipv4:10.0.0.9 expires 600
`;

const failures = {
  'a refusal': { status: 403, headers: [] },
  'a registrar that is busy for an hour': { status: 503, headers: ['Retry-After: 3600'] },
};

for (const [what, answer] of Object.entries(failures)) {
  test(
    `after ${what} only a change that the registration goes by has it tried before its time`,
    story(async (scene) => {
      const registrar = new Registrar(() => scene.world.clock.monotonic());
      registrar.refuses = answer;
      await scene.phone('10.0.0.9', { registrar });
      const router = await scene.router('10.0.0.1', configuration);
      await scene.pass(1000);
      assert.equal(registrar.heard.length, 1);
      const others: readonly (readonly string[])[] = [
        ['sip-ua', 'max-forwards 40'],
        ['dial-peer voice 99 voip', 'description x'],
        ['ip domain name example.com'],
        ['sip-ua', 'credentials number 5559 username robert password opensesame realm q'],
        ['sip-ua', 'timers register 700'],
      ];
      for (const lines of others) {
        await router.configure(...lines);
        await scene.pass(3000);
        assert.equal(registrar.heard.filter(({ to }) => to === '5551').length, 1, lines.join());
      }
      await router.configure('sip-ua', 'credentials number 5551 username alice password otherwise realm r');
      await scene.pass(3000);
      assert.equal(registrar.heard.filter(({ to }) => to === '5551').length, 2);
    }),
  );
}

test(
  'a change while a REGISTER is under way is followed as soon as that is answered, not at the next refresh',
  story(async (scene) => {
    const registrar = new Registrar(() => scene.world.clock.monotonic());
    registrar.refuses = 'silently';
    await scene.phone('10.0.0.9', { registrar });
    const router = await scene.router('10.0.0.1', configuration);
    await scene.pass(100);
    await router.configure('sip-ua', 'registrar ipv4:10.0.0.9 expires 1200');
    await scene.pass(100);
    registrar.refuses = undefined;
    await scene.pass(2000);
    assert.deepEqual(registrar.heard.map(({ expires }) => expires).slice(-2), [600, 1200]);
    const [row] = router.gateway.world.sip.registrations().rows;
    assert.deepEqual([row?.registered, (row?.expiresSeconds ?? 0) > 1100], [true, true]);
  }),
);

/** Challenges; hears the first proof without a word while it is slow, and then does not take it. Any other is good enough. */
class Slow extends Registrar {
  isSlow = true;
  #first: string | undefined;

  override register(request: Heard): Answer | undefined {
    const proof = request.headers.get('authorization')?.[0];
    if (proof !== undefined) this.#first ??= proof;
    if (proof !== undefined && proof !== this.#first) return super.register(request);
    if (proof !== undefined && this.isSlow) return undefined;
    return { status: 401, headers: ['WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'] };
  }

  get hasProof(): boolean {
    return this.#first !== undefined;
  }
}

test(
  'credentials that are changed while those before are judged have the number registered with them at once',
  story(async (scene) => {
    const registrar = new Slow(() => scene.world.clock.monotonic());
    await scene.phone('10.0.0.9', { registrar });
    const router = await scene.router('10.0.0.1', configuration);
    await scene.pass(100);
    assert.equal(registrar.hasProof, true);
    await router.configure('sip-ua', 'credentials number 5551 username alice password openbarley realm r');
    registrar.isSlow = false;
    await scene.pass(2000);
    assert.equal(registrar.bindings.size, 1);
    assert.equal(router.logged('REGISTER_FAILED').length, 0);
  }),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbours } from './configurations.ts';
import { Guard } from './guard.ts';
import type { Phone } from './phone.ts';
import { Registrar } from './registrar.ts';
import { type Scene, story } from './scene.ts';

const sipUa = (...lines: readonly string[]) => `${neighbours}sip-ua\n${lines.map((line) => ` ${line}\n`).join('')}`;
const credentials = 'credentials number 5551 username alice password opensesame realm r';

function registrarOf(scene: Scene): Registrar {
  return new Registrar(() => scene.world.clock.monotonic());
}

/** A registrar that sends everybody on, to what these Contact values name. */
function sending(scene: Scene, ...contacts: readonly string[]): Registrar {
  const registrar = registrarOf(scene);
  registrar.refuses = { status: 302, headers: contacts.map((contact) => `Contact: ${contact}`) };
  return registrar;
}

function proofsHeard({ messages }: Phone): number {
  return messages.filter(({ headers }) => headers.has('authorization') || headers.has('proxy-authorization')).length;
}

test(
  'whoever the registrar sends us on to is shown no credentials, though he challenges in the same realm',
  story(async (scene) => {
    const guard = new Guard('r', 'REGISTER');
    await scene.phone('10.0.0.9', { registrar: sending(scene, '<sip:10.0.0.9:5070>'), guard });
    const registrar = registrarOf(scene);
    const stranger = await scene.phone('10.0.0.9', { registrar, port: 5070, guard: new Guard('r', 'REGISTER') });
    const router = await scene.router('10.0.0.1', sipUa('registrar ipv4:10.0.0.9', credentials));
    await scene.pass(1000);
    assert.equal(guard.proofs.length, 1, 'the registrar itself is shown them');
    assert.equal(stranger.count('REGISTER'), 1);
    assert.equal(proofsHeard(stranger), 0);
    assert.equal(registrar.bindings.size, 0);
    assert.match(router.logged('REGISTER_FAILED').join(), /401: nothing is proved where the registrar sends us on to/);
  }),
);

test(
  'whoever the registrar sends us on to takes the number where he wants no proof',
  story(async (scene) => {
    const guard = new Guard('r', 'REGISTER');
    await scene.phone('10.0.0.9', { registrar: sending(scene, '<sip:10.0.0.8>'), guard });
    const registrar = registrarOf(scene);
    const other = await scene.phone('10.0.0.8', { registrar });
    await scene.router('10.0.0.1', sipUa('registrar ipv4:10.0.0.9', credentials));
    await scene.pass(1000);
    assert.equal(registrar.bindings.size, 1);
    assert.equal(proofsHeard(other), 0);
  }),
);

test(
  'the registrar itself is shown credentials by the transport it sends us on to',
  story(async (scene) => {
    await scene.phone('10.0.0.9', { registrar: sending(scene, '<sip:10.0.0.9:5060;transport=tcp>') });
    const registrar = registrarOf(scene);
    const guard = new Guard('r', 'REGISTER');
    await scene.phone('10.0.0.9', { registrar, transport: 'tcp', guard });
    await scene.router('10.0.0.1', sipUa('registrar ipv4:10.0.0.9', credentials));
    await scene.pass(1000);
    assert.equal(guard.proofs.length, 1);
    assert.equal(registrar.bindings.size, 1);
  }),
);

const refusals = {
  'does not want us': { status: 403, headers: [] },
  'cannot take us': { status: 503, headers: [] },
  'wants a proof': { status: 401, headers: ['WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'] },
  'says nothing': 'silently',
} as const;

for (const [what, refusal] of Object.entries(refusals)) {
  test(
    `of the places a registrar names the preferred is asked first, and the next where that one ${what}`,
    story(async (scene) => {
      await scene.phone('10.0.0.9', { registrar: sending(scene, '<sip:10.0.0.7>;q=0.3', '<sip:10.0.0.8>;q=0.8') });
      const [second, first] = [registrarOf(scene), registrarOf(scene)];
      first.refuses = refusal;
      await scene.phone('10.0.0.7', { registrar: second });
      const preferred = await scene.phone('10.0.0.8', { registrar: first });
      const router = await scene.router('10.0.0.1', sipUa('registrar ipv4:10.0.0.9', credentials));
      await scene.pass(1000);
      assert.equal(preferred.count('REGISTER') > 0, true);
      await scene.pass(40_000);
      assert.equal(second.bindings.size, 1);
      assert.equal(router.logged('REGISTER_FAILED').length, 0);
    }),
  );
}

test(
  'a registrar whose places all fail has failed, and is asked itself the next time',
  story(async (scene) => {
    const sender = sending(scene, '<sip:10.0.0.7>', '<sip:10.0.0.8>');
    await scene.phone('10.0.0.9', { registrar: sender });
    const others = [registrarOf(scene), registrarOf(scene)];
    for (const [at, one] of others.entries()) {
      one.refuses = { status: 500 + at, headers: [] };
      await scene.phone(`10.0.0.${7 + at}`, { registrar: one });
    }
    const router = await scene.router('10.0.0.1', sipUa('registrar ipv4:10.0.0.9', credentials));
    await scene.pass(1000);
    assert.deepEqual(
      others.map(({ heard }) => heard.length),
      [1, 1],
    );
    assert.match(router.logged('REGISTER_FAILED').join(), /: 501 /);
    await scene.pass(60_000);
    assert.equal(sender.heard.length, 2);
  }),
);

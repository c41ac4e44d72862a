import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones } from './configurations.ts';
import { Guard } from './guard.ts';
import type { Phone, PhoneOptions } from './phone.ts';
import { Registrar } from './registrar.ts';
import { type Router, type Scene, story } from './scene.ts';

const sipUa = (...lines: readonly string[]) => `sip-ua\n${lines.map((line) => ` ${line}\n`).join('')}`;
const hour = 3_600_000;

interface Place {
  readonly registrar: Registrar;
  readonly phone: Phone;
}

async function registrarAt(scene: Scene, address: string, options: PhoneOptions = {}): Promise<Place> {
  const registrar = new Registrar(() => scene.world.clock.monotonic());
  return { registrar, phone: await scene.phone(address, { registrar, ...options }) };
}

async function statusOf(router: Router, words = ''): Promise<readonly string[]> {
  return (await router.show(`show sip-ua register status${words}`)).filter((line) => !line.startsWith('Router'));
}

for (const transport of ['udp', 'tcp'] as const) {
  test(
    `every number of a telephone port is registered over ${transport}, refreshed in time, and taken back at the end`,
    story(async (scene) => {
      const { registrar, phone } = await registrarAt(scene, '10.0.0.9', { transport });
      const words = transport === 'tcp' ? ' tcp' : '';
      const router = await scene.router('10.0.0.1', telephones + sipUa(`registrar ipv4:10.0.0.9 expires 600${words}`));
      await scene.pass(1000);
      assert.deepEqual(registrar.said, ['777 600 #1', '778 600 #1']);
      const parameter = transport === 'tcp' ? ';transport=tcp' : '';
      assert.equal(registrar.bindings.get('777'), `sip:777@10.0.0.1:5060${parameter}`);
      const [request] = phone.messages;
      assert.equal(request?.start, 'REGISTER sip:10.0.0.9 SIP/2.0');
      assert.match(request?.headers.get('from')?.[0] ?? '', /^<sip:777@10\.0\.0\.9>;tag=\w+$/);
      assert.equal(request?.headers.get('to')?.[0], '<sip:777@10.0.0.9>');
      assert.deepEqual(
        await statusOf(router),
        ['Line peer expires(sec) registered', '777  1     600         yes', '778  2     600         yes'].map((line) =>
          line.replace('600', '600'),
        ),
      );
      await scene.pass(478_000);
      assert.equal(registrar.heard.length, 2);
      await scene.pass(2000);
      assert.equal(registrar.heard.length, 4);
      const [first, second, third] = registrar.heard;
      assert.equal(third?.callId, first?.callId);
      assert.notEqual(second?.callId, first?.callId);
      assert.equal(third?.cseq, 2);
      assert.equal(router.logged('REGISTERED').length, 2);
      await scene.during(router.gateway.stop());
      assert.deepEqual(registrar.said.slice(-2), ['777 0 #3', '778 0 #3']);
      assert.equal(registrar.bindings.size, 0);
    }),
  );
}

test(
  'statistics count registrations, debug shows them, and the record is JSON',
  story(async (scene) => {
    await registrarAt(scene, '10.0.0.9');
    const router = await scene.router('10.0.0.1', telephones);
    await router.type('debug ccsip messages');
    await router.configure('sip-ua', 'registrar ipv4:10.0.0.9');
    await scene.pass(1000);
    const statistics = (await router.show('show sip-ua statistics')).join('\n');
    assert.match(statistics, /OkRegister 2\/0/);
    assert.match(statistics, /Register 0\/2/);
    assert.match(router.log.join('\n'), /Sent: \nREGISTER sip:10\.0\.0\.9 SIP\/2\.0/);
    const { rows } = JSON.parse((await router.show('show sip-ua register status | json')).join('\n'));
    assert.deepEqual(
      rows.map(({ number, registered }: { number: string; registered: boolean }) => [number, registered]),
      [
        ['777', true],
        ['778', true],
      ],
    );
  }),
);

test(
  'a challenge is answered; the nonce serves the refresh; a stale one is answered anew',
  story(async (scene) => {
    const guard = new Guard('example', 'REGISTER');
    const { registrar } = await registrarAt(scene, '10.0.0.9', { guard });
    const router = await scene.router(
      '10.0.0.1',
      sipUa(
        'credentials number 5551234 username alice password opensesame realm example',
        'registrar ipv4:10.0.0.9 expires 600',
      ),
    );
    await scene.pass(1000);
    assert.deepEqual(await statusOf(router), ['Line peer expires(sec) registered', '5551234 -1    600         yes']);
    await scene.pass(480_000);
    guard.age();
    await scene.pass(480_000);
    assert.deepEqual(guard.proofs, ['SHA-256 alice 00000001', 'SHA-256 alice 00000002', 'SHA-256 alice 00000001']);
    assert.deepEqual(registrar.said, ['5551234 600 #2', '5551234 600 #3', '5551234 600 #5']);
    await scene.during(router.gateway.stop());
    assert.equal(registrar.bindings.size, 0);
  }),
);

test(
  'a wrong password is sent once, then not again for a quarter of an hour, and told without it',
  story(async (scene) => {
    const guard = new Guard('example', 'REGISTER');
    guard.password = 'another';
    const { phone } = await registrarAt(scene, '10.0.0.9', { guard });
    const router = await scene.router(
      '10.0.0.1',
      sipUa('credentials number 5551234 username alice password opensesame realm example', 'registrar ipv4:10.0.0.9'),
    );
    await scene.pass(899_000);
    assert.equal(phone.count('REGISTER'), 2);
    assert.match(
      router.logged('REGISTER_FAILED').join(),
      /Number 5551234 could not be registered with ipv4:10\.0\.0\.9: 401: the credentials for realm example were not accepted; next attempt in \d+ seconds$/,
    );
    assert.doesNotMatch(router.log.join(), /opensesame/);
    guard.password = 'openbarley';
    await router.configure('sip-ua', 'credentials number 5551234 username alice password openbarley realm example');
    await scene.pass(1000);
    assert.deepEqual(guard.proofs.length, 1);
  }),
);

test(
  'only the credentials of the realm that the registrar is said to have are used for it',
  story(async (scene) => {
    const guard = new Guard('evil', 'REGISTER');
    await registrarAt(scene, '10.0.0.9', { guard });
    await scene.router(
      '10.0.0.1',
      telephones +
        sipUa('authentication username global password opensesame', 'registrar 1 ipv4:10.0.0.9 auth-realm good'),
    );
    await scene.pass(1000);
    assert.deepEqual(guard.proofs, []);
  }),
);

test(
  'a registrar that wants longer registrations gets them, and one that grants less is refreshed sooner',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    registrar.minimumSeconds = 1800;
    registrar.grantsSeconds = 1000;
    await scene.router(
      '10.0.0.1',
      telephones +
        sipUa('registrar ipv4:10.0.0.9 expires 600 refresh-ratio 50', 'no credentials username xxxx').replace(
          ' no credentials username xxxx\n',
          '',
        ),
    );
    await scene.pass(1000);
    assert.deepEqual(registrar.said, ['777 600 #1', '777 1800 #2', '778 600 #1', '778 1800 #2']);
    await scene.pass(498_000);
    assert.equal(registrar.heard.length, 4);
    await scene.pass(2000);
    assert.deepEqual(registrar.said.slice(4), ['777 1800 #3', '778 1800 #3']);
  }),
);

test(
  'primary and secondary are both registered, and shown apart',
  story(async (scene) => {
    const one = await registrarAt(scene, '10.0.0.8');
    const two = await registrarAt(scene, '10.0.0.9', { transport: 'tcp' });
    const router = await scene.router(
      '10.0.0.1',
      telephones + sipUa('registrar ipv4:10.0.0.8', 'registrar ipv4:10.0.0.9 tcp secondary'),
    );
    two.registrar.refuses = 'silently';
    await scene.pass(1000);
    assert.deepEqual([one.registrar.bindings.size, two.registrar.bindings.size], [2, 0]);
    assert.match((await statusOf(router)).join(), /777 {2}1 {5}3600 {8}yes/);
    assert.match((await statusOf(router, ' secondary')).join(), /777 {2}1 {5}3600 {8}no/);
    two.registrar.refuses = undefined;
    await scene.pass(200_000);
    assert.equal(two.registrar.bindings.size, 2);
    await router.configure('sip-ua', 'no registrar secondary');
    await scene.pass(1000);
    assert.deepEqual([one.registrar.bindings.size, two.registrar.bindings.size], [2, 0]);
    await router.configure('sip-ua', 'no registrar');
    await scene.pass(1000);
    assert.equal(one.registrar.bindings.size, 0);
    assert.deepEqual(await statusOf(router), []);
  }),
);

test(
  'a number that goes is taken back, one that comes is registered, and one that is told not to is not',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    const router = await scene.router('10.0.0.1', telephones + sipUa('registrar ipv4:10.0.0.9'));
    await scene.pass(1000);
    await router.configure('dial-peer voice 1 pots', 'destination-pattern 779');
    await scene.pass(1000);
    assert.deepEqual([...registrar.bindings.keys()], ['778', '779']);
    await router.configure('dial-peer voice 2 pots', 'no sip-register');
    await scene.pass(1000);
    assert.deepEqual([...registrar.bindings.keys()], ['779']);
    await router.configure('dial-peer voice 2 pots', 'sip-register', 'no sip-register', 'sip-register');
    await scene.pass(1000);
    assert.deepEqual([...registrar.bindings.keys()].sort(), ['778', '779']);
  }),
);

test(
  'a registrar that does not answer is asked as often as retry register says, then less and less',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    registrar.refuses = 'silently';
    const router = await scene.router(
      '10.0.0.1',
      sipUa(
        'credentials number 5551234 username alice password opensesame realm example',
        'registrar ipv4:10.0.0.9',
        'retry register 3',
        'timers register 200',
      ),
    );
    await scene.pass(20_000);
    assert.deepEqual(
      registrar.heard.map(({ at }) => at - (registrar.heard[0]?.at ?? 0)),
      [0, 200, 600],
    );
    await scene.pass(4 * hour);
    const attempts = registrar.heard.filter((_, i) => i % 3 === 0).map(({ at }) => at);
    const waits = attempts.slice(1).map((at, i) => Math.round((at - (attempts[i] ?? 0)) / 1000));
    for (const [i, wait] of waits.entries()) {
      const bound = Math.min(1800, 30 * 2 ** (i + 1));
      assert.ok(wait >= bound / 2 && wait <= bound + 3, `wait ${i} was ${wait} of ${bound}`);
    }
    assert.ok(waits.length >= 10 && waits.length < 30);
    registrar.refuses = undefined;
    await scene.pass(hour);
    assert.equal(registrar.bindings.size, 1);
    assert.match(router.logged('REGISTERED').join(), /5551234/);
  }),
);

test(
  'when nobody answers the wait is drawn from exhausted-random-interval',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    registrar.refuses = 'silently';
    await scene.router(
      '10.0.0.1',
      telephones + sipUa('registrar ipv4:10.0.0.9', 'retry register 1 exhausted-random-interval minimum 20 maximum 30'),
    );
    await scene.pass(1_190_000);
    assert.equal(registrar.heard.length, 2);
    await scene.pass(630_000);
    assert.equal(registrar.heard.length, 4);
  }),
);

test(
  'a registrar that is busy is asked again when it said, and one that forbids after long',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    registrar.refuses = { status: 503, headers: ['Retry-After: 120 (maintenance)'] };
    const router = await scene.router('10.0.0.1', telephones + sipUa('registrar ipv4:10.0.0.9'));
    await scene.pass(119_000);
    assert.equal(registrar.heard.length, 2);
    registrar.refuses = { status: 403, headers: [] };
    await scene.pass(15_000);
    assert.equal(registrar.heard.length, 4);
    await scene.pass(880_000);
    assert.equal(registrar.heard.length, 4);
    registrar.refuses = undefined;
    await scene.pass(1_000_000);
    assert.equal(registrar.bindings.size, 2);
    assert.match(router.logged('REGISTER_FAILED').join(), /: 503 Scripted; .*: 403 Scripted; /);
  }),
);

test(
  'a registrar that always wants to be asked at once is asked less and less',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    registrar.refuses = { status: 503, headers: ['Retry-After: 0'] };
    const only = 'credentials number 5000 username alice password opensesame realm x';
    await scene.router('10.0.0.1', sipUa(only, 'registrar ipv4:10.0.0.9'));
    await scene.pass(10_000);
    assert.equal(registrar.heard.length, 2);
    await scene.pass(3_600_000);
    const asked = registrar.heard.length;
    assert.ok(asked >= 5 && asked <= 10, `${asked} in an hour`);
    registrar.refuses = undefined;
    await scene.pass(1_800_000);
    assert.equal(registrar.bindings.size, 1);
  }),
);

test(
  'when the registrar breaks the connection and starts again, all come back, and not at once',
  story(async (scene) => {
    const first = await registrarAt(scene, '10.0.0.9', { transport: 'tcp' });
    const numbers = Array.from(
      { length: 40 },
      (_, i) => `credentials number ${5000 + i} username alice password opensesame realm x`,
    );
    const router = await scene.router(
      '10.0.0.1',
      sipUa(...numbers, 'registration spike 10', 'registrar ipv4:10.0.0.9 tcp'),
    );
    await scene.pass(4100);
    assert.equal(first.registrar.bindings.size, 40);
    assertSpread(first.registrar, 10);
    assert.equal(router.active('tcp'), 1);
    first.phone.close();
    await scene.pass(1000);
    assert.match(router.logged('REGISTRATION_LOST').join(), /5000/);
    await scene.pass(13_000);
    const second = await registrarAt(scene, '10.0.0.9', { transport: 'tcp' });
    await scene.pass(60_000);
    assert.equal(second.registrar.bindings.size, 40);
    assertSpread(second.registrar, 10);
    const times = second.registrar.heard.map(({ at }) => at);
    assert.ok(Math.max(...times) - Math.min(...times) > 5000);
  }),
);

/** No second holds more requests than `most`, and none is left out. */
function assertSpread({ heard }: Registrar, most: number): void {
  for (const { at } of heard) {
    const within = heard.filter((other) => other.at >= at && other.at < at + 1000).length;
    // The first one waits for the connection.
    assert.ok(within <= most + 1, `${within} requests in a second`);
  }
}

test(
  'a registrar that is gone at the end is not waited for longer than five seconds',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    const router = await scene.router('10.0.0.1', telephones + sipUa('registrar ipv4:10.0.0.9'));
    await scene.pass(1000);
    registrar.refuses = 'silently';
    const began = scene.world.clock.monotonic();
    await scene.during(router.gateway.stop());
    assert.ok(scene.world.clock.monotonic() - began <= 5200);
    assert.equal(router.gateway.world.sip.registrations().rows.length, 0);
  }),
);

test(
  'a call to the random contact of a number reaches its telephone',
  story(async (scene) => {
    const { registrar } = await registrarAt(scene, '10.0.0.9');
    const router = await scene.router('10.0.0.1', telephones + sipUa('registrar 1 ipv4:10.0.0.9 random-contact'));
    await scene.pass(1000);
    const contact = registrar.bindings.get('777') ?? '';
    const user = /^sip:([0-9a-f]{24})@10\.0\.0\.1:5060$/.exec(contact)?.[1];
    assert.ok(user, contact);
    const phone = await scene.phone('10.0.0.3');
    await phone.call(user, '10.0.0.1');
    await scene.pass(2000);
    assert.equal(phone.heard.at(-1), '200 INVITE');
    assert.deepEqual(router.legs, ['sip active', 'telephony active']);
    phone.hangUp();
    await scene.pass(1000);
  }),
);

test(
  'the domain of the gateway is the address of record where that is wanted',
  story(async (scene) => {
    const { phone } = await registrarAt(scene, '10.0.0.9');
    await scene.router(
      '10.0.0.1',
      `ip domain name example.com\n${telephones}${sipUa('registrar ipv4:10.0.0.9:5060 aor-domain')}`,
    );
    await scene.pass(1000);
    assert.equal(phone.messages[0]?.start, 'REGISTER sip:10.0.0.9:5060 SIP/2.0');
    assert.equal(phone.messages[0]?.headers.get('to')?.[0], '<sip:777@example.com>');
  }),
);

test(
  'when the gateway is reached at another port the registrar is told, and forgets the old one',
  story(async (scene) => {
    const { registrar, phone } = await registrarAt(scene, '10.0.0.9');
    const router = await scene.router('10.0.0.1', telephones + sipUa('registrar ipv4:10.0.0.9'));
    await scene.pass(1000);
    await router.configure('voice service voip', 'sip', 'listen-port non-secure 5070');
    await scene.pass(3000);
    assert.equal(registrar.bindings.get('777'), 'sip:777@10.0.0.1:5070');
    const contacts = phone.messages.map(({ headers }) => headers.get('contact')?.[0]);
    assert.ok(contacts.includes('<sip:777@10.0.0.1:5070>;expires=3600, <sip:777@10.0.0.1:5060>;expires=0'));
  }),
);

test(
  'a registrar that breaks the connection instead of answering is tried again after a while',
  story(async (scene) => {
    const { registrar, phone } = await registrarAt(scene, '10.0.0.9', { transport: 'tcp' });
    registrar.refuses = 'silently';
    const router = await scene.router('10.0.0.1', telephones + sipUa('registrar ipv4:10.0.0.9 tcp'));
    await scene.pass(1000);
    phone.close();
    await scene.pass(1000);
    assert.match(
      router.logged('REGISTER_FAILED').join(),
      /777 .*: the connection broke; next attempt in [3-6]\d seconds/,
    );
    const next = await registrarAt(scene, '10.0.0.9', { transport: 'tcp' });
    await scene.pass(61_000);
    assert.equal(next.registrar.bindings.size, 2);
    assert.deepEqual(
      next.registrar.said,
      ['777 3600 #2', '778 3600 #2'].filter((line) => next.registrar.said.includes(line)),
    );
  }),
);

test(
  'a registrar may be named; its address is looked up each time, and a name that has none is told',
  story(async (scene) => {
    const one = await registrarAt(scene, '10.0.0.8');
    const two = await registrarAt(scene, '10.0.0.9');
    const router = await scene.router(
      '10.0.0.1',
      `ip host reg.example 10.0.0.8\n${telephones}${sipUa('registrar dns:reg.example expires 60', 'registrar 2 dns:nowhere.example')}`,
    );
    await scene.pass(1000);
    assert.equal(one.phone.messages[0]?.headers.get('to')?.[0], '<sip:777@reg.example>');
    assert.match(router.logged('REGISTER_FAILED').join(), /777 .* with dns:nowhere\.example: .*next attempt/);
    await router.configure('no ip host reg.example', 'ip host reg.example 10.0.0.9');
    await scene.pass(60_000);
    assert.equal(two.registrar.bindings.size, 2);
  }),
);

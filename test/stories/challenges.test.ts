import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { Guard } from './guard.ts';
import { story } from './scene.ts';

const trunk = (...lines: readonly string[]) => telephones + voip(10, '9...', '10.0.0.3', ...lines);
const sipUa = (...lines: readonly string[]) => `sip-ua\n${lines.map((line) => ` ${line}\n`).join('')}`;
const user = 'authentication username trunk password opensesame';
const worked = ['csim: loop = 1, failed = 0', 'csim: call attempted = 1, setup failed = 0, tone failed = 0'];

for (const transport of ['udp', 'tcp'] as const) {
  test(
    `a proxy's challenge to INVITE and BYE is answered over ${transport}, and the call goes on as one`,
    story(async (scene) => {
      const guard = new Guard('trunk.example', 'INVITE', 'BYE');
      guard.status = 407;
      const carried = transport === 'tcp' ? ['session transport tcp'] : [];
      const router = await scene.router('10.0.0.1', trunk(...carried, `${user} realm trunk.example`));
      const phone = await scene.phone('10.0.0.3', { transport, guard });
      assert.deepEqual((await router.csim('9001', '0/3/0')).slice(-2), worked);
      await scene.pass(100);
      assert.deepEqual(phone.heard, ['INVITE', 'ACK', 'INVITE', 'ACK', 'BYE']);
      assert.deepEqual(guard.proofs, ['SHA-256 trunk 00000001', 'SHA-256 trunk 00000002']);
      const header = (at: number, name: string) => phone.messages[at]?.headers.get(name)?.[0];
      assert.equal(header(2, 'call-id'), header(0, 'call-id'));
      assert.equal(header(2, 'from'), header(0, 'from'));
      assert.deepEqual(
        [0, 2, 3, 4].map((at) => header(at, 'cseq')),
        ['101 INVITE', '102 INVITE', '102 ACK', '103 BYE'],
      );
      assert.equal(header(3, 'proxy-authorization'), header(2, 'proxy-authorization'));
      router.assertIdle();
    }),
  );
}

test(
  'a BYE whose nonce went stale is sent again',
  story(async (scene) => {
    const guard = new Guard('r', 'INVITE', 'BYE');
    const router = await scene.router('10.0.0.1', trunk(user));
    const phone = await scene.phone('10.0.0.3', { guard });
    const calling = router.type('csim start 9001 voice-port 0/3/0');
    await scene.pass(500);
    guard.age();
    await scene.during(calling);
    await scene.pass(100);
    assert.deepEqual(phone.heard.slice(-2), ['BYE', 'BYE']);
    assert.deepEqual(guard.proofs, ['SHA-256 trunk 00000001', 'SHA-256 trunk 00000001']);
    router.assertIdle();
  }),
);

test(
  'a wrong password is tried once, and the operator is told without it',
  story(async (scene) => {
    const guard = new Guard('r', 'INVITE');
    guard.password = 'another';
    const router = await scene.router('10.0.0.1', trunk(user));
    await router.type('debug ccsip messages');
    const phone = await scene.phone('10.0.0.3', { guard });
    await router.csim('9001', '0/3/0');
    await scene.pass(100);
    assert.deepEqual(phone.heard, ['INVITE', 'ACK', 'INVITE', 'ACK']);
    assert.match(
      router.logged('CHALLENGE_UNANSWERED').join(),
      /10\.0\.0\.3:5060 was not answered: the credentials for realm r were not accepted$/,
    );
    assert.doesNotMatch(router.log.join('\n'), /opensesame|response=/);
    assert.match(router.log.join('\n'), /Authorization: Digest \*\*\*/);
    router.assertIdle();
  }),
);

test(
  'credentials go to their own realm, those of the dial peer before those of sip-ua, those of a registrar to none',
  story(async (scene) => {
    const lines = sipUa(
      'authentication username global password opensesame',
      'credentials number 5551 username registers password opensesame realm r2',
    );
    const router = await scene.router('10.0.0.1', trunk(`${user} realm r1`) + lines);
    const guards = ['r1', 'r2'].map((realm) => new Guard(realm, 'INVITE'));
    for (const guard of guards) {
      const phone = await scene.phone('10.0.0.3', { guard });
      await router.csim('9001', '0/3/0');
      phone.close();
    }
    assert.deepEqual(
      guards.map(({ proofs }) => proofs),
      [['SHA-256 trunk 00000001'], ['SHA-256 global 00000001']],
    );
    await router.configure('sip-ua', 'no authentication all');
    const last = new Guard('r2', 'INVITE');
    await scene.phone('10.0.0.3', { guard: last });
    await router.csim('9001', '0/3/0');
    assert.deepEqual(last.proofs, []);
    assert.match(router.logged('CHALLENGE_UNANSWERED').join(), /no credentials for realm r2/);
  }),
);

test(
  'a call that came in proves nothing to its caller',
  story(async (scene) => {
    const guard = new Guard('evil', 'BYE');
    const router = await scene.router(
      '10.0.0.1',
      telephones + sipUa('authentication username global password opensesame'),
    );
    const phone = await scene.phone('10.0.0.3', { guard });
    await phone.call('777', '10.0.0.1');
    await scene.pass(2000);
    await router.configure(
      'dial-peer voice 1 pots',
      'shutdown',
      'exit',
      'voice-port 0/3/1',
      'shutdown',
      'exit',
      'voice-port 0/3/0',
      'shutdown',
    );
    await scene.pass(1000);
    assert.equal(phone.count('BYE'), 1);
    assert.deepEqual(guard.proofs, []);
  }),
);

test(
  'the hang-up while a challenge is answered ends the call',
  story(async (scene) => {
    const guard = new Guard('r', 'INVITE');
    const router = await scene.router('10.0.0.1', trunk(user));
    const phone = await scene.phone('10.0.0.3', { guard, takes: 'ring' });
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.deepEqual(phone.heard, ['INVITE', 'ACK', 'INVITE', 'CANCEL', 'ACK']);
    assert.equal(phone.messages[3]?.headers.get('via')?.[0], phone.messages[2]?.headers.get('via')?.[0]);
    router.assertIdle();
  }),
);

const guarded = `${telephones}dial-peer voice 20 voip\n session protocol sipv2\n incoming called-number .\n codec g711ulaw\n ${user} realm gw.example challenge\n`;

test(
  'a dial peer that challenges takes the call of one who knows the password, and no other',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', guarded);
    const known = await scene.phone('10.0.0.3', { knows: { username: 'trunk', password: 'opensesame' } });
    await known.call('777', '10.0.0.1');
    await scene.pass(2000);
    assert.deepEqual(known.heard, ['100 INVITE', '401 INVITE', '100 INVITE', '180 INVITE', '200 INVITE']);
    const offered = known.messages[1]?.headers.get('www-authenticate') ?? [];
    assert.deepEqual(
      offered.map((line) => /algorithm=([^,]*)/.exec(line)?.[1]),
      ['SHA-256', 'MD5'],
    );
    known.hangUp();
    await scene.pass(1000);

    const stranger = await scene.phone('10.0.0.4');
    await stranger.call('777', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(stranger.heard, ['100 INVITE', '401 INVITE']);

    const guesser = await scene.phone('10.0.0.5', { knows: { username: 'trunk', password: 'guess' } });
    await guesser.call('777', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(guesser.heard, ['100 INVITE', '401 INVITE', '100 INVITE', '403 INVITE']);
    assert.match(router.logged('CALLER_UNPROVED').join(), /from 10\.0\.0\.5:5060 was refused: wrong password$/);
    router.assertIdle();
  }),
);

test(
  'sip-ua challenges for every dial peer that does not itself',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones + sipUa(`${user} realm gw.example challenge`));
    const stranger = await scene.phone('10.0.0.4');
    await stranger.call('777', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(stranger.heard, ['100 INVITE', '401 INVITE']);
    await router.configure('sip-ua', 'no authentication all');
    await stranger.call('777', '10.0.0.1');
    await scene.pass(2000);
    assert.equal(stranger.heard.at(-1), '200 INVITE');
    stranger.hangUp();
    await scene.pass(1000);
  }),
);

test(
  'with authenticate redirecting-number who sent the call on proves who we are, else who calls',
  story(async (scene) => {
    const guard = new Guard('r', 'INVITE');
    const router = await scene.router(
      '10.0.0.1',
      `${sipToSip}dial-peer voice 1 pots
 destination-pattern 777
 authentication username redirector password opensesame
dial-peer voice 5 voip
 session protocol sipv2
 incoming called-number .
 codec g711ulaw
 authentication username general password opensesame
${voip(10, '9...', '10.0.0.3')}`,
    );
    const phone = await scene.phone('10.0.0.3', { guard });
    const caller = await scene.phone('10.0.0.9', {
      headers: ['Diversion: "a, b" <sip:777@10.0.0.9>;reason=unconditional, <sip:5@x>'],
    });
    const prover = async (): Promise<string | undefined> => {
      await scene.during(caller.call('9001', '10.0.0.1'));
      await scene.pass(2000);
      caller.hangUp();
      await scene.pass(1000);
      return guard.proofs.at(-1)?.split(' ')[1];
    };
    assert.equal(await prover(), 'general');
    await router.configure('voice service voip', 'sip', 'authenticate redirecting-number');
    assert.equal(await prover(), 'redirector');
    await router.configure('voice service voip', 'sip', 'no authenticate redirecting-number');
    assert.equal(await prover(), 'general');
    assert.equal(phone.count('INVITE'), 6);
  }),
);

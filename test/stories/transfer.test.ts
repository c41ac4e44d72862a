import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import type { Heard, Phone, PhoneOptions } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

const peers = `${voip(10, '9', '10.0.0.3')}${voip(11, '8', '10.0.0.4', 'incoming called-number 9')}${voip(12, '7', '10.0.0.5')}`;

interface Cast {
  readonly scene: Scene;
  readonly west: Router;
  /** Called 9, and is at 8. */
  readonly near: Phone;
  readonly far: Phone;
  /** At 7. */
  readonly third: Phone;
}

/** near speaks with far; third is at home. */
function speaking(play: (cast: Cast) => Promise<void>, options: PhoneOptions = {}, more = '') {
  return story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${sipToSip}${peers}${more}`);
    const far = await scene.phone('10.0.0.3', options);
    const near = await scene.phone('10.0.0.4', options);
    const third = await scene.phone('10.0.0.5', options);
    await scene.during(near.call('9', '10.0.0.1'));
    await scene.pass(3000);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    await play({ scene, west, near, far, third });
    await scene.pass(3000);
    west.assertIdle();
    const records = west.gateway.world.calls.records().map(({ call }) => call);
    assert.deepEqual(records.toSorted(), [...new Set(records)].toSorted(), 'each call has one record');
  });
}

const referTo = (number: string): readonly string[] => [
  `Refer-To: <sip:${number}@10.0.0.1>`,
  'Referred-By: <sip:far@10.0.0.3>',
];

/** What a telephone was told of the call it asked for. */
const told = (phone: Phone): readonly string[] =>
  phone.messages
    .filter(({ method, status }) => method === 'NOTIFY' && status === 0)
    .map(({ body, headers }) => `${body.slice(8, 11)} ${headers.get('subscription-state')?.[0]?.split(';')[0]}`);
const last = (phone: Phone): string | undefined => phone.heard.at(-1);
const direction = (message: Heard | undefined): string =>
  /^a=(sendonly|recvonly|inactive)/m.exec(message?.body ?? '')?.[1] ?? 'sendrecv';
const number = (header: string | undefined): string => /<sips?:([^@>]*)/.exec(header ?? '')?.[1] ?? '';

test(
  'as telephones do it: hold, REFER, and the held one speaks with the third, who knows by whom it was sent',
  speaking(async ({ scene, west, near, far, third }) => {
    third.takes = 'ring';
    far.ask('INVITE', [], far.describe('sendonly'));
    await scene.pass(1000);
    assert.deepEqual(west.legs, ['sip held', 'sip held']);
    far.ask('REFER', referTo('7'));
    await scene.pass(1000);
    assert.equal(far.newest('202 REFER')?.headers.get('allow')?.[0]?.includes('REFER'), true);
    assert.deepEqual(told(far), ['100 active', '180 active']);
    const invite = third.newest('INVITE');
    assert.equal(direction(invite), 'sendrecv', 'nobody is called into a hold');
    assert.equal(invite?.headers.get('referred-by')?.[0], '<sip:far@10.0.0.3>');
    assert.equal(number(invite?.headers.get('from')?.[0]), 'phone', 'it sees who will speak with it');
    third.answer();
    await scene.pass(1000);
    assert.deepEqual(told(far), ['100 active', '180 active', '200 terminated']);
    assert.equal(last(far), 'BYE');
    assert.equal(direction(near.newest('INVITE')), 'sendrecv');
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    const shown = await west.show('show call active voice brief');
    assert.ok(
      shown.some((line) => /10\.0\.0\.5/.test(line)),
      shown.join('\n'),
    );
    third.hangUp();
    await scene.pass(100);
    assert.equal(last(near), 'BYE');
    const history = await west.show('show call history voice brief');
    assert.equal(history.filter((line) => /pid:/.test(line)).length > 0, true, history.join('\n'));
    const statistics = await west.show('show sip-ua statistics');
    assert.ok(
      statistics.some((line) => /Refer 1\/0/.test(line)),
      statistics.join('\n'),
    );
    assert.ok(
      statistics.some((line) => /NOTIFY 0\/3/.test(line)),
      statistics.join('\n'),
    );
  }),
);

test(
  'who called transfers whom it called, and no re-INVITE is sent where nobody was held',
  speaking(async ({ scene, near, far, third }) => {
    near.ask('REFER', referTo('7'));
    await scene.pass(1000);
    assert.deepEqual(told(near), ['100 active', '180 active', '200 terminated']);
    assert.equal(far.count('INVITE'), 1);
    assert.equal(last(near), 'BYE');
    far.hangUp();
    await scene.pass(100);
    assert.equal(last(third), 'BYE');
  }),
);

test(
  'a busy target is told to the transferor, which takes the call back from hold and goes on',
  speaking(async ({ scene, west, near, far, third }) => {
    third.takes = 486;
    far.ask('INVITE', [], far.describe('sendonly'));
    await scene.pass(1000);
    far.ask('REFER', referTo('7'));
    await scene.pass(1000);
    assert.deepEqual(told(far), ['100 active', '180 active', '486 terminated']);
    assert.match(far.newest('NOTIFY')?.body ?? '', /Reason: Q\.850;cause=17;text="user busy"/);
    far.ask('INVITE', [], far.describe('sendrecv'));
    await scene.pass(1000);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    near.hangUp();
  }),
);

test(
  'a transferor that hangs up as soon as its REFER is taken is transferred for all the same, and told nothing in vain for long',
  speaking(async ({ scene, west, near, far, third }) => {
    third.takes = 'ring';
    far.ask('REFER', referTo('7'));
    await scene.pass(100);
    far.hangUp();
    await scene.pass(5000);
    assert.deepEqual(west.legs, ['sip active', 'sip alerting']);
    third.answer();
    await scene.pass(1000);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    near.hangUp();
    await scene.pass(100);
    assert.equal(last(third), 'BYE');
  }),
);

test(
  'a transferee that does not wait ends the call to the target',
  speaking(async ({ scene, near, far, third }) => {
    third.takes = 'ring';
    far.ask('REFER', referTo('7'));
    await scene.pass(1000);
    near.hangUp();
    await scene.pass(1000);
    assert.equal(third.count('CANCEL'), 1);
    assert.equal(far.count('BYE'), 1);
    assert.deepEqual(told(far).at(0), '100 active');
  }),
);

test(
  'a target that rings for ever is given up, and the old call is what it was',
  speaking(async ({ scene, west, near, far, third }) => {
    third.takes = 'ring';
    far.ask('REFER', referTo('7'));
    await scene.pass(400_000);
    assert.equal(told(far).at(-1)?.split(' ')[1], 'terminated');
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    near.hangUp();
  }),
);

test(
  'a call to oneself, to nobody, or to what the plan bars is refused in words',
  speaking(
    async ({ scene, west, near, far }) => {
      for (const [whom, status] of [
        ['55', '404'],
        ['66', '403'],
      ] as const) {
        far.ask('REFER', referTo(whom));
        await scene.pass(1000);
        assert.equal(told(far).at(-1), `${status} terminated`);
        assert.deepEqual(west.legs, ['sip active', 'sip active']);
      }
      near.hangUp();
    },
    {},
    `${voip(13, '66', '10.0.0.5')}voice translation-rule 1\n rule 1 reject /^66/\nvoice translation-profile BAR\n translate called 1\ndial-peer voice 10 voip\n translation-profile incoming BAR\n`,
  ),
);

/** far holds near and has called third. */
const consulting = (play: (cast: Cast) => Promise<void>, options: PhoneOptions = {}, more = '') =>
  speaking(
    async (cast) => {
      const { scene, west, far } = cast;
      far.ask('INVITE', [], far.describe('sendonly'));
      await scene.pass(1000);
      await scene.during(far.call('7', '10.0.0.1', options.transport === 'tls' ? 5061 : 5060));
      await scene.pass(3000);
      assert.equal(west.legs.length, 4);
      await play(cast);
    },
    options,
    more,
  );

const replacing = (dialog: string): readonly string[] => [
  `Refer-To: <sip:7@10.0.0.1?Replaces=${encodeURIComponent(dialog)}>`,
];

test('who has spoken with the third first joins both with a REFER, in whichever of the two calls', async () => {
  for (const first of [0, 1]) {
    await consulting(async ({ scene, west, near, far, third }) => {
      const other = far.dialogs[1 - first] ?? '';
      far.turnTo(first);
      far.ask('REFER', replacing(other));
      await scene.pass(2000);
      assert.equal(told(far).at(-1), '200 terminated');
      assert.equal(far.count('BYE'), 2, 'both of its calls end');
      assert.deepEqual(west.legs, ['sip active', 'sip active']);
      assert.equal(direction(near.newest('INVITE')), 'sendrecv');
      near.hangUp();
      await scene.pass(100);
      assert.equal(last(third), 'BYE');
    })();
  }
});

const allows = { headers: ['Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY'] };

function notify(phone: Phone, status: string, isLast: boolean): void {
  const state = isLast ? 'terminated;reason=noresource' : 'active;expires=60';
  const headers = ['Event: refer', `Subscription-State: ${state}`, 'Content-Type: message/sipfrag;version=2.0'];
  phone.ask('NOTIFY', headers, `SIP/2.0 ${status}\r\n`);
}

test(
  'whom a REFER is about does itself what it asks, where it says that it can, and what it tells is told on',
  speaking(async ({ scene, west, near, far, third }) => {
    far.ask('REFER', referTo('7'));
    await scene.pass(1000);
    assert.equal(third.count('INVITE'), 0, 'the gateway calls nobody');
    const asked = near.newest('REFER')?.headers;
    assert.match(asked?.get('refer-to')?.[0] ?? '', /^<sip:7@10\.0\.0\.1:5060/, 'it is to call here');
    assert.equal(asked?.get('referred-by')?.[0], '<sip:far@10.0.0.3>');
    for (const [status, isLast] of [
      ['100 Trying', false],
      ['180 Ringing', false],
      ['200 OK', true],
    ] as const) {
      notify(near, status, isLast);
      await scene.pass(100);
      assert.equal(last(near), '200 NOTIFY');
    }
    assert.deepEqual(told(far), ['100 active', '180 active', '200 terminated']);
    notify(near, '200 OK', true);
    await scene.pass(100);
    assert.equal(last(near), '481 NOTIFY', 'nothing more is expected');
    assert.deepEqual(west.legs, ['sip active', 'sip active'], 'the transferor ends its call itself');
    const statistics = await west.show('show sip-ua statistics');
    assert.ok(
      statistics.some((line) => /Refer 1\/1/.test(line)),
      statistics.join('\n'),
    );
    far.hangUp();
  }, allows),
);

test(
  'a REFER that nobody answers is sent again as timers and retry refer say, and then the transferor hears of it',
  speaking(
    async ({ scene, west, near, far }) => {
      near.takesRefer = 'ignore';
      far.ask('REFER', referTo('7'));
      await scene.pass(400);
      assert.equal(near.count('REFER'), 2);
      await scene.pass(60_000);
      assert.equal(near.count('REFER'), 3);
      assert.deepEqual(told(far), ['100 active', '408 terminated']);
      assert.deepEqual(west.legs, ['sip active', 'sip active']);
      near.hangUp();
    },
    allows,
    'sip-ua\n timers refer 200\n retry refer 2\n',
  ),
);

test('who says that it takes REFER and then cannot is transferred by the gateway; who does not want to is not', async () => {
  for (const [status, isTransferred] of [
    [501, true],
    [603, false],
  ] as const) {
    await speaking(async ({ scene, near, far, third }) => {
      near.takesRefer = status;
      far.ask('REFER', referTo('7'));
      await scene.pass(1000);
      assert.equal(third.count('INVITE'), isTransferred ? 1 : 0);
      assert.equal(told(far).at(-1), isTransferred ? '200 terminated' : '603 terminated');
      near.hangUp();
    }, allows)();
  }
});

test('a transferor that hangs up at once, its REFER passed on, takes no transfer away from who cannot do it itself', async () => {
  for (const [status, isTransferred] of [
    [501, true],
    [603, false],
    [202, false],
  ] as const) {
    await speaking(async ({ scene, west, near, far, third }) => {
      near.takesRefer = status;
      far.ask('REFER', referTo('7'));
      far.hangUp();
      await scene.pass(3000);
      assert.equal(third.count('INVITE'), isTransferred ? 1 : 0);
      assert.deepEqual(west.legs, isTransferred ? ['sip active', 'sip active'] : []);
      assert.equal(last(near), isTransferred ? 'REFER' : 'BYE');
      if (isTransferred) near.hangUp();
    }, allows)();
  }
});

test(
  'a transferee that hangs up while it is asked, the transferor gone, leaves nothing behind',
  speaking(async ({ scene, west, near, far }) => {
    near.takesRefer = 'ignore';
    far.ask('REFER', referTo('7'));
    far.hangUp();
    await scene.pass(1000);
    assert.deepEqual(west.legs, ['sip active']);
    near.hangUp();
    await scene.pass(1000);
    assert.deepEqual([west.legs, near.count('200 BYE'), near.count('BYE')], [[], 1, 0]);
  }, allows),
);

test(
  'a REFER that is never answered holds the call of a transferor that hung up no longer than it is repeated',
  speaking(async ({ scene, west, near, far }) => {
    near.takesRefer = 'ignore';
    far.ask('REFER', referTo('7'));
    far.hangUp();
    await scene.pass(60_000);
    assert.deepEqual([west.legs, last(near)], [[], 'BYE']);
  }, allows),
);

test('two REFERs that want no report make no two transfers, passed on or carried out', async () => {
  for (const options of [allows, {}]) {
    await speaking(async ({ scene, near, far, third }) => {
      third.takes = 'ring';
      far.ask('REFER', [...referTo('7'), 'Refer-Sub: false']);
      await scene.pass(1000);
      far.ask('REFER', [...referTo('7'), 'Refer-Sub: false']);
      near.ask('REFER', referTo('7'));
      await scene.pass(1000);
      assert.deepEqual([last(far), last(near)], ['491 REFER', '491 REFER']);
      assert.equal(near.count('REFER') + third.count('INVITE'), 1);
      near.hangUp();
    }, options)();
  }
});

for (const [where, more] of [
  ['everywhere', 'voice service voip\n no supplementary-service sip refer\n'],
  ['for the transferor', 'dial-peer voice 10 voip\n no supplementary-service sip refer\n'],
  ['for the transferee', 'dial-peer voice 11 voip\n no supplementary-service sip refer\n'],
] as const) {
  test(
    `no supplementary-service sip refer ${where}: the gateway does it all itself`,
    speaking(
      async ({ scene, west, near, far, third }) => {
        far.ask('REFER', referTo('7'));
        await scene.pass(1000);
        assert.equal(near.count('REFER'), 0);
        assert.equal(third.count('INVITE'), 1);
        assert.equal(told(far).at(-1), '200 terminated');
        const running = await west.show('show running-config');
        assert.equal(running.filter((line) => line.includes('no supplementary-service sip refer')).length, 1);
        near.hangUp();
      },
      allows,
      more,
    ),
  );
}

test(
  'an INVITE with Replaces takes the place of a call of the same party, and of nobody else’s',
  speaking(async ({ scene, west, near, far, third }) => {
    const [theirs = ''] = far.dialogs;
    // As whoever called us knows them, the tags of a dialog stand the other way round than as we do.
    for (const [who, dialog, status] of [
      [third, theirs, '403 INVITE'],
      [far, 'nobody;to-tag=1;from-tag=2', '481 INVITE'],
      [far, 'nonsense', '400 INVITE'],
      [far, `${theirs};early-only`, '486 INVITE'],
    ] as const) {
      await scene.during(who.call('9', '10.0.0.1', 5060, [`Replaces: ${dialog}`]));
      await scene.pass(1000);
      assert.equal(last(who), status);
    }
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    await scene.during(far.call('9', '10.0.0.1', 5060, [`Replaces: ${theirs}`]));
    await scene.pass(1000);
    assert.equal(far.count('BYE'), 1, 'the old call is let go');
    assert.equal(far.newest('200 INVITE')?.status, 200);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    assert.equal(west.gateway.world.calls.counters().attempted, 1, 'it is the call that was');
    far.hangUp();
    await scene.pass(100);
    assert.equal(last(near), 'BYE');
  }),
);

test(
  'another party’s call is not to be had by naming it',
  consulting(async ({ scene, west, near, far, third }) => {
    const [, theirs = ''] = far.dialogs;
    near.ask('REFER', replacing(theirs));
    await scene.pass(1000);
    assert.equal(last(near), '403 REFER');
    assert.equal(west.legs.length, 4);
    near.hangUp();
    third.hangUp();
  }),
);

test(
  'whom we called at a place of its own choice has no right to call, and gets none by REFER',
  story(async (scene) => {
    const west = await scene.router(
      '10.0.0.1',
      `voice service voip\n ip address trusted list\n  ipv4 10.0.0.4\n allow-connections sip to sip\n${peers}`,
    );
    const near = await scene.phone('10.0.0.4');
    const far = await scene.phone('10.0.0.3', { takes: 302 });
    const stranger = await scene.phone('10.0.0.9');
    far.sendsTo = ['sip:phone@10.0.0.9'];
    await scene.during(near.call('9', '10.0.0.1'));
    await scene.pass(3000);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    stranger.ask('REFER', referTo('7'));
    await scene.pass(1000);
    assert.equal(last(stranger), '403 REFER');
    assert.equal(west.logged('UNTRUSTED').length, 1);
    near.hangUp();
    await scene.pass(3000);
    west.assertIdle();
  }),
);

test(
  'a caller transfers a telephone on a voice port, and to one',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${telephones}${voip(12, '7', '10.0.0.5')}`);
    const near = await scene.phone('10.0.0.4');
    const third = await scene.phone('10.0.0.5');
    await scene.during(near.call('777', '10.0.0.1'));
    await scene.pass(10_000);
    near.ask('REFER', referTo('7'));
    await scene.pass(1000);
    assert.equal(last(near), 'BYE');
    assert.deepEqual(west.legs, ['telephony active', 'sip active']);
    third.ask('REFER', referTo('778'));
    await scene.pass(10_000);
    assert.equal(last(third), 'BYE');
    assert.deepEqual(west.legs, ['telephony active', 'telephony active']);
    assert.equal(
      west.gateway.world.calls.clear(() => true, 16),
      1,
    );
    await scene.pass(3000);
    west.assertIdle();
  }),
);

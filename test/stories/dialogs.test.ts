import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, story } from './scene.ts';

const causes = (router: Router): readonly number[] => router.gateway.world.calls.records().map(({ cause }) => cause);

test(
  'an answer whose connection is gone is sent on a new one, to the port of its Via, and the call goes on',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', telephones);
    const phone = await scene.phone('10.0.0.3', { transport: 'tcp' });
    await scene.during(phone.call('778', '10.0.0.1'));
    await scene.pass(500);
    assert.equal(phone.count('180 INVITE'), 1);
    scene.world.internet.reset('10.0.0.1', '10.0.0.3');
    await scene.pass(3000);
    assert.equal(phone.count('200 INVITE'), 1);
    assert.equal(phone.sources.length, 1, 'the gateway came back');
    assert.deepEqual(west.legs, ['sip active', 'telephony active']);
    phone.hangUp();
    await scene.pass(3000);
    west.assertIdle();
  }),
);

test(
  'where the way back is closed, the call ends at once',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', telephones);
    const phone = await scene.phone('10.0.0.3', { transport: 'tcp' });
    await scene.during(phone.call('778', '10.0.0.1'));
    await scene.pass(500);
    phone.close();
    await scene.pass(100);
    west.assertIdle();
    assert.equal(west.logged('CALL_LOST').length, 1);
    assert.deepEqual(causes(west), [41]);
  }),
);

test(
  'over TLS an answer goes back to nobody but who proves the name of its request',
  story(async (scene) => {
    const ca = storyAuthority('story root');
    const west = await scene.router('10.0.0.1', telephones);
    await importIdentity(west, 'lab', storyCertificate(ca, 'west', { dnsNames: ['west.test'] }), ca);
    await west.configure(
      'crypto pki trustpoint lab',
      'revocation-check none',
      'exit',
      'sip-ua',
      'crypto signaling default trustpoint lab',
    );
    const credentials = (name: string) => credentialsOf(storyCertificate(ca, name, { dnsNames: [`${name}.test`] }), ca);
    for (const [back, answers] of [
      ['voice', 1],
      ['other', 0],
    ] as const) {
      const phone = await scene.phone('10.0.0.3', { transport: 'tls', credentials: credentials('voice') });
      await scene.during(phone.call('778', '10.0.0.1'));
      await scene.pass(500);
      assert.equal(phone.count('180 INVITE'), 1);
      phone.close();
      const next = await scene.phone('10.0.0.3', { transport: 'tls', credentials: credentials(back) });
      await scene.pass(3000);
      assert.ok(next.count('200 INVITE') >= answers);
      assert.equal(next.heard.length > 0, answers > 0, back);
      next.close();
      await scene.pass(60_000);
      west.assertIdle();
    }
  }),
);

test(
  'a connection on which two requests in a row got no answer is closed, and the next call makes a new one',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${telephones}${voip(10, '9', '10.0.0.3', 'session transport tcp')}`);
    const phone = await scene.phone('10.0.0.3', { transport: 'tcp', takes: 'ignore' });
    for (let calls = 0; calls < 2; calls++) await scene.during(west.type('csim start 9'));
    await scene.pass(60_000);
    assert.equal(phone.sources.length, 1);
    assert.equal(west.logged('PEER_SILENT').length, 1);
    assert.equal(west.active('tcp'), 0);
    phone.takes = 200;
    await scene.during(west.type('csim start 9'));
    assert.equal(phone.sources.length, 2);
  }),
);

test(
  'one request without an answer condemns no connection, and anything heard counts anew',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${telephones}${voip(10, '9', '10.0.0.3', 'session transport tcp')}`);
    const phone = await scene.phone('10.0.0.3', { transport: 'tcp', takes: 'ignore' });
    for (const takes of ['ignore', 486, 'ignore', 486] as const) {
      phone.takes = takes;
      await scene.during(west.type('csim start 9'));
      await scene.pass(40_000);
    }
    assert.deepEqual([phone.sources.length, west.logged('PEER_SILENT').length], [1, 0]);
  }),
);

test(
  'a connection of ours with a call on it is kept alive, and given up when a peer that answered stops doing so',
  story(async (scene) => {
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}${voip(10, '9', '10.0.0.3', 'session transport tcp')}sip-ua\n timers connection aging 30\n`,
    );
    const phone = await scene.phone('10.0.0.3', { transport: 'tcp' });
    const caller = await scene.phone('10.0.0.4');
    await west.configure('voice service voip', 'allow-connections sip to sip');
    await scene.during(caller.call('9', '10.0.0.1'));
    await scene.pass(10_000);
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    await scene.pass(80_000);
    assert.equal(phone.pings, 0);
    await scene.pass(180_000);
    assert.equal(phone.pings, 2);
    phone.isDeaf = true;
    await scene.pass(150_000);
    assert.equal(phone.sources.length, 2, 'the call goes on over a new connection');
    assert.deepEqual(west.legs, ['sip active', 'sip active']);
    // It never answers one here: nothing can be concluded.
    const pings = phone.pings;
    await scene.pass(400_000);
    assert.ok(phone.pings > pings);
    assert.equal(phone.sources.length, 2);
    caller.hangUp();
    await scene.pass(1000);
    const last = phone.pings;
    await scene.pass(400_000);
    assert.equal(phone.pings, last, 'without a call nothing is kept');
    west.assertIdle();
  }),
);

test(
  'a call that is held too long is ended, one that is taken back is not',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${telephones}sip-ua\n timers hold 15\n`);
    const headers = ['Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE'];
    const phone = await scene.phone('10.0.0.3', { headers });
    const minutes = 60_000;
    for (const takesBack of [true, false]) {
      await scene.during(phone.call('778', '10.0.0.1'));
      await scene.pass(3000);
      phone.ask('INVITE', [], phone.describe('sendonly'));
      await scene.pass(14 * minutes);
      assert.deepEqual(west.legs, ['sip held', 'telephony active']);
      if (takesBack) phone.ask('INVITE', [], phone.describe('sendrecv'));
      await scene.pass(2 * minutes);
      assert.equal(west.legs.length, takesBack ? 2 : 0);
      if (takesBack) phone.hangUp();
      await scene.pass(3000);
    }
    assert.match(phone.newest('BYE')?.headers.get('reason')?.[0] ?? '', /^Q\.850;cause=102/);
    assert.deepEqual(causes(west), [16, 102]);
  }),
);

test(
  'a caller who vanishes while it rings is found out within a minute or so, and nothing rings any longer',
  story(async (scene) => {
    for (const transport of ['udp', 'tcp'] as const) {
      const router = `${telephones}${voip(10, '9', '10.0.0.3')}voice service voip\n allow-connections sip to sip\n`;
      const west = await scene.router('10.0.0.1', router);
      const far = await scene.phone('10.0.0.3', { takes: 'ring' });
      const near = await scene.phone('10.0.0.4', { transport });
      await scene.during(near.call('9', '10.0.0.1'));
      await scene.pass(60_000);
      assert.ok(near.count('OPTIONS') > 0, 'it is asked');
      assert.deepEqual(west.legs, ['sip alerting', 'sip alerting']);
      scene.world.internet.cut('10.0.0.1', '10.0.0.4');
      await scene.pass(70_000);
      assert.equal(far.count('CANCEL'), 1);
      assert.match(west.logged('CALL_LOST').join(), /answers nothing while it rings|closed|timed out|no way/i);
      assert.deepEqual(causes(west), [41]);
      await scene.pass(40_000);
      west.assertIdle();
      scene.world.internet.heal('10.0.0.1', '10.0.0.4');
      near.close();
      far.close();
      await scene.during(west.gateway.stop());
    }
  }),
);

test(
  'a telephone that knows no OPTIONS may let it ring as long as it likes',
  story(async (scene) => {
    const router = `${telephones}${voip(10, '9', '10.0.0.3')}voice service voip\n allow-connections sip to sip\n`;
    const west = await scene.router('10.0.0.1', router);
    await scene.phone('10.0.0.3', { takes: 'ring' });
    const near = await scene.phone('10.0.0.4', { answersOptions: 481 });
    await scene.during(near.call('9', '10.0.0.1'));
    await scene.pass(170_000);
    assert.ok(near.count('OPTIONS') >= 4);
    assert.deepEqual(west.legs, ['sip alerting', 'sip alerting']);
    near.cancel();
    await scene.pass(40_000);
    west.assertIdle();
  }),
);

test(
  'why the peer ends a call stands in its record',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', telephones);
    const phone = await scene.phone('10.0.0.3');
    for (const reason of ['Q.850;cause=31', 'SIP;cause=408;text="gone"', 'SIP;cause=200', 'nonsense', undefined]) {
      await scene.during(phone.call('778', '10.0.0.1'));
      await scene.pass(3000);
      phone.ask('BYE', reason === undefined ? [] : [`Reason: ${reason}`]);
      await scene.pass(3000);
    }
    assert.deepEqual(causes(west), [31, 102, 16, 16, 16]);
  }),
);

test(
  'what is not offered is refused as the standards say, and the call goes on',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', telephones);
    const phone = await scene.phone('10.0.0.3');
    await scene.during(phone.call('778', '10.0.0.1'));
    await scene.pass(3000);
    for (const [method, status] of [
      ['INFO', 200],
      ['REFER', 400],
      ['SUBSCRIBE', 405],
      ['MESSAGE', 405],
      ['NOTIFY', 481],
      ['PRACK', 481],
      ['OPTIONS', 200],
      ['UPDATE', 200],
    ] as const) {
      phone.ask(method, method === 'PRACK' ? ['RAck: 1 1 INVITE'] : []);
      await scene.pass(100);
      assert.equal(phone.count(`${status} ${method}`), 1, method);
      const allow = phone.newest(`${status} ${method}`)?.headers.get('allow');
      if (status === 405)
        assert.deepEqual(allow, ['INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, PRACK, INFO']);
    }
    const said = phone.newest('200 OPTIONS')?.headers;
    assert.deepEqual(said?.get('allow'), ['INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, PRACK, INFO']);
    assert.deepEqual(said?.get('supported'), ['100rel, timer, replaces, norefersub']);
    assert.deepEqual(said?.get('accept'), ['application/sdp']);
    assert.equal(phone.newest('200 UPDATE')?.headers.get('session-expires')?.[0], '1800;refresher=uas');
    assert.equal(west.legs.length, 2);
    phone.hangUp();
    await scene.pass(3000);
    west.assertIdle();
  }),
);

test(
  'a telephone that knows no session timer and forgot the call is found out at half of the interval',
  story(async (scene) => {
    const configuration = `${telephones}voice service voip\n sip\n  min-se 90 session-expires 100\n`;
    const west = await scene.router('10.0.0.1', configuration);
    const phone = await scene.phone('10.0.0.3');
    await scene.during(phone.call('778', '10.0.0.1'));
    await scene.pass(3000);
    phone.close();
    const again = await scene.phone('10.0.0.3');
    await scene.pass(45_000);
    assert.equal(west.legs.length, 2);
    await scene.pass(9000);
    assert.deepEqual(again.heard, ['INVITE', 'ACK', 'BYE']);
    west.assertIdle();
    assert.deepEqual(causes(west), [41]);
    assert.match(west.logged('CALL_LOST').join(), /it answered 481/);
  }),
);

test(
  'a caller who is to refresh the session and does not loses the call before it expires, with a reason',
  story(async (scene) => {
    const configuration = `${telephones}voice service voip\n sip\n  min-se 90\n`;
    const west = await scene.router('10.0.0.1', configuration);
    const headers = ['Supported: timer', 'Session-Expires: 90;refresher=uac'];
    const phone = await scene.phone('10.0.0.3', { headers });
    await scene.during(phone.call('778', '10.0.0.1'));
    await scene.pass(3000);
    assert.deepEqual(phone.newest('200 INVITE')?.headers.get('require'), ['timer']);
    await scene.pass(40_000);
    phone.ask('UPDATE', headers);
    await scene.pass(58_000);
    assert.equal(west.legs.length, 2, 'it was refreshed once');
    await scene.pass(4000);
    assert.match(phone.newest('BYE')?.headers.get('reason')?.[0] ?? '', /^SIP;cause=408/);
    west.assertIdle();
    assert.deepEqual(causes(west), [102]);
  }),
);

test(
  'an interval below min-se is refused with 422 at the beginning and in mid-call, and nothing else changes',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', telephones);
    const phone = await scene.phone('10.0.0.3', { headers: ['Supported: timer', 'Session-Expires: 90'] });
    await scene.during(phone.call('778', '10.0.0.1'));
    await scene.pass(100);
    assert.deepEqual(phone.newest('422 INVITE')?.headers.get('min-se'), ['1800']);
    west.assertIdle();
    const other = await scene.phone('10.0.0.4', { headers: ['Supported: timer'] });
    await scene.during(other.call('778', '10.0.0.1'));
    await scene.pass(3000);
    other.ask('UPDATE', ['Supported: timer', 'Session-Expires: 100']);
    await scene.pass(100);
    assert.deepEqual(other.newest('422 UPDATE')?.headers.get('min-se'), ['1800']);
    assert.equal(west.legs.length, 2);
    other.hangUp();
    await scene.pass(3000);
    west.assertIdle();
  }),
);

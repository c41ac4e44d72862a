import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, story } from './scene.ts';

async function keepaliveOf(router: Router, tag: number): Promise<string> {
  const shown = await router.show('show dial-peer voice summary');
  return (
    shown
      .find((line) => line.startsWith(`${tag} `))
      ?.slice(86)
      .trim() ?? ''
  );
}

test(
  'a target that answers no OPTIONS is busied out after the retries, asked on, and called again with its first answer',
  story(async (scene) => {
    const [first, second] = [await scene.phone('10.0.0.3'), await scene.phone('10.0.0.4')];
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}${voip(10, '9...', '10.0.0.3', 'voice-class sip options-keepalive up-interval 10 down-interval 20 retry 3')}${voip(11, '9...', '10.0.0.4', 'preference 1')}`,
    );
    await scene.pass(1000);
    assert.equal(first.count('OPTIONS'), 1);
    assert.equal(second.count('OPTIONS'), 0);
    const asked = first.messages.find(({ method }) => method === 'OPTIONS');
    assert.equal(asked?.start, 'OPTIONS sip:10.0.0.3:5060 SIP/2.0');
    assert.match(asked?.headers.get('contact')?.[0] ?? '', /^<sip:10\.0\.0\.1:5060>$/);
    assert.equal(await keepaliveOf(west, 10), 'active');
    assert.equal(await keepaliveOf(west, 11), '');

    first.answersOptions = 503;
    await scene.pass(20_000);
    assert.equal(await keepaliveOf(west, 10), 'active');
    await scene.pass(10_000);
    assert.equal(await keepaliveOf(west, 10), 'busyout');
    assert.deepEqual(west.logged('KEEPALIVE_BUSYOUT'), [
      '%SIP-4-KEEPALIVE_BUSYOUT: 10.0.0.3:5060 over udp is busied out: it says 503, 3 times in a row',
    ]);
    await west.csim('9001', '0/3/0');
    assert.deepEqual([first.count('INVITE'), second.count('INVITE')], [0, 1]);
    const before = first.count('OPTIONS');
    await scene.pass(40_000);
    assert.equal(first.count('OPTIONS'), before + 2, 'asked every 20 seconds');

    first.answersOptions = 404;
    await scene.pass(20_000);
    assert.equal(await keepaliveOf(west, 10), 'active');
    assert.equal(west.logged('KEEPALIVE_ACTIVE').length, 1);
    await west.csim('9001', '0/3/0');
    assert.deepEqual([first.count('INVITE'), second.count('INVITE')], [1, 1]);
  }),
);

test(
  'calls that only a busied-out peer could take are 503, and OPTIONS that nobody answers count as failures',
  story(async (scene) => {
    const caller = await scene.phone('10.0.0.9');
    const far = await scene.phone('10.0.0.3');
    far.answersOptions = 'ignore';
    const west = await scene.router(
      '10.0.0.1',
      `${sipToSip}${voip(10, '9...', '10.0.0.3', 'voice-class sip options-keepalive up-interval 5 retry 2')}`,
    );
    await scene.pass(12_000);
    assert.equal(await keepaliveOf(west, 10), 'busyout');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.equal(caller.count('503 INVITE'), 1);
    assert.equal(far.count('INVITE'), 0);
    await west.configure('dial-peer voice 10 voip', 'no voice-class sip options-keepalive');
    const asked = far.count('OPTIONS');
    await scene.pass(300_000);
    assert.equal(far.count('OPTIONS'), asked, 'nobody is asked any more');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.equal(far.count('INVITE'), 1);
    caller.hangUp();
    await scene.pass(1000);
    west.assertIdle();
  }),
);

test(
  'each server of a group is asked as the profile says; a busy one gets no calls, and the peer is out when all are',
  story(async (scene) => {
    const servers = await Promise.all([3, 4].map((last) => scene.phone(`10.0.0.${last}`, { transport: 'tcp' })));
    const [first, second] = servers;
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}voice class server-group 1
 ipv4 10.0.0.3
 ipv4 10.0.0.4
 hunt-scheme round-robin
voice class sip-options-keepalive 7
 description both sites
 up-interval 10
 retry 1
 transport tcp
dial-peer voice 10 voip
 destination-pattern 9...
 session protocol sipv2
 session transport tcp
 session server-group 1
 voice-class sip options-keepalive profile 7
 codec g711ulaw
`,
    );
    await scene.pass(1000);
    assert.deepEqual(
      servers.map((server) => server.count('OPTIONS')),
      [1, 1],
    );
    if (first !== undefined) first.answersOptions = 505;
    await scene.pass(10_000);
    assert.equal(await keepaliveOf(west, 10), 'partial');
    for (let i = 0; i < 3; i++) await west.csim('9001', '0/3/0');
    assert.deepEqual(
      servers.map((server) => server.count('INVITE')),
      [0, 3],
    );
    assert.deepEqual(await west.show('show voice class sip-options-keepalive 7'), [
      'Voice class sip-options-keepalive: 7             AdminStat: Up',
      ' Description: both sites',
      ' Transport: tcp                  Sip Profiles: 0',
      ' Interval(seconds) Up: 10                Down: 30',
      ' Retry: 1',
      '',
      '  Peer Tag      Server Group    OOD SessID      OOD Stat        IfIndex',
      '  --------      ------------    ----------      --------        -------',
      '  10            1                               Active',
      '',
      '  Server Group: 1                OOD Stat: Active',
      '   OOD SessID   OOD Stat',
      '   ----------   --------',
      '   1            Busy',
      '   2            Active',
      '',
      ' OOD SessID: 1                   OOD Stat: Busy',
      '  Target: ipv4:10.0.0.3',
      '  Transport: tcp                 Sip Profiles: 0',
      '',
      ' OOD SessID: 2                   OOD Stat: Active',
      '  Target: ipv4:10.0.0.4',
      '  Transport: tcp                 Sip Profiles: 0',
      '',
      '------------------------------------------------------',
    ]);
    assert.deepEqual(await west.show('show dial-peer voip keepalive status'), [
      ' TAG        TENANT   DESTINATION                    OOD-SessID   PRI     WT      STATUS',
      ' 10         -        sess-svr-grp:1                                              partial',
      '                      ipv4:10.0.0.3                 1            -       -       busyout',
      '                      ipv4:10.0.0.4                 2            -       -       active',
    ]);
    if (second !== undefined) second.answersOptions = 503;
    await scene.pass(10_000);
    assert.equal(await keepaliveOf(west, 10), 'busyout');
    assert.match((await west.csim('9001', '0/3/0')).join(), /cause = 38 /);
    await west.configure('voice class sip-options-keepalive 7', 'shutdown');
    assert.equal(await keepaliveOf(west, 10), '');
    await west.csim('9001', '0/3/0');
    assert.equal(
      servers.reduce((sum, server) => sum + server.count('INVITE'), 0),
      4,
    );
  }),
);

test(
  'over TLS the one who answers must prove the name, and a name is alive when one of its hosts is',
  story(async (scene) => {
    const service = (target: string, priority: number) => ({ target, priority, port: 5071, weight: 1 });
    scene.world.services.set('_sips._tcp.voice.test', [service('first.test', 1), service('second.test', 2)]);
    scene.world.names.set('first.test', ['10.0.0.3']);
    scene.world.names.set('second.test', ['10.0.0.4']);
    const ca = storyAuthority('story root');
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}dial-peer voice 10 voip\n destination-pattern 9...\n session protocol sipv2\n session target dns:voice.test\n session transport tcp tls\n codec g711ulaw\n`,
    );
    await importIdentity(west, 'lab', storyCertificate(ca, 'west.test', { dnsNames: ['west.test'] }), ca);
    await west.type('configure terminal', 'crypto pki trustpoint lab', 'revocation-check none', 'exit');
    await west.type('sip-ua', 'crypto signaling default trustpoint lab', 'end');
    const phone = async (address: string, name: string) =>
      scene.phone(address, {
        transport: 'tls',
        port: 5071,
        credentials: credentialsOf(storyCertificate(ca, name, { dnsNames: [name] }), ca),
      });
    const impostor = await phone('10.0.0.3', 'first.test');
    const honest = await phone('10.0.0.4', 'voice.test');
    await west.configure('dial-peer voice 10 voip', 'voice-class sip options-keepalive up-interval 10 retry 1');
    await scene.pass(1000);
    assert.deepEqual([impostor.count('OPTIONS'), honest.count('OPTIONS')], [0, 1]);
    assert.equal(await keepaliveOf(west, 10), 'active');
    honest.answersOptions = 503;
    await scene.pass(10_000);
    assert.equal(await keepaliveOf(west, 10), 'busyout');
    assert.match(
      west.logged('KEEPALIVE_BUSYOUT').join(),
      /voice\.test:5061 over tls is busied out: .*, 1 times in a row/,
    );
  }),
);

test(
  'ports with busyout monitor keepalive are out of service while no keepalive target answers, and come back after keepalive trigger',
  story(async (scene) => {
    const [primary, secondary] = [await scene.phone('10.0.0.3'), await scene.phone('10.0.0.4', { transport: 'tcp' })];
    const caller = await scene.phone('10.0.0.9');
    const router = await scene.router('10.0.0.1', telephones);
    await router.configure('voice-port 0/3/1', 'busyout monitor keepalive');
    await router.configure(
      'sip-ua',
      'keepalive target ipv4:10.0.0.3',
      'keepalive target ipv4:10.0.0.4 tcp secondary',
      'timers keepalive active 10',
      'timers keepalive down 5',
      'retry keepalive 2',
      'keepalive trigger 2',
    );
    const stateOf = async (port: string): Promise<string | undefined> =>
      (await router.show('show voice port summary')).find((line) => line.startsWith(port))?.slice(42, 46);
    const rings = async (): Promise<string | undefined> => {
      await scene.during(caller.call('777', '10.0.0.1'));
      await scene.pass(2000);
      const last = caller.heard.at(-1);
      caller.hangUp();
      await scene.pass(1000);
      return last;
    };
    await scene.pass(1000);
    assert.deepEqual([primary.count('OPTIONS'), secondary.count('OPTIONS')], [1, 1]);
    assert.equal(await rings(), '200 INVITE');

    primary.answersOptions = 503;
    await scene.pass(60_000);
    assert.equal(await rings(), '200 INVITE', 'one of two is enough');
    secondary.answersOptions = 503;
    await scene.pass(30_000);
    assert.equal(await rings(), '503 INVITE');
    assert.deepEqual([await stateOf('0/3/1'), await stateOf('0/3/0')], ['down', 'dorm']);
    assert.match((await router.csim('9', '0/3/1')).join(), /voice port 0\/3\/1 is busied out|setup failed = 1/);

    primary.answersOptions = 200;
    await scene.pass(5000);
    assert.equal(await rings(), '503 INVITE', 'one answer is not enough');
    await scene.pass(5000);
    assert.equal(await rings(), '200 INVITE');
    assert.equal(await stateOf('0/3/1'), 'dorm');
    await router.configure('sip-ua', 'no keepalive target');
    const asked = primary.count('OPTIONS');
    await scene.pass(60_000);
    assert.equal(primary.count('OPTIONS'), asked);
  }),
);

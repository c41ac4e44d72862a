import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { story } from './scene.ts';

const east = `${telephones}dial-peer voice 9 pots\n destination-pattern 9001\n port 0/3/1\n`;
const west = telephones + voip(10, '9...', '10.0.0.2');

test(
  'debug ccsip messages shows a call framed as IOS frames it, on the console and in the buffer, and undebug all ends it',
  story(async (scene) => {
    const [router] = [await scene.router('10.0.0.1', west), await scene.router('10.0.0.2', east)];
    const console: string[] = [];
    router.gateway.logs.watch((line) => void console.push(line));
    assert.deepEqual(await router.show('debug ccsip messages'), ['SIP Call messages tracing is enabled']);
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    const at = console.findIndex((line) => line.endsWith('/SIP/Msg/ccsipDisplayMsg:'));
    assert.match(console[at] ?? '', /^Jan {2}1 00:00:00\.\d{3}: \/\/\d+\/[0-9A-F]{12}\/SIP\/Msg\//);
    assert.equal(console[at + 1], 'Sent: ');
    assert.match(console[at + 2] ?? '', /^INVITE sip:9001@10\.0\.0\.2:5060 SIP\/2\.0$/);
    const messages = (direction: string): readonly (string | undefined)[] =>
      console.flatMap((line, i) => (line === `${direction}: ` ? [console[i + 1]?.split(' sip:')[0]] : []));
    assert.deepEqual(messages('Sent'), ['INVITE', 'PRACK', 'ACK', 'BYE']);
    assert.deepEqual(messages('Received'), [
      'SIP/2.0 100 Trying',
      'SIP/2.0 180 Ringing',
      'SIP/2.0 200 OK',
      'SIP/2.0 200 OK',
      'SIP/2.0 200 OK',
    ]);
    const empty = console.findIndex((line, i) => i > at && line.includes('ccsipDisplayMsg')) - 1;
    assert.equal(console[empty], '');
    assert.deepEqual(await router.show('show debugging'), ['CCSIP SPI:', '  SIP Call messages tracing is enabled', '']);
    assert.ok(router.log.some((line) => line === 'Sent: '));
    assert.deepEqual(await router.show('undebug all'), ['All possible debugging has been turned off']);
    const seen = console.length;
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    assert.equal(console.length, seen);
    assert.deepEqual(await router.show('show debugging'), []);
  }),
);

test(
  'debug ccsip all asks first, and shows states, transport and calls beside the messages',
  story(async (scene) => {
    const [router] = [await scene.router('10.0.0.1', west), await scene.router('10.0.0.2', east)];
    assert.deepEqual((await router.type('debug ccsip all', 'n')).length, 2);
    assert.deepEqual(await router.show('show debugging'), []);
    assert.equal((await router.type('debug ccsip all', '')).at(-1), 'All SIP Call tracing is enabled');
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    const shown = (kind: string): readonly string[] => router.log.filter((line) => line.includes(`/SIP/${kind}/`));
    assert.deepEqual(
      shown('State').map((line) => /State change (.*)$/.exec(line)?.[1]),
      [
        'from (STATE_IDLE, SUBSTATE_NONE)  to (STATE_SENT_INVITE, SUBSTATE_NONE)',
        'from (STATE_SENT_INVITE, SUBSTATE_NONE)  to (STATE_RECD_PROCEEDING, SUBSTATE_NONE)',
        'from (STATE_RECD_PROCEEDING, SUBSTATE_NONE)  to (STATE_ACTIVE, SUBSTATE_NONE)',
        'from (STATE_ACTIVE, SUBSTATE_NONE)  to (STATE_DEAD, SUBSTATE_NONE)',
      ],
    );
    assert.match(
      shown('Transport')[0] ?? '',
      /udp connection 1 \(10\.0\.0\.1:5060 <-> 10\.0\.0\.2:5060\) is used, outbound$/,
    );
    assert.equal(shown('Call').length, 2);
    assert.ok(router.log.includes('Called Number            : 9001'));
    assert.deepEqual(await router.show('no debug all'), ['All possible debugging has been turned off']);
  }),
);

test(
  'debug messages name the leg and the call they belong to, both legs of a call the same call, and none what is of no call yet',
  story(async (scene) => {
    const through = `voice service voip\n allow-connections sip to sip\n ip address trusted list\n  ipv4 10.0.0.0 255.0.0.0\n!\n`;
    const first = await scene.router('10.0.0.1', west);
    const middle = await scene.router('10.0.0.2', through + voip(10, '9...', '10.0.0.3'));
    await scene.router('10.0.0.3', east.replace(/^/, through.replace(/ allow.*\n/, '')));
    const shown: string[] = [];
    middle.gateway.logs.watch((line) => void shown.push(line));
    await middle.type('debug ccsip messages', 'debug ccsip states', 'debug ccsip events');
    await first.csim('9001', '0/3/0');
    await scene.pass(1000);
    const heads = shown.flatMap((line) => /\/\/(\S+)\/SIP\/(\w+)\//.exec(line)?.slice(1, 3).join(' ') ?? []);
    const named = (name: string) => heads.filter((head) => head.startsWith(`${name} `)).length;
    const names = [...new Set(heads.map((head) => head.split(' ')[0]))];
    const legs = names.filter((name) => name !== '-1/xxxxxxxxxxxx');
    assert.equal(legs.length, 2);
    assert.equal(new Set(legs.map((name) => name?.split('/')[1])).size, 1, 'one call');
    // The INVITE and its 100, before it was anybody's.
    assert.equal(heads.filter((head) => head === '-1/xxxxxxxxxxxx Msg').length, 2);
    for (const leg of legs) assert.ok(named(leg ?? '') > 8, leg);
    const last = heads.filter((head) => head.endsWith(' Msg')).at(-1);
    assert.notEqual(last, '-1/xxxxxxxxxxxx Msg', 'the answer to BYE finds no leg, and is of it all the same');
  }),
);

test(
  'show sip-ua statistics counts what went over the wire, also what went twice, until it is cleared',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', west);
    const other = await scene.router('10.0.0.2', east);
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    const lines = await router.show('show sip-ua statistics');
    for (const line of [
      '      Trying 1/0, Ringing 1/0,',
      '      OkInvite 1/0, OkBye 1/0,',
      '      Invite 0/1, Ack 0/1, Bye 0/1,',
      '      Invite 0, Bye 0, Cancel 0, Response 0,',
      'Last time SIP Statistics were cleared: <never>',
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.ok((await other.show('show sip-ua statistics')).includes('      OkInvite 0/1, OkBye 0/1,'));
    await router.type('clear sip-ua statistics');
    await scene.during(other.gateway.stop());
    const calling = router.type('csim start 9001 voice-port 0/3/0');
    await scene.pass(3400);
    const again = await router.gateway.world.sip.statistics();
    assert.deepEqual([again.requests['INVITE']?.out, again.retries['INVITE']], [3, 2]);
    assert.match((await scene.during(calling)).join('\n'), /setup failed = 1/);
    assert.match(
      (await router.show('show sip-ua statistics')).at(-1) ?? '',
      /cleared: 00:00:\d\d\.\d{3} UTC Thu Jan 1 2026$/,
    );
  }),
);

test(
  'show sip-ua statistics dial-peer counts the messages of that peer alone, in and out, and a peer that goes takes its count along',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', west);
    const other = await scene.router(
      '10.0.0.2',
      `${east}dial-peer voice 7 voip\n session protocol sipv2\n codec g711ulaw\n incoming called-number 9\n`,
    );
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    const ofWest = await router.show('show sip-ua statistics dial-peer 10');
    for (const line of [
      '      Trying 1/0, Ringing 1/0,',
      '      OkInvite 1/0, OkBye 1/0,',
      '      Invite 0/1, Ack 0/1, Bye 0/1,',
    ]) {
      assert.ok(ofWest.includes(line), line);
    }
    const ofEast = await other.show('show sip-ua statistics dial-peer 7');
    for (const line of [
      '      Trying 0/1, Ringing 0/1,',
      '      OkInvite 0/1, OkBye 0/1,',
      '      Invite 1/0, Ack 1/0, Bye 1/0,',
    ]) {
      assert.ok(ofEast.includes(line), line);
    }
    const { calls, sip } = other.gateway.world;
    assert.deepEqual(calls.peerStatistics(7), sip.statistics(), 'all of the messages are of the one call');
    assert.deepEqual(calls.peerStatistics(1).requests, {});
    assert.deepEqual(await other.show('show sip-ua statistics dial-peer 99'), ['% No such dial-peer']);
    const record = JSON.parse((await other.show('show sip-ua statistics dial-peer 7 | json')).join(''));
    assert.deepEqual(record.requests.BYE, { in: 1, out: 0 });
    await other.type('configure terminal', 'no dial-peer voice 7', 'end');
    assert.deepEqual(calls.peerStatistics(7).requests, {});
    await router.type('clear sip-ua statistics');
    assert.deepEqual(router.gateway.world.calls.peerStatistics(10).requests, {});
    assert.match(
      (await router.show('show sip-ua statistics dial-peer 10')).at(-1) ?? '',
      /cleared: 00:00:\d\d\.\d{3} UTC/,
    );
  }),
);

test(
  'the displays of peers and of calls that ended tell of the same calls',
  story(async (scene) => {
    const [router] = [await scene.router('10.0.0.1', west), await scene.router('10.0.0.2', east)];
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    const peer = await router.show('show dial-peer voice 10');
    assert.equal(peer[0], 'VoiceOverIpPeer10');
    assert.ok(peer.includes('        Successful Calls = 1, Failed Calls = 0, Incomplete Calls = 0'));
    assert.ok(peer.includes('        Last Disconnect Text is "normal call clearing (16)",'));
    assert.deepEqual(await router.show('show dial-peer voice 11'), ['% No such dial-peer']);
    const plan = await router.show('show dialplan number 9001');
    assert.deepEqual(
      [plan[0], plan.at(-2), plan.at(-1)],
      ['Macro Exp.: 9001', '        Matched: 9001   Digits: 1', '        Target: ipv4:10.0.0.2'],
    );
    assert.deepEqual(await router.show('show dialplan number 5'), ['Macro Exp.: 5', '', 'No match, result=-1']);
    const history = await router.show('show call history voice brief');
    assert.deepEqual(
      history
        .filter((line) => line.includes(' pid:'))
        .slice(1)
        .map((line) => line.slice(line.indexOf('pid:'))),
      ['pid:2 Answer 778', 'pid:10 Originate 9001'],
    );
    const calls: unknown = JSON.parse((await router.show('show call history voice brief | json')).join('\n'));
    assert.deepEqual(calls, JSON.parse(JSON.stringify(router.gateway.world.calls.records())));
    assert.deepEqual(await router.show('show call active total-calls'), ['Total Number of Active Calls : 0']);
  }),
);

test(
  'logging and time stamps follow the configuration at once',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1');
    await router.configure('service timestamps log uptime', 'logging buffered 4096 warnings', 'logging console errors');
    await scene.pass(61_000);
    const console: string[] = [];
    router.gateway.logs.watch((line) => void console.push(line));
    router.gateway.commandFailed(new Error('odd'), 'a line');
    assert.deepEqual(console, ['00:01:01: %SYS-3-COMMAND_FAULT: Command failed: "a line": Error: odd']);
    assert.deepEqual(await router.show('show logging'), [
      'Syslog logging: enabled (0 messages dropped, 0 messages rate-limited,',
      '                0 flushes, 0 overruns, xml disabled, filtering disabled)',
      '    Console logging: level errors, 2 messages logged, xml disabled,',
      '                     filtering disabled',
      '    Monitor logging: level debugging, 0 messages logged, xml disabled,',
      '                     filtering disabled',
      '    Buffer logging: level warnings, 2 messages logged, xml disabled,',
      '                    filtering disabled',
      '    Count and timestamp logging messages: disabled',
      '    Trap logging: level informational, 2 message lines logged',
      '',
      'Log Buffer (4096 bytes):',
      '',
      'Jan  1 00:00:00.000: %SYS-5-RESTART: System restarted -- dialpeer, hostname Router',
      ...console,
    ]);
    await router.type('clear logging', '');
    assert.deepEqual((await router.show('show logging')).slice(-2), ['', 'Log Buffer (4096 bytes):']);
  }),
);

test(
  'every show that needs no argument prints its record as JSON, and no password',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', west);
    const secret = 'opensesame';
    await router.configure(
      'dial-peer voice 1 pots',
      `authentication username carol password ${secret}`,
      'sip-ua',
      `authentication username carol password ${secret}`,
      `credentials number 5551 username carol password ${secret} realm r`,
    );
    const calling = router.type('csim start 777 voice-port 0/3/0');
    await scene.during(calling);
    await router.type('write memory');
    const lines = router.gateway.language
      .mode('exec')
      .commands.filter(({ syntax, read }) => read !== undefined && !/[<{]/.test(syntax.replace(/\[[^[\]]*\]/g, '')))
      .map(({ syntax }) => syntax.replace(/ *\[[^[\]]*\](?:\.\.\.)?/g, ''));
    assert.ok(lines.length >= 20, lines.join('\n'));
    for (const line of lines) {
      const shown = await router.show(`${line} | json`);
      assert.doesNotThrow(() => JSON.parse(shown.join('\n')), `${line}: ${shown.join('\n')}`);
      assert.ok(!shown.join('\n').includes(secret), line);
      assert.ok(!(await router.show(line)).join('\n').includes(secret), line);
    }
  }),
);

test(
  'debug ccsip events, info and media tell what a call asks, hears and agrees on',
  story(async (scene) => {
    const [router, other] = [await scene.router('10.0.0.1', west), await scene.router('10.0.0.2', east)];
    for (const one of [router, other]) {
      assert.deepEqual(await one.show('debug ccsip events'), ['SIP Call events tracing is enabled']);
      await one.type('debug ccsip info', 'debug ccsip media');
    }
    await router.csim('9001', '0/3/0');
    await scene.pass(1000);
    const shown = ({ log }: typeof router, kind: string): readonly string[] =>
      log.filter((line) => line.includes(`/SIP/${kind}/`)).map((line) => line.slice(line.indexOf(': ', 24) + 2));
    const events = (one: typeof router) => shown(one, 'Event').map((line) => line.slice(line.indexOf(' : ') + 3));
    assert.deepEqual(events(router), ['call setup', '180 received', '200 received', 'release']);
    assert.deepEqual(events(other), ['new INVITE', 'send 180', 'send 200', 'ended: bye']);
    assert.deepEqual(shown(router, 'Info'), ['778 calls 9001 at ipv4:10.0.0.2 over udp, scheme sip']);
    assert.match(shown(other, 'Info')[0] ?? '', /^778 calls 9001 from 10\.0\.0\.1:5060 over udp, hops left 70$/);
    assert.deepEqual(
      shown(router, 'Media').map((line) => line.replace(/:\d+ RTP/, ':PORT RTP')),
      [
        'local offer: audio 10.0.0.1:PORT RTP/AVP PCMU/8000 sendrecv',
        'remote answer: audio 10.0.0.2:PORT RTP/AVP PCMU/8000 sendrecv',
      ],
    );
    assert.deepEqual(await router.show('undebug all'), ['All possible debugging has been turned off']);
  }),
);

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { ages, story } from './scene.ts';

test(
  'at boot a service objects to a line as it would when it is typed: the line is told and left out, the rest is in effect',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      `hostname gw
crypto pki server CA
 no shutdown
crypto pki trustpoint CA
 enrollment url http://10.0.0.9
 revocation-check none
crypto pki trustpoint T2
 rsakeypair ${'k'.repeat(129)}
 enrollment terminal
dial-peer voice 1 pots
 destination-pattern 1..
`,
    );
    const told = router.log.filter((line) => line.includes('CONFIG_LINE'));
    assert.equal(told.length, 2);
    assert.match(
      told[0] ?? '',
      /line 5 refused: "enrollment url http:\/\/10\.0\.0\.9": % Trustpoint CA: a certificate server/,
    );
    assert.match(told[1] ?? '', /line 8 refused: "rsakeypair k+": % Trustpoint T2: bad key label/);
    const running = router.gateway.configuration();
    assert.match(running, /crypto pki server CA\n no shutdown\n/);
    assert.match(running, /crypto pki trustpoint CA\n revocation-check none\n/);
    assert.match(running, /crypto pki trustpoint T2\n enrollment terminal\n/);
    assert.match(running, /dial-peer voice 1 pots\n destination-pattern 1\.\.\n/);
  }),
);

test(
  'a configuration with bad lines boots: each is told by its number, the rest is in effect',
  story(async (scene) => {
    const lines = [
      'hostname west',
      'hostnam',
      'dial-peer voice 1 pots',
      ' destination-pattern 777',
      ' port 0/3/1',
      ' destination-pattern asdfqw4r3~2',
      'dial-peer voice 99999999999 voip',
      'voice-port 0/3/1',
      ' device answer',
      'sip-ua',
      ' retry invite 11',
      ' retry',
      'voice-port 0/3/0',
      ' device answer',
      'end',
    ];
    const router = await scene.router('10.0.0.1', `${lines.join('\n')}\n`);
    assert.deepEqual(
      router.gateway.problems.map(({ line, message }) => [line, message.split('\n')[0]]),
      [
        [2, '% Incomplete command.'],
        [6, 'Incorrect format for E.164 Number'],
        [7, "% Invalid input detected at '^' marker."],
        [11, "% Invalid input detected at '^' marker."],
        [12, '% Incomplete command.'],
      ],
    );
    assert.deepEqual(router.logged('CONFIG_LINE'), [
      '%SYS-3-CONFIG_LINE: Configuration line 2 refused: "hostnam": % Incomplete command.',
      '%SYS-3-CONFIG_LINE: Configuration line 6 refused: "destination-pattern asdfqw4r3~2": Incorrect format for E.164 Number',
      `%SYS-3-CONFIG_LINE: Configuration line 7 refused: "dial-peer voice 99999999999 voip": % Invalid input detected at "99999999999".`,
      `%SYS-3-CONFIG_LINE: Configuration line 11 refused: "retry invite 11": % Invalid input detected at "11".`,
      '%SYS-3-CONFIG_LINE: Configuration line 12 refused: "retry": % Incomplete command.',
    ]);
    assert.match((await router.csim('777', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
  }),
);

for (const [what, damage] of [
  ['cannot be read', undefined],
  ['is no text', Buffer.from([1, 0, 2])],
] as const) {
  test(
    `a startup-config that ${what} is told, left untouched, and not written over`,
    story(async (scene) => {
      const host = scene.world.host(['10.0.0.1']);
      const { files } = host;
      await files.write('startup-config', 'hostname precious\nend\n');
      if (damage === undefined) files.failRead = (name) => name === 'startup-config';
      else await files.write('startup-config', damage);
      const router = await scene.routerOn(host);
      assert.equal(router.gateway.hostname, 'Router');
      const [told = ''] = router.logged('STARTUP_UNREADABLE');
      assert.match(told, /^%SYS-2-STARTUP_UNREADABLE: startup-config cannot be read and was left untouched: /);
      const refused = [
        'Building configuration...',
        '%Error writing startup-config: startup-config is unreadable and was left untouched',
      ];
      for (const line of ['write memory', 'write']) assert.deepEqual(await router.show(line), refused);
      assert.deepEqual((await router.type('copy running-config startup-config', '')).slice(2), refused);
      const shown = await router.show('show startup-config');
      assert.equal(shown.length, 1);
      assert.match(shown[0] ?? '', /^%Error opening nvram:\/startup-config \(/);
      files.failRead = () => false;
      const kept = (await files.read('startup-config'))?.toString('latin1');
      assert.ok(kept === 'hostname precious\nend\n' || kept === '\x01\0\x02');
    }),
  );
}

test(
  'what is saved comes back the same after a reload, and nothing else does',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1');
    await router.type('configure terminal', 'hostname west', 'end');
    await router.configure(...telephones.trim().split('\n'), ...voip(10, '9...', '10.0.0.2').trim().split('\n'));
    const saved = (await router.show('show running-config')).slice(3);
    assert.deepEqual(await router.show('write memory'), ['Building configuration...', '[OK]']);
    assert.deepEqual((await router.show('show startup-config')).slice(1), saved);
    assert.deepEqual(await router.type('reload', 'n'), ['west#reload', 'Proceed with reload? [confirm]n']);
    assert.equal(router.reloads, 0);

    await router.configure('ip host unsaved 10.0.0.9');
    const asked = await router.type('reload', 'no', '');
    assert.deepEqual(asked, [
      'west#reload',
      '',
      'System configuration has been modified. Save? [yes/no]: no',
      'Proceed with reload? [confirm]',
    ]);
    assert.equal(router.reloads, 1);
    await scene.during(router.gateway.stop());

    const again = await scene.routerOn(router.host);
    assert.deepEqual(again.gateway.problems, []);
    assert.deepEqual((await again.show('show running-config')).slice(3), saved);
    assert.match((await again.csim('777', '0/3/0')).at(-1) ?? '', /setup failed = 0/);

    await again.configure('ip host saved 10.0.0.9');
    assert.deepEqual(await again.type('copy running-config startup-config', ''), [
      'west#copy running-config startup-config',
      'Destination filename [startup-config]? ',
      'Building configuration...',
      '[OK]',
    ]);
    assert.ok((await again.show('show startup-config')).includes('ip host saved 10.0.0.9'));
  }),
);

test(
  'keys and certificates come back after a reload',
  story(async (scene) => {
    const ca = storyAuthority('root');
    const own = storyCertificate(ca, 'west', { ipAddresses: ['10.0.0.1'] });
    const router = await scene.router('10.0.0.1', 'hostname west\n');
    await importIdentity(router, 'lab', own, ca);
    const before = await router.show('show crypto pki certificates lab');
    assert.equal(before[0], 'Certificate');
    await router.type('write memory');
    await scene.during(router.gateway.stop());
    const again = await scene.routerOn(router.host);
    assert.deepEqual(again.gateway.problems, []);
    assert.deepEqual(await again.show('show crypto pki certificates lab'), before);
    assert.ok(
      (await again.show('show crypto pki trustpoints lab status')).some((line) =>
        line.includes('Keys generated ............. Yes'),
      ),
    );
  }),
);

test(
  'a call that is up lives through changes of the configuration, and new calls follow them',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9001', '10.0.0.3'));
    const caller = await scene.phone('10.0.0.2');
    const called = await scene.phone('10.0.0.3');
    const other = await scene.phone('10.0.0.4');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.equal(called.invitedAs, 'sip:9001@10.0.0.3:5060');

    await router.configure('no dial-peer voice 10 voip', ...voip(11, '9001', '10.0.0.4').trim().split('\n'));
    await router.configure('voice service voip', 'sip', 'url tel', 'listen-port non-secure 5070');
    await scene.pass(1000);
    assert.deepEqual(router.legs, ['sip active', 'sip active']);

    const second = await scene.phone('10.0.0.5');
    await second.call('9001', '10.0.0.1', 5070);
    await scene.pass(1000);
    assert.equal(other.invitedAs, 'tel:9001');
    assert.equal(second.heard.at(-1), '200 INVITE');
    assert.equal(router.legs.length, 4);

    const late = await scene.phone('10.0.0.6');
    await late.call('9001', '10.0.0.1', 5060);
    await scene.pass(1000);
    assert.deepEqual(late.heard, [], 'the old port is there for those in a call');
    called.hangUp();
    await scene.pass(1000);
    assert.equal(called.heard.at(-1), '200 BYE');
    assert.equal(caller.heard.at(-1), 'BYE');
    assert.equal(router.legs.length, 2);
    second.hangUp();
    await scene.pass(1000);
    assert.equal(router.legs.length, 0);
    await scene.pass(60_000);
    const gone = router.gateway.world.sip.connectionDetails('udp').map(({ local }) => local?.port);
    assert.ok(!gone.includes(5060), 'the old port is closed behind the last call');
  }),
);

test(
  'a graceful stop ends every call with BYE to both sides, and nothing is heard after it',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9001', '10.0.0.3') + telephones);
    const caller = await scene.phone('10.0.0.2');
    const called = await scene.phone('10.0.0.3');
    await caller.call('9001', '10.0.0.1');
    const early = await scene.phone('10.0.0.4');
    called.takes = 200;
    await scene.pass(1000);
    await early.call('777', '10.0.0.1');
    await scene.pass(100);
    assert.equal(router.legs.length, 4);
    await scene.during(router.gateway.stop());
    assert.deepEqual(caller.heard.slice(-1), ['BYE']);
    assert.deepEqual(called.heard.slice(-1), ['BYE']);
    assert.equal(early.heard.at(-1), '503 INVITE');
    router.assertIdle();
    const counts = [caller, called, early].map(({ heard }) => heard.length);
    const logLines = router.log.length;
    await caller.call('9001', '10.0.0.1');
    await scene.pass(ages);
    assert.deepEqual(
      [caller, called, early].map(({ heard }) => heard.length),
      counts,
    );
    assert.equal(router.log.length, logLines);
    // Its ports are free: another life of the gateway takes them all.
    const again = await scene.routerOn(router.host, telephones);
    assert.deepEqual(again.logged('LISTEN_SOCKET'), []);
  }),
);

test(
  'a stop does not wait longer than five seconds for peers that do not answer',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9001', '10.0.0.3'));
    const caller = await scene.phone('10.0.0.2');
    await scene.phone('10.0.0.3');
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    scene.world.internet.cut('10.0.0.1', '10.0.0.3');
    const begin = scene.world.clock.monotonic();
    await scene.during(router.gateway.stop());
    const took = scene.world.clock.monotonic() - begin;
    assert.ok(took >= 4900 && took <= 5200, String(took));
  }),
);

test(
  "the seed's configuration is a gateway: its displays work, it reads back the same, and liotta.com is called over TLS",
  story(async (scene) => {
    const text = await readFile(new URL('../../examples/seed.cfg', import.meta.url), 'utf8');
    // The web server is a real one; here nothing real may be listened on.
    const simulated = text.replace(/^ip http server$/m, 'no ip http server');
    const router = await scene.router(['172.18.197.154'], simulated);
    assert.deepEqual(router.gateway.problems, []);

    const running = (await router.show('show running-config')).slice(3);
    const again = await scene.router(['172.18.197.155'], `${running.join('\n')}\n`);
    assert.deepEqual(again.gateway.problems, []);
    assert.deepEqual((await again.show('show running-config')).slice(3), running);

    for (const [line, expected] of [
      ['show dial-peer voice summary', /^333 +voip +up/],
      ['show crypto pki certificates user1', /cn=172\.18\.197\.154/],
      ['show crypto pki trustpoints', /^Trustpoint user1:/],
      ['show sip-ua status', /^SIP User Agent for TLS over TCP : ENABLED/],
      ['show sip-ua timers', /^tls establish 20 seconds/],
      ['show sip-ua retry', /^invite retry count = 6/],
      ['show voice port summary', /^0\/3\/1/],
      ['show sip-ua connections tcp tls detail', /^Total active connections {6}: 0/],
      ['show sip-ua connections udp brief', /^No\. of inactive conn\. ageouts : 0/],
      ['show sip-ua calls', /^Total SIP call legs:0/],
      ['show call active voice brief', /Telephony call-legs: 0/],
    ] as const) {
      const shown = await router.show(line);
      assert.ok(
        shown.some((text) => expected.test(text)),
        `${line}\n${shown.join('\n')}`,
      );
    }

    const ca = storyAuthority('root');
    const far = storyCertificate(ca, 'liotta.com', { dnsNames: ['liotta.com'] });
    const liotta = await scene.phone('172.18.201.173', { transport: 'tls', credentials: credentialsOf(far, ca) });
    assert.match((await router.csim('333', '0/3/1'))[1] ?? '', /setup failed/);
    assert.match(router.logged('TLS_HANDSHAKE_FAILED')[0] ?? '', /user1.*172\.18\.201\.173:5061.*stage: credentials/);

    const own = storyCertificate(ca, 'user1', { ipAddresses: ['172.18.197.154'] });
    await importIdentity(router, 'story', own, ca);
    await router.configure(
      'crypto pki trustpoint story',
      'revocation-check none',
      'sip-ua',
      'crypto signaling remote-addr 172.18.201.173 255.255.255.255 trustpoint story',
    );
    assert.match((await router.csim('333', '0/3/1')).at(-1) ?? '', /setup failed = 0/);
    await scene.pass(100);
    assert.equal(liotta.invitedAs, 'sip:333@liotta.com:5061');
    assert.deepEqual(liotta.sources, ['172.18.197.154']);
    assert.deepEqual(liotta.heard, ['INVITE', 'ACK', 'BYE']);
  }),
);

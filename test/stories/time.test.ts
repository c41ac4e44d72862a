import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pki } from '../../src/pki/index.ts';
import { timestampOf } from '../../src/time/index.ts';
import { telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { epoch, type Router, type Scene, story } from './scene.ts';
import type { TimeServer } from './time-server.ts';

const yearMs = 365 * 86_400_000;
const asking = 'ntp server 10.0.0.9\n';

/** What the gateway's clock shows minus what it would show had it been right from the beginning, seconds. */
function wrongBy(scene: Scene, router: Router): number {
  return (router.gateway.world.time.clock().now - epoch - scene.world.clock.monotonic()) / 1000;
}

/** A router with an identity and a TLS peer at 10.0.0.3 that it calls by 9001. */
async function secured(scene: Scene, configuration: string): Promise<Router> {
  const ca = storyAuthority('root');
  const peer = credentialsOf(storyCertificate(ca, 'far', { ipAddresses: ['10.0.0.3'] }), ca);
  await scene.phone('10.0.0.3', { transport: 'tls', credentials: peer });
  const calls = telephones + voip(10, '9001', '10.0.0.3', 'session transport tcp tls');
  const router = await scene.router('10.0.0.1', calls + configuration);
  const own = storyCertificate(ca, 'west', { ipAddresses: ['10.0.0.1'] });
  assert.equal((await importIdentity(router, 'lab', own, ca)).at(-2), '% PEM files import succeeded.');
  await router.configure('crypto pki trustpoint lab', 'revocation-check none');
  await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
  return router;
}

/** A call over TLS: done, or the rule that refused the handshake. */
async function tlsCall(router: Router): Promise<string> {
  const before = router.logged('TLS_HANDSHAKE_FAILED').length;
  const said = await router.csim('9001', '0/3/0');
  if (said.at(-1)?.includes('setup failed = 0')) return 'done';
  return router.logged('TLS_HANDSHAKE_FAILED').slice(before).join('\n');
}

test(
  'while no time server has answered nothing is enrolled and no peer is judged, said once; then everything works',
  story(async (scene) => {
    const router = await secured(scene, `${asking}ip domain name lab.example\n`);
    const server = await scene.timeServer('10.0.0.9');
    server.isSilent = true;
    await scene.pass(5000);
    assert.match((await router.show('show clock detail')).join('\n'), /^\*00:00.*\nTime source is hardware calendar$/s);
    assert.match(await tlsCall(router), /the clock is not authoritative.*stage: policy, rule: clock$/);
    assert.match(await tlsCall(router), /rule: clock$/);
    assert.match(router.log.at(-1) ?? '', /^\*Jan {2}1 /);

    await router.configure('crypto pki trustpoint own', 'enrollment selfsigned', 'subject-name CN=west');
    const waits = '% The clock is not authoritative: no time server has answered yet';
    const refused = await router.typePatiently('configure terminal', 'crypto pki enroll own', 'end');
    assert.ok(refused.includes(waits), refused.join('\n'));
    await router.configure('crypto pki trustpoint ca', 'enrollment url http://10.0.0.8');
    const unfetched = await router.typePatiently('configure terminal', 'crypto pki authenticate ca', 'end');
    assert.ok(unfetched.includes(waits), unfetched.join('\n'));
    assert.deepEqual(router.logged('NON_AUTHORITATIVE_CLOCK'), [
      '%PKI-2-NON_AUTHORITATIVE_CLOCK: PKI functions can not be initialized until an authoritative time source, like NTP, can be obtained.',
    ]);

    server.isSilent = false;
    await scene.pass(70_000);
    assert.match((await router.show('show clock detail')).join('\n'), /^00:0.*\nTime source is NTP$/s);
    assert.equal(await tlsCall(router), 'done');
    await router.typePatiently('configure terminal', 'crypto pki enroll own', 'no', 'no', 'yes', 'end');
    assert.notEqual(router.gateway.world.pki.trustpoint('own')?.identity, undefined);
    assert.deepEqual(router.logged('PEERREACH'), ['%NTP-6-PEERREACH: Peer 10.0.0.9 is reachable']);
    assert.deepEqual(router.logged('PEERSYNC'), ['%NTP-5-PEERSYNC: NTP synced to peer 10.0.0.9']);
    assert.deepEqual(router.logged('HOST_CLOCK'), []);
  }),
);

test(
  'a certificate authority starts when the clock has become authoritative, and its certificate bears the right date',
  story(async (scene) => {
    scene.world.clock.epoch = epoch - 3 * yearMs;
    const router = await scene.router(
      '10.0.0.1',
      `${asking}crypto pki server labca\n issuer-name CN=lab CA\n grant auto\n no shutdown\n`,
    );
    await scene.pass(4000);
    assert.match((await router.show('show crypto pki server')).join('\n'), /Fault: the clock is not authoritative/);
    await scene.timeServer('10.0.0.9');
    await scene.pass(60_000);
    const { pki } = router.gateway.world;
    assert.ok(pki instanceof Pki);
    await scene.during(pki.settled());
    const shown = (await router.show('show crypto pki server')).join('\n');
    assert.match(shown, /Status: enabled[\s\S]*expiration timer: .* UTC Dec 31 2028/);
    assert.equal((await pki.authorities.scep({ method: 'GET', operation: 'GetCACert' })).status, 200);
  }),
);

for (const [what, hostEpoch, serverEpoch, outcome] of [
  ['a year behind', epoch - yearMs, epoch, 'done'],
  ['twenty years ahead', epoch + 20 * yearMs, epoch, 'done'],
  ['right by the peers, who are twenty years behind', epoch, epoch + 20 * yearMs, /has expired.*rule: chain$/],
] as const) {
  test(
    `with a host clock that is ${what} certificates are judged by the time of the server`,
    story(async (scene) => {
      scene.world.clock.epoch = hostEpoch;
      const router = await secured(scene, asking);
      await scene.timeServer('10.0.0.9', serverEpoch);
      await scene.pass(60_000);
      const said = await tlsCall(router);
      if (typeof outcome === 'string') assert.equal(said, outcome);
      else assert.match(said, outcome);
      const [told = '', ...more] = router.logged('HOST_CLOCK');
      const seconds = Math.abs(hostEpoch - serverEpoch) / 1000;
      const direction = hostEpoch > serverEpoch ? 'ahead' : 'behind';
      assert.equal(
        told,
        `%NTP-4-HOST_CLOCK: The host's clock is ${seconds} seconds ${direction} of the time that 10.0.0.9 tells`,
      );
      assert.deepEqual(more, []);
      assert.equal(router.logged('CLOCKUPDATE').length, 1);
      assert.match(router.log.at(-1) ?? '', serverEpoch === epoch ? /^Jan {2}1 00:/ : /^Dec 27 00:/);
    }),
  );
}

test(
  'a host clock that is set afterwards moves nothing, and is told',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', asking);
    await scene.timeServer('10.0.0.9');
    await scene.pass(60_000);
    scene.world.clock.epoch = epoch + yearMs;
    assert.ok(Math.abs(wrongBy(scene, router)) < 0.01);
    await scene.pass(200_000);
    assert.ok(Math.abs(wrongBy(scene, router)) < 0.01);
    assert.equal(router.logged('HOST_CLOCK').length, 1);
  }),
);

test(
  'a server that falls silent leaves a clock that goes on, authoritative and marked by a dot, and is asked less and less',
  story(async (scene) => {
    const router = await secured(scene, asking);
    const server = await scene.timeServer('10.0.0.9');
    await scene.pass(3 * 60 * 60_000);
    assert.equal((await router.show('show ntp status'))[7]?.split(',')[0], 'system poll interval is 1024');
    assert.ok(server.asked.length < 50, String(server.asked.length));
    assert.equal(new Set(server.asked.map(({ port }) => port)).size, server.asked.length);
    server.isSilent = true;
    await scene.pass(2 * 60 * 60_000);
    assert.deepEqual(await router.show('show clock detail'), [
      `.05:00:00.0${(await router.show('show clock'))[0]?.slice(11, 13)} UTC Thu Jan 1 2026`,
      'Time source is NTP',
    ]);
    assert.deepEqual(router.logged('PEERUNREACH'), ['%NTP-6-PEERUNREACH: Peer 10.0.0.9 is unreachable']);
    assert.deepEqual(router.logged('UNSYNC'), ['%NTP-4-UNSYNC: NTP sync is lost: no server answers']);
    assert.equal((await router.show('show ntp status'))[0], 'Clock is unsynchronized, stratum 16, no reference clock');
    assert.equal(await tlsCall(router), 'done');
    server.isSilent = false;
    await scene.pass(70_000);
    assert.match((await router.show('show clock'))[0] ?? '', /^05:/);
  }),
);

const lie = (server: TimeServer, lies: TimeServer['lies']): void => {
  server.lies = lies;
};
const lying: readonly (readonly [string, (server: TimeServer) => void, RegExp])[] = [
  ['does not echo the question', (server) => lie(server, { originate: 1n }), /^$/],
  ['answers from another port', (server) => Object.assign(server, { answersFromElsewhere: true }), /^$/],
  ['is not synchronised', (server) => lie(server, { leap: 3 }), /clock is not synchronised$/],
  ['has stratum 16', (server) => lie(server, { stratum: 16 }), /clock is not synchronised$/],
  [
    'is two seconds from its source',
    (server) => lie(server, { rootDispersionMs: 2000 }),
    /too far from the true time$/,
  ],
  ['answers before it was asked', (server) => lie(server, { transmit: timestampOf(epoch - 1) }), /answer cannot be$/],
];
for (const [what, tell, reason] of lying) {
  test(
    `a server that ${what} is not believed`,
    story(async (scene) => {
      const router = await scene.router('10.0.0.1', asking);
      tell(await scene.timeServer('10.0.0.9', epoch + yearMs));
      await scene.pass(300_000);
      assert.match((await router.show('show clock'))[0] ?? '', /^\*00:05.* 2026$/);
      assert.match(router.logged('SERVER_REFUSED').join('\n'), reason);
    }),
  );
}

test(
  'a forged answer that comes first neither sets the clock nor ends the wait for the true one',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', asking);
    const server = await scene.timeServer('10.0.0.9');
    server.forgery = { originate: 7n, receive: timestampOf(epoch + yearMs), transmit: timestampOf(epoch + yearMs) };
    await scene.pass(60_000);
    assert.equal((await router.show('show clock detail'))[1], 'Time source is NTP');
    assert.ok(Math.abs(wrongBy(scene, router)) < 0.01);
  }),
);

test(
  'a kiss of death is obeyed: RATE is asked half as often for good, DENY never again',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', asking);
    const server = await scene.timeServer('10.0.0.9');
    lie(server, { stratum: 0, leap: 3, referenceId: Buffer.from('RATE') });
    await scene.pass(10_000);
    assert.equal(server.asked.length, 1);
    lie(server, {});
    await scene.pass(130_000);
    assert.equal(server.asked.length, 2);
    lie(server, { stratum: 0, leap: 3, referenceId: Buffer.from('DENY') });
    await scene.pass(3 * 60 * 60_000);
    assert.equal(server.asked.length, 3);
    assert.deepEqual(router.logged('KISS'), [
      '%NTP-4-KISS: 10.0.0.9 asks to be left alone: RATE',
      '%NTP-4-KISS: 10.0.0.9 asks to be left alone: DENY',
    ]);
    await router.configure('no ntp server 10.0.0.9', 'ntp server 10.0.0.9');
    await scene.pass(10);
    assert.equal(server.asked.length, 4);
  }),
);

test(
  'one liar among three servers is outvoted, even a preferred one; of two that disagree none is believed',
  story(async (scene) => {
    const [liar] = [await scene.timeServer('10.0.0.7', epoch + yearMs), await scene.timeServer('10.0.0.8')];
    await scene.timeServer('10.0.0.9');
    const router = await scene.router('10.0.0.1', `ntp server 10.0.0.7 prefer\nntp server 10.0.0.8\n${asking}`);
    await scene.pass(300_000);
    assert.ok(Math.abs(wrongBy(scene, router)) < 0.01);
    assert.deepEqual(
      (await router.show('show ntp associations')).slice(1, -1).map((line) => line.slice(0, 10)),
      ['x~10.0.0.7', '*~10.0.0.8', '+~10.0.0.9'],
    );
    liar.isSilent = true;
    scene.world.names.set('time.example', ['10.0.0.6']);
    await scene.timeServer('10.0.0.6', epoch + yearMs);
    const other = await scene.router('10.0.0.2', 'ntp server 10.0.0.8\nntp server time.example\n');
    await scene.pass(60_000);
    assert.match((await other.show('show clock'))[0] ?? '', /^\*/);
    assert.match(other.logged('UNSYNC')[0] ?? '', /the servers do not agree about the time$/);
    await other.configure('no ntp server time.example');
    await scene.pass(1);
    assert.match((await other.show('show clock'))[0] ?? '', /^00:/);
  }),
);

test(
  'clock set is the operator’s word: authoritative, logged with his name, until a server says better',
  story(async (scene) => {
    const router = await secured(scene, `clock timezone EST -5\nclock summer-time EDT recurring\n${asking}`);
    assert.match(await tlsCall(router), /rule: clock$/);
    assert.deepEqual(await router.show('clock set 12:30:00 4 July 2027'), []);
    assert.match(
      (await router.show('show clock detail')).join('\n'),
      /^12:30:00\.000 EDT Sun Jul 4 2027\nTime source is user configuration$/,
    );
    assert.match(
      router.logged('CLOCKUPDATE')[0] ?? '',
      /^%SYS-6-CLOCKUPDATE: System clock has been updated from 19:00:\d\d EST Wed Dec 31 2025 to 12:30:00 EDT Sun Jul 4 2027, configured from console by console\.$/,
    );
    assert.equal(await tlsCall(router), 'done');
    await scene.timeServer('10.0.0.9');
    await scene.pass(70_000);
    assert.match((await router.show('show clock'))[0] ?? '', /^19:0.* EST Wed Dec 31 2025$/);
    assert.match(router.logged('CLOCKUPDATE')[1] ?? '', /configured from NTP by 10\.0\.0\.9\.$/);
  }),
);

test(
  'without a time server, or with clock calendar-valid, the clock of the host is authoritative',
  story(async (scene) => {
    const router = await secured(scene, '');
    assert.equal(await tlsCall(router), 'done');
    await router.configure('ntp server 10.0.0.9');
    await router.type('clear sip-ua tcp tls connection id 1 target ipv4:10.0.0.3:5061');
    assert.match(await tlsCall(router), /rule: clock$/);
    await router.configure('clock calendar-valid');
    assert.equal(await tlsCall(router), 'done');
    assert.match((await router.show('show clock'))[0] ?? '', /^00:/);
  }),
);

test(
  'a server is asked from the address of its source interface, by its own port and version, and not at all without an address',
  story(async (scene) => {
    const server = await scene.timeServer('10.0.0.9');
    const router = await scene.router(
      ['10.0.0.1', '10.0.0.2'],
      'interface Loopback0\n ip address 10.0.0.2 255.255.255.255\nntp server 10.0.0.9 source Loopback0 version 3\n',
    );
    await scene.pass(1000);
    assert.deepEqual(
      server.asked.map(({ host }) => host),
      ['10.0.0.2'],
    );
    await router.configure('ntp server 10.0.0.9 source Loopback1');
    await scene.pass(70_000);
    assert.equal(server.asked.length, 1);
    assert.deepEqual(router.logged('NO_QUESTION'), [
      '%NTP-4-NO_QUESTION: 10.0.0.9 cannot be asked for the time: Loopback1 has no address',
    ]);
    assert.match(router.logged('NO_ADDRESS').join('\n'), /ntp server 10\.0\.0\.9 source Loopback1/);
  }),
);

test(
  'log stamps are in local time with the name of the zone where service timestamps asks for it',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      'clock timezone IST 5 30\nservice timestamps log datetime localtime show-timezone\n',
    );
    assert.match(router.log.at(-1) ?? '', /^Jan {2}1 05:30:00 IST: %SYS-5-RESTART/);
    assert.match((await router.show('show version')).join('\n'), /^System restarted at 05:30:00 IST Thu Jan 1 2026$/m);
  }),
);

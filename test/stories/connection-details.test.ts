import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { ages, epoch, type Router, type Scene, story } from './scene.ts';

/** Two gateways of one authority, west with a dial peer to `dns:east.test` over TLS. */
async function pair(scene: Scene): Promise<{ readonly west: Router; readonly east: Router }> {
  const ca = storyAuthority('lab ca');
  const target = voip(10, '777', '10.0.0.2', 'session transport tcp tls').replace(
    'ipv4:10.0.0.2',
    'dns:east.test:5061',
  );
  const west = await scene.router('10.0.0.1', telephones.replace('pattern 777', 'pattern 779') + target);
  const east = await scene.router('10.0.0.2', telephones + voip(10, '9...', '10.0.0.1'));
  for (const [router, name] of [
    [west, 'west.test'],
    [east, 'east.test'],
  ] as const) {
    await importIdentity(router, 'lab', storyCertificate(ca, name, { dnsNames: [name] }), ca);
    await router.configure('crypto pki trustpoint lab', 'revocation-check none');
    await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
  }
  await west.configure('ip host east.test 10.0.0.2');
  return { west, east };
}

const verbose = 'show sip-ua connections tcp tls verbose';

test(
  'a TLS connection tells who it reaches by which name, how it is protected, and how many calls it carries',
  story(async (scene) => {
    const { west, east } = await pair(scene);
    const call = west.type('csim start 777 voice-port 0/3/0');
    await scene.pass(1500);
    const [during] = west.gateway.world.sip.connectionDetails('tls');
    assert.equal(during?.calls, 1);
    await scene.during(call);
    await scene.pass(60_000);
    assert.deepEqual(
      (await west.show(verbose)).filter((line) => !/ (Local|Bytes|TLS|Expires|Age) /.test(line)),
      [
        'Total active connections      : 1',
        '',
        'Remote-Agent:10.0.0.2:5061, Conn-Id:1, Conn-State:Established, Direction:out',
        '  Calls      : 0',
        '  Messages   : 5 in, 4 out, 0 queued',
        '  Name       : asked east.test, proved east.test',
        '  Trustpoint : lab',
        '  Peer       : CN=east.test',
      ],
    );
    const [detail] = west.gateway.world.sip.connectionDetails('tls');
    assert.ok(
      detail !== undefined && detail.ageMs > 60_000 && detail.idleMs >= 55_000 && detail.idleMs <= detail.ageMs,
    );
    assert.equal(detail.tls?.resumed, false);
    assert.match(detail.tls?.policy ?? '', /lab/);
    assert.ok((detail.tls?.certificateExpires ?? 0) > epoch);
    const [seen] = east.gateway.world.sip.connectionDetails('tls');
    assert.deepEqual([seen?.direction, seen?.tls?.provedName, seen?.tls?.askedName], ['in', 'west.test', undefined]);
    assert.deepEqual(seen?.bytes, { in: detail.bytes.out, out: detail.bytes.in });
  }),
);

test(
  'what closed a connection is still known afterwards, oldest first',
  story(async (scene) => {
    const { west, east } = await pair(scene);
    await west.csim('777', '0/3/0');
    await west.type('clear sip-ua tcp tls connection id 1 target ipv4:10.0.0.2:5061');
    await scene.pass(1000);
    await west.csim('777', '0/3/0');
    await scene.pass(ages);
    await east.configure('sip-ua', 'no crypto signaling default');
    await west.csim('777', '0/3/0');
    const causes = west.gateway.world.sip.closedConnections().map(({ cause, provedName }) => [cause, provedName]);
    assert.deepEqual(causes, [
      ['cleared', 'east.test'],
      ['aged', 'east.test'],
      ['not-established', undefined],
    ]);
    const shown = (await west.show('show sip-ua connections history')).join('\n');
    assert.match(shown, /^Closed connections kept {7}: 3\n\n\*?\d\d:\d\d/);
    assert.match(
      shown,
      /Remote-Agent:10\.0\.0\.2:5061, Local:10\.0\.0\.1:\d+, Conn-Id:1, Transport:tls, Direction:out\n/,
    );
    assert.match(shown, / {2}Proved {5}: east\.test\n {2}Cause {6}: idle for too long\n {2}Lived {6}: 01:0/);
    assert.match(shown, / {2}Cause {6}: never established\n {2}Reason {5}: /);
    const east200 = east.gateway.world.sip.closedConnections();
    assert.deepEqual([east200[0]?.cause, east200[0]?.direction], ['remote', 'in']);
    assert.deepEqual(JSON.parse((await west.show('show sip-ua connections history | json')).join('\n')).length, 3);
  }),
);

test(
  'the history keeps the last 200 connections',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    const stranger = scene.world.host(['10.0.0.9']);
    for (let i = 0; i < 205; i++) {
      const stream = await scene.during(
        stranger.network.connectTcp({ host: '10.0.0.1', port: 5060 }, { timeoutMs: 1000 }),
      );
      stream.destroy();
      await scene.pass(50);
    }
    const closed = router.gateway.world.sip.closedConnections();
    assert.equal(closed.length, 200);
    assert.ok(closed.every(({ cause, remote }) => cause === 'remote' && remote.host === '10.0.0.9'));
  }),
);

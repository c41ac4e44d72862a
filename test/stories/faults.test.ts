import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { ages, story } from './scene.ts';

test(
  'a called peer that dies in mid-call releases the caller, and nothing is left',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9001', '10.0.0.3', 'session transport tcp'));
    const caller = await scene.phone('10.0.0.2');
    const called = await scene.phone('10.0.0.3', { transport: 'tcp' });
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    assert.deepEqual(router.legs, ['sip active', 'sip active']);
    called.close();
    await scene.pass(5000);
    assert.equal(caller.heard.at(-1), 'BYE');
    router.assertIdle();
    assert.equal(router.logged('CALL_LOST').length, 1);
    assert.match(router.logged('CALL_LOST')[0] ?? '', /^%SIP-4-CALL_LOST: Call .* with 10\.0\.0\.3:5060 was lost: /);
    assert.equal(router.active('tcp'), 0);
    await scene.pass(ages);
    assert.equal(scene.world.clock.pending, 0);
    assert.equal(scene.world.internet.openStreams, 0);
  }),
);

test(
  'a connection that is reset while the peer lives does not end the call',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', sipToSip + voip(10, '9001', '10.0.0.3', 'session transport tcp'));
    const caller = await scene.phone('10.0.0.2');
    const called = await scene.phone('10.0.0.3', { transport: 'tcp' });
    await caller.call('9001', '10.0.0.1');
    await scene.pass(1000);
    scene.world.internet.reset('10.0.0.1', '10.0.0.3');
    await scene.pass(1000);
    assert.deepEqual(router.legs, ['sip active', 'sip active']);
    caller.hangUp();
    await scene.pass(1000);
    assert.equal(called.heard.at(-1), 'BYE');
    router.assertIdle();
  }),
);

test(
  'a peer that is cut off answers no BYE: the call ends all the same and every timer with it',
  story(async (scene) => {
    for (const transport of ['udp', 'tcp'] as const) {
      const [gateway, far] = transport === 'udp' ? ['10.0.0.1', '10.0.0.3'] : ['10.0.1.1', '10.0.1.3'];
      const target = voip(10, '9001', far, ...(transport === 'udp' ? [] : ['session transport tcp']));
      const router = await scene.router(gateway, sipToSip + target);
      const caller = await scene.phone(transport === 'udp' ? '10.0.0.2' : '10.0.1.2');
      await scene.phone(far, { transport });
      await caller.call('9001', gateway);
      await scene.pass(1000);
      assert.equal(router.legs.length, 2);
      scene.world.internet.cut(gateway, far);
      caller.hangUp();
      await scene.pass(60_000);
      assert.equal(caller.heard.at(-1), '200 BYE');
      router.assertIdle();
      scene.world.internet.heal(gateway, far);
      await scene.pass(ages);
      assert.equal(router.active(transport), 0);
    }
    assert.equal(scene.world.clock.pending, 0);
  }),
);

test(
  'a telephone whose far end dies is put back on its hook',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9001', '10.0.0.3', 'session transport tcp'));
    const called = await scene.phone('10.0.0.3', { transport: 'tcp' });
    const calling = router.type('csim start 9001 voice-port 0/3/0');
    await scene.pass(500);
    assert.deepEqual(router.legs, ['telephony active', 'sip active']);
    called.close();
    await scene.pass(200);
    router.assertIdle();
    await scene.during(calling);
  }),
);

test(
  'a caller that vanishes before the answer is not called back for ever',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    const caller = await scene.phone('10.0.0.2');
    await caller.call('777', '10.0.0.1');
    await scene.pass(500);
    scene.world.internet.cut('10.0.0.1', '10.0.0.2');
    await scene.pass(120_000);
    router.assertIdle();
    assert.equal(router.gateway.world.calls.records().at(-1)?.cause, 102);
    await scene.pass(ages);
    assert.equal(scene.world.clock.pending, 0);
  }),
);

test(
  'a busy port is told, the other listeners run, and typing it again opens it once it is free',
  story(async (scene) => {
    for (const [at, again] of [
      ['10.0.0.1', ['sip-ua', 'transport tcp']],
      ['10.0.0.2', ['voice service voip', 'sip', 'listen-port non-secure 5060']],
    ] as const) {
      const host = scene.world.host([at]);
      const holder = await host.network.listenTcp(
        { host: at, port: 5060 },
        { accepted: () => undefined, failed: () => undefined },
      );
      const router = await scene.routerOn(host, telephones);
      assert.deepEqual(router.logged('LISTEN_SOCKET'), [
        `%SIP-2-LISTEN_SOCKET: Failed to open listen socket for ip_addr=0.0.0.0, port=5060, transport=TCP: bind EADDRINUSE 0.0.0.0:5060`,
      ]);
      const enabled = async (): Promise<readonly string[]> => (await router.show('show sip-ua status')).slice(1, 4);
      assert.deepEqual(await enabled(), [
        'SIP User Agent for UDP : ENABLED',
        'SIP User Agent for TCP : DISABLED',
        'SIP User Agent for TLS over TCP : ENABLED',
      ]);
      const caller = await scene.phone(`${at}1`);
      await caller.call('777', at);
      await scene.pass(2000);
      assert.equal(caller.heard.at(-1), '200 INVITE');
      caller.hangUp();
      await scene.pass(1000);
      holder.close();
      await router.configure(...again);
      await scene.pass(10);
      assert.equal((await enabled())[1], 'SIP User Agent for TCP : ENABLED', again.join(', '));
      const overTcp = await scene.phone(`${at}2`, { transport: 'tcp' });
      await scene.during(overTcp.call('777', at));
      await scene.pass(2000);
      assert.equal(overTcp.heard.at(-1), '200 INVITE');
      overTcp.hangUp();
      await scene.pass(1000);
      overTcp.close();
    }
  }),
);

test(
  'a port that another program holds is told of once, whatever is typed, tried again, and told of when it is ours',
  story(async (scene) => {
    const host = scene.world.host(['10.0.0.1']);
    const hold = () =>
      host.network.listenTcp({ host: '10.0.0.1', port: 5060 }, { accepted: () => undefined, failed: () => undefined });
    const holder = await hold();
    const router = await scene.routerOn(host, telephones);
    for (let i = 1; i <= 5; i++) await router.configure('sip-ua', `max-forwards ${10 + i}`);
    await scene.pass(10 * 60_000);
    assert.equal(router.logged('LISTEN_SOCKET').length, 1);
    assert.equal(router.logged('LISTEN_SOCKET_OPEN').length, 0);
    holder.close();
    await scene.pass(60_000);
    assert.deepEqual(router.logged('LISTEN_SOCKET_OPEN'), [
      '%SIP-5-LISTEN_SOCKET_OPEN: Listen socket for ip_addr=0.0.0.0, port=5060, transport=TCP is open now',
    ]);
    await router.configure('sip-ua', 'no transport tcp');
    await scene.pass(1000);
    const again = await hold();
    await router.configure('sip-ua', 'transport tcp');
    await scene.pass(1000);
    assert.equal(router.logged('LISTEN_SOCKET').length, 2, 'it happened anew');
    await router.configure('sip-ua', 'no transport tcp');
    again.close();
    await scene.pass(120_000);
    assert.equal(router.logged('LISTEN_SOCKET_OPEN').length, 1, 'what nobody wants any more is not opened');
  }),
);

test(
  'a trustpoint without key or certificate refuses TLS with its reason, and UDP and TCP go on',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      `${telephones + voip(10, '9001', '10.0.0.3', 'session transport tcp tls')}crypto pki trustpoint bare\n enrollment terminal\nsip-ua\n crypto signaling default trustpoint bare\n`,
    );
    const said = await router.csim('9001', '0/3/0');
    assert.match(said[1] ?? '', /^csim: setup failed, cause = 63/);
    const [refused = ''] = router.logged('TLS_HANDSHAKE_FAILED');
    assert.match(refused, /Reason: .*bare.*role: client, stage: credentials/);

    const ca = storyAuthority('root');
    const peer = storyCertificate(ca, 'peer', { ipAddresses: ['10.0.0.4'] });
    const tls = await scene.phone('10.0.0.4', { transport: 'tls', credentials: credentialsOf(peer, ca) });
    await assert.rejects(scene.during(tls.call('777', '10.0.0.1')));
    assert.match(router.logged('TLS_HANDSHAKE_FAILED')[1] ?? '', /Reason: .*bare.*role: server, stage: credentials/);
    const shown = await router.show('show sip-ua connections tcp tls brief');
    assert.deepEqual(shown.slice(6, 8), ['TLS client handshake failures : 1', 'TLS server handshake failures : 1']);

    for (const transport of ['udp', 'tcp'] as const) {
      const phone = await scene.phone(transport === 'udp' ? '10.0.0.5' : '10.0.0.6', { transport });
      await scene.during(phone.call('777', '10.0.0.1'));
      await scene.pass(2000);
      assert.equal(phone.heard.at(-1), '200 INVITE');
      phone.hangUp();
      await scene.pass(1000);
      phone.close();
    }
    router.assertIdle();
  }),
);

test(
  'once key and certificate are imported, the same peer is reached over mutual TLS',
  story(async (scene) => {
    const ca = storyAuthority('root');
    const west = await scene.router('10.0.0.1', telephones + voip(10, '9001', '10.0.0.3', 'session transport tcp tls'));
    const far = storyCertificate(ca, 'far', { ipAddresses: ['10.0.0.3'] });
    const called = await scene.phone('10.0.0.3', { transport: 'tls', credentials: credentialsOf(far, ca) });
    assert.match((await west.csim('9001', '0/3/0'))[1] ?? '', /setup failed/);
    const own = storyCertificate(ca, 'west', { ipAddresses: ['10.0.0.1'] });
    assert.equal((await importIdentity(west, 'lab', own, ca)).at(-2), '% PEM files import succeeded.');
    await west.configure(
      'crypto pki trustpoint lab',
      'revocation-check none',
      'sip-ua',
      'crypto signaling default trustpoint lab',
    );
    assert.deepEqual((await west.csim('9001', '0/3/0')).slice(-1), [
      'csim: call attempted = 1, setup failed = 0, tone failed = 0',
    ]);
    await scene.pass(100);
    assert.deepEqual(called.heard, ['INVITE', 'ACK', 'BYE']);
    assert.equal(west.active('tls'), 1);
  }),
);

test(
  'over a network that loses a third of all datagrams calls succeed, and every one ends everywhere',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2'));
    const east = await scene.router(
      '10.0.0.2',
      `${telephones}dial-peer voice 9 pots\n destination-pattern 9001\n port 0/3/1\n`,
    );
    scene.world.internet.loss = 0.33;
    let answered = 0;
    for (let i = 0; i < 20; i++) {
      if ((await west.csim('9001', '0/3/0')).at(-1)?.includes('setup failed = 0')) answered++;
      await scene.pass(70_000);
      west.assertIdle();
      east.assertIdle();
    }
    assert.ok(answered >= 18, String(answered));
    await scene.pass(ages);
    assert.equal(scene.world.clock.pending, 0);
  }),
);

test(
  'two gateways with certificates of one authority call each other over mutual TLS; a stranger is refused',
  story(async (scene) => {
    const ca = storyAuthority('root');
    const stranger = storyAuthority('another root');
    const tls = (target: string) => telephones + voip(10, '9...', target, 'session transport tcp tls');
    const west = await scene.router('10.0.0.1', tls('10.0.0.2'));
    const east = await scene.router(
      '10.0.0.2',
      `${telephones}dial-peer voice 9 pots\n destination-pattern 9001\n port 0/3/1\n`,
    );
    const odd = await scene.router('10.0.0.3', tls('10.0.0.2'));
    for (const [router, issuer, address] of [
      [west, ca, '10.0.0.1'],
      [east, ca, '10.0.0.2'],
      [odd, stranger, '10.0.0.3'],
    ] as const) {
      await importIdentity(router, 'lab', storyCertificate(issuer, address, { ipAddresses: [address] }), issuer);
      await router.configure('crypto pki trustpoint lab', 'revocation-check none');
      await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
    }
    assert.match((await west.csim('9001', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
    await scene.pass(100);
    assert.equal(west.active('tls'), 1);
    assert.equal(east.active('tls'), 1);

    assert.match((await odd.csim('9001', '0/3/0'))[1] ?? '', /^csim: setup failed/);
    assert.match(odd.logged('TLS_HANDSHAKE_FAILED')[0] ?? '', /role: client, stage: policy, rule: chain$/);
    await scene.pass(100);
    assert.equal(east.active('tls'), 1);
    for (const router of [west, east, odd]) router.assertIdle();

    await scene.pass(ages);
    assert.equal(west.active('tls') + east.active('tls'), 0);
    assert.match((await west.csim('9001', '0/3/0')).at(-1) ?? '', /setup failed = 0/);
  }),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbours, sipToSip, telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, type Scene, story } from './scene.ts';

/** A dial peer for 9... with these servers; lines of the group given last. */
function grouped(servers: readonly string[], ...more: readonly string[]): string {
  const lines = [...servers.map((server) => `ipv4 ${server}`), ...more].map((line) => ` ${line}\n`).join('');
  return `voice class server-group 1\n${lines}dial-peer voice 10 voip\n destination-pattern 9...\n session protocol sipv2\n session server-group 1\n codec g711ulaw\n`;
}

async function phones(scene: Scene, takes: readonly (number | 'ignore')[]) {
  return Promise.all(takes.map((how, i) => scene.phone(`10.0.0.${i + 3}`, { takes: how })));
}

async function dial(router: Router): Promise<number | undefined> {
  await router.csim('9001', '0/3/0');
  return router.gateway.world.calls.records().at(-1)?.cause;
}

test(
  'servers are asked by preference; who refuses is passed over and asked last for half a minute',
  story(async (scene) => {
    const [first, second] = await phones(scene, [503, 200]);
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}${grouped(['10.0.0.4 preference 2', '10.0.0.3 preference 1'])}`,
    );
    assert.equal(await dial(west), 16);
    assert.deepEqual([first?.count('INVITE'), second?.count('INVITE')], [1, 1]);
    const [one, two] = [first, second].map((phone) => phone?.messages.find(({ method }) => method === 'INVITE'));
    assert.notEqual(one?.headers.get('call-id')?.[0], two?.headers.get('call-id')?.[0]);
    assert.match(two?.start ?? '', /^INVITE sip:9001@10\.0\.0\.4:5060 /);
    assert.match((await west.show('show sip-ua targets')).join('\n'), /^udp {7}10\.0\.0\.3:5060 +1 /m);
    await dial(west);
    assert.deepEqual([first?.count('INVITE'), second?.count('INVITE')], [1, 2]);
    await scene.pass(30_000);
    await dial(west);
    assert.deepEqual([first?.count('INVITE'), second?.count('INVITE')], [2, 3]);
    assert.deepEqual(west.gateway.world.calls.records().at(-1)?.attempts, [], 'the peer did not fail');
    west.assertIdle();
  }),
);

test(
  'in turn each server begins a call, and a silent one leads to the next within the same call',
  story(async (scene) => {
    const heard = await phones(scene, [200, 200, 200]);
    const counts = () => heard.map((phone) => phone.count('INVITE'));
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}${grouped(['10.0.0.3', '10.0.0.4 preference 5', '10.0.0.5'], 'hunt-scheme round-robin')}sip-ua\n retry invite 1\n`,
    );
    for (const expected of [
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
      [2, 1, 1],
    ]) {
      await dial(west);
      assert.deepEqual(counts(), expected);
    }
    assert.match(
      (await west.show('show voice class server-group 1')).join('\n'),
      /Last returned server: 10\.0\.0\.3$/m,
    );
    const [, silent] = heard;
    if (silent !== undefined) silent.takes = 'ignore';
    assert.equal(await dial(west), 16);
    assert.deepEqual(counts(), [2, 3, 2]);
    const order = (await west.show('show voice class server-group dialpeer 10')).slice(-3);
    assert.deepEqual(
      order.map((line) => line.split(/ +/)[3]),
      ['10.0.0.5', '10.0.0.3', '10.0.0.4'],
    );
  }),
);

test(
  'a busy user ends the hunt through a group, 404 does not, and huntstop ends the call where it says so',
  story(async (scene) => {
    const [first, second, other] = await phones(scene, [486, 200, 200]);
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}${grouped(['10.0.0.3', '10.0.0.4 preference 1'])}${voip(11, '9...', '10.0.0.5', 'preference 1')}`,
    );
    assert.equal(await dial(west), 17);
    assert.deepEqual([second?.count('INVITE'), other?.count('INVITE')], [0, 0]);
    if (first !== undefined) first.takes = 404;
    assert.equal(await dial(west), 16);
    assert.deepEqual([second?.count('INVITE'), other?.count('INVITE')], [1, 0]);
    await west.configure('voice class server-group 1', 'huntstop 1 resp-code 404');
    assert.equal(await dial(west), 1);
    assert.deepEqual([second?.count('INVITE'), other?.count('INVITE')], [1, 0]);
    await west.configure('voice class server-group 1', 'no huntstop 1', 'no ipv4 10.0.0.4 preference 1');
    assert.equal(await dial(west), 16);
    assert.deepEqual([second?.count('INVITE'), other?.count('INVITE')], [1, 1]);
    await west.configure('voice class server-group 1', 'shutdown');
    assert.equal(await dial(west), 16);
    assert.deepEqual([first?.count('INVITE'), other?.count('INVITE')], [4, 2]);
    assert.match(
      (await west.show('show dial-peer voice summary')).join('\n'),
      /^10 +voip +up +down .*SESS-SVR-GRP: 1/m,
    );
  }),
);

test(
  'the servers of a group may call, as a session target may; when the group is shut they may not',
  story(async (scene) => {
    const [server, stranger] = await phones(scene, [200, 200]);
    const west = await scene.router(
      '10.0.0.1',
      `${telephones.replace(neighbours, '')}voice service voip\n ip address trusted authenticate\n${grouped(['10.0.0.3'])}`,
    );
    await server?.call('777', '10.0.0.1');
    await stranger?.call('777', '10.0.0.1');
    await scene.pass(2000);
    assert.equal(server?.count('200 INVITE'), 1);
    assert.equal(stranger?.count('200 INVITE'), 0);
    server?.hangUp();
    await scene.pass(500);
    const shown = (await west.show('show ip address trusted list')).join('\n');
    assert.match(shown, /10\.0\.0\.3.*\n?.*dial-peer 10, session server-group 1/);
    await west.configure('voice class server-group 1', 'shutdown');
    await server?.call('777', '10.0.0.1');
    await scene.pass(2000);
    assert.equal(server?.count('200 INVITE'), 1);
  }),
);

test(
  'calls of an inbound peer leave by the peers of its group, whatever their patterns, and by the dial plan while it is shut',
  story(async (scene) => {
    const caller = await scene.phone('10.0.0.9');
    const [first, second, third] = await phones(scene, [503, 200, 200]);
    const west = await scene.router(
      '10.0.0.1',
      `${sipToSip}voice class dpg 7
 dial-peer 31 preference 1
 dial-peer 32 preference 2
dial-peer voice 20 voip
 session protocol sipv2
 incoming called-number 55
 destination dpg 7
 codec g711ulaw
${voip(31, '1', '10.0.0.3')}${voip(32, '2', '10.0.0.4')}${voip(33, '5', '10.0.0.5')}`,
    );
    const call = async (): Promise<string> => {
      const before = caller.heard.length;
      await caller.call('5551', '10.0.0.1');
      await scene.pass(2000);
      const answer = caller.heard.slice(before).find((line) => /^[2-6]\d\d INVITE/.test(line));
      if (answer === '200 INVITE') caller.hangUp();
      await scene.pass(1000);
      return answer?.slice(0, 3) ?? '';
    };
    const counts = () => [first, second, third].map((phone) => phone?.count('INVITE'));
    assert.equal(await call(), '200');
    assert.deepEqual(counts(), [1, 1, 0]);
    assert.match((await west.show('show dial-peer voice 20')).join('\n'), /destination dpg tag = 7 status = valid,/);
    await west.configure('dial-peer voice 31 voip', 'shutdown', 'dial-peer voice 32 voip', 'shutdown');
    assert.equal(await call(), '503');
    assert.deepEqual(counts(), [1, 1, 0], 'nobody outside the group is asked');
    await west.configure('voice class dpg 7', 'shutdown');
    assert.equal(await call(), '200');
    assert.deepEqual(counts(), [1, 1, 1]);
    await west.configure('no voice class dpg 7');
    assert.equal(await call(), '404');
    assert.deepEqual(counts(), [1, 1, 1]);
    assert.match((await west.show('show dial-peer voice 20')).join('\n'), /destination dpg tag = 7 status = invalid,/);
    west.assertIdle();
  }),
);

test(
  'calls dialled on a port leave by the group of the peer of the port, too',
  story(async (scene) => {
    const [far] = await phones(scene, [200]);
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}voice class dpg 7\n dial-peer 31\ndial-peer voice 2 pots\n destination dpg 7\n${voip(31, '1', '10.0.0.3')}`,
    );
    await west.csim('4711', '0/3/0');
    assert.match(far?.messages.find(({ method }) => method === 'INVITE')?.start ?? '', /^INVITE sip:4711@/);
    assert.match((await west.csim('4711', '0/3/1')).join(), /cause = 1 /);
  }),
);

test(
  'over TLS each server of a group must prove its own address; one that cannot is passed over',
  story(async (scene) => {
    const ca = storyAuthority('story root');
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}${grouped(['10.0.0.3', '10.0.0.4 preference 1']).replace(' codec', ' session transport tcp tls\n codec')}`,
    );
    await importIdentity(west, 'lab', storyCertificate(ca, 'west.test', { dnsNames: ['west.test'] }), ca);
    await west.type('configure terminal', 'crypto pki trustpoint lab', 'revocation-check none', 'exit');
    await west.type('sip-ua', 'crypto signaling default trustpoint lab', 'end');
    const server = async (address: string, proved: string) =>
      scene.phone(address, {
        transport: 'tls',
        credentials: credentialsOf(storyCertificate(ca, 'server.test', { ipAddresses: [proved] }), ca),
      });
    const impostor = await server('10.0.0.3', '10.0.0.99');
    const honest = await server('10.0.0.4', '10.0.0.4');
    assert.equal(await dial(west), 16);
    assert.deepEqual([impostor.count('INVITE'), honest.count('INVITE')], [0, 1]);
  }),
);

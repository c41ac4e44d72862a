import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp, type SippResult } from './sipp.ts';

suite('groups of servers and of dial peers, played by sipp', needs('sipp'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  const ports = { sip: 0, secure: 0, first: 0, second: 0, watched: 0, bound: 0 };

  before(async () => {
    for (const name of ['sip', 'secure', 'first', 'second', 'watched', 'bound'] as const)
      ports[name] = await freePort();
    const server = (port: number): string => ` ipv4 ${loopback} port ${port}\n`;
    const peer = (tag: number, ...lines: readonly string[]): string =>
      `dial-peer voice ${tag} voip\n session protocol sipv2\n codec g711ulaw\n${lines.map((line) => ` ${line}\n`).join('')}!\n`;
    const extra = `interface Loopback1
 ip address 127.0.0.2 255.255.255.255
!
voice class server-group 1
${server(ports.first)}${server(ports.second)} hunt-scheme round-robin
!
voice class server-group 2
 ipv4 ${loopback} port ${ports.first}
 ipv4 ${loopback} port ${ports.second} preference 1
!
voice class dpg 5
 dial-peer 12
!
voice class sip-options-keepalive 3
 up-interval 5
 down-interval 5
 retry 1
!
${peer(11, 'destination-pattern 91', 'session server-group 1')}${peer(12, 'destination-pattern 92', 'session server-group 2')}${peer(13, 'destination-pattern 93', `session target ipv4:${loopback}:${ports.watched}`, 'voice-class sip options-keepalive profile 3')}${peer(14, 'destination-pattern 94', `session target ipv4:${loopback}:${ports.bound}`, 'session transport tcp', 'voice-class sip bind control source-interface Loopback1')}${peer(20, 'incoming called-number 77', 'destination dpg 5')}`;
    const config = gatewayConfig({ port: ports.sip, securePort: ports.secure, routes: [], extra });
    gateway = await Gateway.start(scene, config);
  });
  after(() => scene.close());

  const places = (scenarios: readonly [string, string]) =>
    Promise.all(
      scenarios.map((scenario, i) =>
        Sipp.start(scene, { scenario, transport: 'udp', port: i === 0 ? ports.first : ports.second }),
      ),
    );
  const dial = (number: string, calls: number, scenario = 'uac-call') =>
    call(scene, { scenario, transport: 'udp', target: ports.sip, calls, rate: 5, number });

  function allSucceeded(result: SippResult, calls: number): void {
    assert.equal(result.succeeded, calls, `${result.errors}\n${gateway.output}`);
  }

  test('in turn two servers share the calls evenly', async () => {
    const servers = await places(['uas-answer', 'uas-answer']);
    allSucceeded(await dial('9101', 10), 10);
    const shares = await Promise.all(servers.map((server) => server.stop()));
    assert.deepEqual(
      shares.map(({ succeeded }) => succeeded),
      [5, 5],
    );
    assert.match(await gateway.type('show voice class server-group 1'), /Last returned server: 127\.0\.0\.1/);
  });

  test('calls to a server that refuses are answered by the next one', async () => {
    const [refusing, answering] = await places(['uas-unavailable', 'uas-answer']);
    allSucceeded(await dial('9201', 5), 5);
    assert.equal((await answering?.stop())?.succeeded, 5);
    assert.equal((await refusing?.stop())?.succeeded, 1, 'asked last once it refused');
    assert.match(await gateway.type('show sip-ua targets'), new RegExp(`127\\.0\\.0\\.1:${ports.first} `));
  });

  test('calls of an inbound peer leave by its group, whatever number is called', async () => {
    const [, answering] = await places(['uas-unavailable', 'uas-answer']);
    allSucceeded(await dial('7701', 3), 3);
    assert.equal((await answering?.stop())?.succeeded, 3);
  });

  test('calls of a bound dial peer leave from its interface', async () => {
    const far = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port: ports.bound });
    allSucceeded(await dial('9401', 3), 3);
    const shown = await gateway.type('show sip-ua connections tcp verbose');
    assert.match(shown, /Local *: 127\.0\.0\.2:\d+/);
    assert.equal((await far.stop()).succeeded, 3);
  });

  test('a place that is silent or answers OPTIONS with 503 is busied out, and called again when it answers 200', async () => {
    const state = async (): Promise<string> =>
      /^ 13 .* (\w+)\r?$/m.exec(await gateway.type('show dial-peer voip keepalive status 13'))?.[1] ?? '';
    const become = async (wanted: string): Promise<void> => {
      for (let tries = 0; (await state()) !== wanted && tries < 150; tries++) await sleep(100);
      assert.equal(await state(), wanted, gateway.output);
    };
    await become('busyout');
    allSucceeded(await dial('9301', 1, 'uac-unavailable'), 1);
    const place = { transport: 'udp', port: ports.watched } as const;
    const alive = await Sipp.start(scene, { ...place, scenario: 'uas-options' });
    await become('active');
    assert.ok((await alive.stop()).succeeded > 0);
    const refusing = await Sipp.start(scene, { ...place, scenario: 'uas-options-refused' });
    await become('busyout');
    await refusing.stop();
    assert.match(gateway.output, /%SIP-4-KEEPALIVE_BUSYOUT: 127\.0\.0\.1:\d+ over udp is busied out: it says 503/);
  });
});

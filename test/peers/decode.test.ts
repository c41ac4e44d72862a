import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

/** Each pair plays one kind of call. */
const pairs = [
  ['uac-call', 'uas-answer'],
  ['uac-held', 'uas-hangup'],
  ['uac-cancel', 'uas-ring'],
  ['uac-busy', 'uas-busy'],
] as const;

const mayCapture = process.getuid?.() === 0 ? needs('sipp', 'tshark') : { skip: 'only root may capture' };

suite('wireshark reads what the gateway sends', mayCapture, () => {
  const scene = new Scene();
  after(() => scene.close());

  test('every message of every kind of call is decoded as SIP, none is malformed', async () => {
    const [port, far] = [await freePort(), await freePort()];
    const routes = [{ tag: 1, pattern: '9...', port: far, transport: 'udp' }] as const;
    const registering = `voice-port 0/3/0
dial-peer voice 7001 pots
 destination-pattern 7001
 port 0/3/0
sip-ua
 registrar ipv4:127.0.0.1:${await freePort()} expires 3600
!
`;
    const config = { port, securePort: await freePort(), routes, extra: registering };
    const gateway = await Gateway.start(scene, gatewayConfig(config));
    const file = scene.path('sip.pcap');
    const capture = scene.start('tshark', ['-i', 'lo', '-f', `udp port ${port}`, '-w', file, '-F', 'pcap']);
    await capture.waitFor(/Capturing on/);
    await written(file);

    for (const [caller, called] of pairs) {
      const uas = await Sipp.start(scene, { scenario: called, transport: 'udp', port: far });
      const { succeeded, errors } = await call(scene, { scenario: caller, transport: 'udp', target: port });
      assert.equal(succeeded, 1, errors);
      await uas.stop();
    }
    await call(scene, { scenario: 'uac-unknown', transport: 'udp', target: port, number: '4711' });
    await call(scene, { scenario: 'uac-options', transport: 'udp', target: port });
    // Taken back and sent anew while the capture runs.
    for (const line of [
      'configure terminal',
      'dial-peer voice 7002 pots',
      'destination-pattern 7002',
      'port 0/3/0',
      'end',
    ]) {
      await gateway.type(line);
    }
    await sleep(1000);
    await capture.end('SIGINT', 10_000);

    const sent = `udp.srcport == ${port}`;
    const packets = await count(file, port, sent);
    assert.ok(packets >= 20, `only ${packets} packets were captured`);
    assert.equal(await count(file, port, `${sent} && sip`), packets);
    assert.equal(await count(file, port, `${sent} && (_ws.malformed || _ws.expert.severity == error)`), 0);
    for (const what of ['INVITE', 'ACK', 'BYE', 'CANCEL', 'REGISTER']) {
      assert.ok((await count(file, port, `${sent} && sip.Method == "${what}"`)) > 0, `no ${what} was sent`);
    }
  });

  /** The head of the file is written when the capture runs. */
  async function written(path: string): Promise<void> {
    for (let attempt = 0; attempt < 200 && !(existsSync(path) && statSync(path).size > 0); attempt++) await sleep(50);
    assert.ok(existsSync(path), 'tshark writes no file');
  }

  async function count(file: string, port: number, filter: string): Promise<number> {
    const printed = await run('tshark', [
      '-r',
      file,
      '-d',
      `udp.port==${port},sip`,
      '-Y',
      filter,
      '-T',
      'fields',
      '-e',
      'frame.number',
    ]);
    return printed.split('\n').filter((line) => /^\d+\s*$/.test(line)).length;
  }
});

import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
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
  ['uac-holds', 'uas-is-held'],
  ['uac-holds', 'uas-glare'],
] as const;

const mayCapture = process.getuid?.() === 0 ? needs('sipp', 'tshark') : { skip: 'only root may capture' };

suite('wireshark reads what the gateway sends', mayCapture, () => {
  const scene = new Scene();
  after(() => scene.close());

  for (const transport of ['udp', 'tcp'] as const)
    test(`every message of every kind of call over ${transport} is decoded as SIP, none is malformed`, async () => {
      const [port, far, third] = [await freePort(), await freePort(), await freePort()];
      const routes = [
        { tag: 1, pattern: '9...', port: far, transport },
        { tag: 2, pattern: '8...', port: third, transport },
      ] as const;
      const registrar = await freePort();
      const registering = `voice-port 0/3/0
 device answer
dial-peer voice 7001 pots
 destination-pattern 7001
 port 0/3/0
sip-ua
 registrar ipv4:127.0.0.1:${registrar} expires 3600${transport === 'tcp' ? ' tcp' : ''}
!
`;
      const config = { port, securePort: await freePort(), routes, extra: registering };
      const gateway = await Gateway.start(scene, gatewayConfig(config));
      // Over TCP there is somebody who takes the connection, and says nothing.
      const silent = transport === 'tcp' ? createServer().listen(registrar, '127.0.0.1') : undefined;
      const file = scene.path(`${transport}.pcap`);
      const ours = `${transport} and (port ${port} or port ${far} or port ${third} or port ${registrar})`;
      const capture = scene.start('tshark', ['-i', 'lo', '-f', ours, '-w', file, '-F', 'pcap']);
      await capture.waitFor(/Capturing on/);
      await written(file);

      for (const [caller, called] of pairs) {
        const uas = await Sipp.start(scene, { scenario: called, transport, port: far });
        const { succeeded, errors } = await call(scene, { scenario: caller, transport, target: port });
        assert.equal(succeeded, 1, errors);
        await uas.stop();
      }
      const held = await Sipp.start(scene, { scenario: 'uas-is-held', transport, port: far, calls: 1 });
      const target = await Sipp.start(scene, { scenario: 'uas-answer', transport, port: third, calls: 1 });
      const refers = { scenario: 'uac-refers', transport, target: port, values: { target: '8002' } };
      const transferred = await call(scene, refers);
      assert.equal(transferred.succeeded, 1, transferred.errors);
      await gateway.type('clear call voice causecode 16 called-number 8002');
      for (const one of [held, target]) await one.result();
      await call(scene, { scenario: 'uac-unknown', transport, target: port, number: '4711' });
      await call(scene, { scenario: 'uac-options', transport, target: port });
      await call(scene, { scenario: 'uac-reliable', transport, target: port, number: '7001' });
      await call(scene, { scenario: 'uac-interval', transport, target: port, number: '7001' });
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

      silent?.close();
      await gateway.leave();
      const ports = [port, far, third, registrar];
      const sent = `(${transport}.srcport == ${port} || ${transport}.dstport == ${far} || ${transport}.dstport == ${third} || ${transport}.dstport == ${registrar})`;
      const packets = await count(file, transport, ports, `${sent} && ${transport === 'tcp' ? 'tcp.len > 0' : 'udp'}`);
      assert.ok(packets >= 30, `only ${packets} packets were captured`);
      const asSip = await count(file, transport, ports, `${sent} && sip`);
      // A segment may hold two messages, and a message is never cut on loopback.
      assert.equal(asSip, packets);
      assert.equal(
        await count(file, transport, ports, `${sent} && (_ws.malformed || _ws.expert.severity == error)`),
        0,
      );
      for (const what of ['INVITE', 'ACK', 'BYE', 'CANCEL', 'NOTIFY', 'REGISTER']) {
        assert.ok(
          (await count(file, transport, ports, `${sent} && sip.Method == "${what}"`)) > 0,
          `no ${what} was sent`,
        );
      }
      for (const status of [100, 180, 200, 202, 404, 422, 486, 487]) {
        assert.ok(
          (await count(file, transport, ports, `${sent} && sip.Status-Code == ${status}`)) > 0,
          `no ${status} was sent`,
        );
      }
    });

  /** The head of the file is written when the capture runs. */
  async function written(path: string): Promise<void> {
    for (let attempt = 0; attempt < 200 && !(existsSync(path) && statSync(path).size > 0); attempt++) await sleep(50);
    assert.ok(existsSync(path), 'tshark writes no file');
  }

  async function count(
    file: string,
    transport: 'udp' | 'tcp',
    ports: readonly number[],
    filter: string,
  ): Promise<number> {
    const printed = await run('tshark', [
      '-r',
      file,
      ...ports.flatMap((port) => ['-d', `${transport}.port==${port},sip`]),
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

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { type Media, media, told } from './media.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp } from './sipp.ts';

/** An RTP packet with four bytes of telephone event, or of audio. */
const packet = (type: number): Buffer => Buffer.from([0x80, type, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 5, 0x8a, 0, 160]);

/** Second octets of what it heard. */
const types = ({ heard }: Media): readonly number[] => heard.map((data) => data[1] ?? -1).toSorted();

suite('telephone events between two SIPp with payload types of their own', needs('sipp'), () => {
  const scene = new Scene();
  const ports = { sip: 0, secure: 0, uas: 0 };
  let gateway: Gateway;
  let near: Media;
  let far: Media;

  before(async () => {
    for (const name of ['sip', 'secure', 'uas'] as const) ports[name] = await freePort();
    [near, far] = [await media(), await media()];
    const relay = 'dtmf-relay rtp-nte';
    const extra = `dial-peer voice 2 voip
 ${relay}
!
dial-peer voice 3 voip
 session protocol sipv2
 incoming called-number 9...
 codec g711ulaw
 ${relay}
!
`;
    const routes = [{ tag: 2, pattern: '9...', port: ports.uas, transport: 'udp' }] as const;
    gateway = await Gateway.start(scene, gatewayConfig({ port: ports.sip, securePort: ports.secure, routes, extra }));
  });
  after(async () => {
    for (const { socket } of [near, far]) socket.close();
    await scene.close();
  });

  test('each side is told its own number and sent to in it, in both directions', async () => {
    const values = (one: Media, events: string, contact: number) => ({
      via: 'UDP',
      contact: `${loopback}:${contact}`,
      rtp: String(one.port),
      events,
    });
    const uas = await Sipp.start(scene, {
      scenario: 'uas-events',
      transport: 'udp',
      port: ports.uas,
      values: values(far, '96', ports.uas),
    });
    const uacPort = await freePort();
    const uac = await Sipp.start(scene, {
      scenario: 'uac-events',
      transport: 'udp',
      port: uacPort,
      target: ports.sip,
      number: '9001',
      calls: 1,
      extra: ['-d', '3000'],
      values: values(near, '97', uacPort),
    });
    const [atCaller, callerFormats] = await told(uac);
    const [atCalled, calledFormats] = await told(uas);
    assert.deepEqual([callerFormats, calledFormats], ['0 97', '0 101']);
    for (const type of [0, 0x80 | 97, 97]) near.socket.send(packet(type), atCaller, loopback);
    for (const type of [0, 0x80 | 101, 101]) far.socket.send(packet(type), atCalled, loopback);
    const result = await uac.result();
    assert.equal(result.succeeded, 1, `${result.errors}\n${gateway.output}`);
    assert.deepEqual(types(far), [0, 96, 0x80 | 96].toSorted());
    assert.deepEqual(types(near), [0, 97, 0x80 | 97].toSorted());
    await uas.stop();
  });
});

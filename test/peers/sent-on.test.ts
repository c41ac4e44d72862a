import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

suite('a sipp that has moved sends calls on to another', needs('sipp'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('calls follow from UDP to TCP, and are answered and hung up there', async () => {
    const [port, first, second] = [await freePort(), await freePort(), await freePort()];
    const routes = [{ tag: 1, pattern: '9...', port: first, transport: 'udp' as const }];
    const gateway = await Gateway.start(scene, gatewayConfig({ port, securePort: await freePort(), routes }));
    const values = { moved: `${loopback}:${second};transport=tcp` };
    const moved = await Sipp.start(scene, { scenario: 'uas-moved', transport: 'udp', port: first, values });
    const there = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port: second });
    const near = await call(scene, { scenario: 'uac-call', transport: 'udp', target: port, calls: 5 });
    const results = [near, await moved.stop(), await there.stop()];
    for (const { succeeded, errors } of results) assert.equal(succeeded, 5, `${errors}\n${gateway.output}`);
    assert.match(await gateway.type('show logging'), /CALL_SENT_ON: Call to 9001 goes on to sip:9001@127\.0\.0\.1:\d+/);
  });
});

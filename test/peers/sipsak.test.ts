import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call } from './sipp.ts';

suite('sipsak asks', needs('sipsak', 'sipp'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let port = 0;

  before(async () => {
    port = await freePort();
    gateway = await Gateway.start(scene, gatewayConfig({ port, securePort: await freePort(), routes: [] }));
  });
  after(() => scene.close());

  test('OPTIONS is answered 200, with what the gateway can do', async () => {
    const asking = scene.start('sipsak', ['-vv', '-s', `sip:gw@${loopback}:${port}`]);
    assert.equal(await asking.exit(), 0, asking.output);
    assert.match(asking.output, /SIP\/2\.0 200 OK[\s\S]*Allow: INVITE/);
  });

  test('a flood of 5000 OPTIONS leaves the gateway as it was', async () => {
    const flood = scene.start('sipsak', ['-F', '-e', '5000', '-s', `sip:gw@${loopback}:${port}`]);
    await flood.exit(60_000);
    const { succeeded, errors } = await call(scene, { scenario: 'uac-options', transport: 'udp', target: port });
    assert.equal(succeeded, 1, `${errors}\n${gateway.output.slice(-3000)}`);
    const [, heard = '0'] = / Options (\d+)\/\d+/.exec(await gateway.type('show sip-ua statistics')) ?? [];
    assert.ok(Number(heard) > 1000, gateway.output.slice(-3000));
    assert.match(await gateway.type('show sip-ua overload'), /incoming calls +0 /);
    assert.equal(await gateway.leave(), 0);
  });
});

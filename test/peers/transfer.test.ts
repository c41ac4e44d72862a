import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp } from './sipp.ts';

suite('sipp transfers whom it called', needs('sipp'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let [port, far, third] = [0, 0, 0];

  before(async () => {
    [port, far, third] = [await freePort(), await freePort(), await freePort()];
    const routes = [
      { tag: 1, pattern: '9...', port: far, transport: 'udp' as const },
      { tag: 2, pattern: '8...', port: third, transport: 'udp' as const },
    ];
    gateway = await Gateway.start(scene, gatewayConfig({ port, securePort: await freePort(), routes }));
  });
  after(() => scene.close());

  for (const transport of ['udp', 'tcp'] as const) {
    test(`whom it held speaks with the target, and it is hung up on, over ${transport}`, async () => {
      const held = await Sipp.start(scene, { scenario: 'uas-is-held', transport: 'udp', port: far, calls: 1 });
      const target = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: third, calls: 1 });
      const values = { target: '8002' };
      const near = await Sipp.start(scene, { scenario: 'uac-refers', transport, target: port, calls: 1, values });
      const { code, errors } = await near.result();
      assert.equal(code, 0, `${errors}\n${gateway.output}`);
      assert.match(near.logged(), /told SIP\/2\.0 100[\s\S]*told SIP\/2\.0 200/);
      assert.match(await gateway.type('show sip-ua calls'), /Total SIP call legs: ?2/i);
      await gateway.type('clear call voice causecode 16 called-number 8002');
      for (const one of [held, target]) {
        const result = await one.result();
        assert.equal(result.code, 0, `${result.errors}\n${gateway.output}`);
      }
    });
  }
});

import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

const host = '::1';

for (const transport of ['udp', 'tcp'] as const) {
  suite(`sipp calls sipp over IPv6 and ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    after(() => scene.close());

    test('calls come in and go out by ::1', async () => {
      const [port, far] = [await freePort(), await freePort()];
      const routes = [{ tag: 1, pattern: '9...', port: far, transport }];
      const config = gatewayConfig({ port, securePort: await freePort(), routes })
        .replace('  ipv4 127.0.0.1\n', '  ipv6 ::1\n')
        .replace(' ip address 127.0.0.1 255.255.255.255\n', ' ipv6 address ::1/128\n')
        .replace('session target ipv4:127.0.0.1:', 'session target ipv6:[0:0::1]:')
        .replace(/end\n$/, 'sip-ua\n protocol mode ipv6\n!\nend\n');
      const gateway = await Gateway.start(scene, config);
      const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport, port: far, host });
      const near = await call(scene, { scenario: 'uac-call', transport, target: port, calls: 5, host });
      assert.deepEqual([near.code, near.succeeded], [0, 5], `${near.errors}\n${gateway.output.slice(-4000)}`);
      assert.equal((await uas.stop()).succeeded, 5);
      assert.match(await gateway.type('show sip-ua status'), /protocol mode is ipv6/);
      // Over TCP the peers have closed theirs by now.
      const shown = transport === 'udp' ? 'show sip-ua connections udp verbose' : 'show sip-ua connections history';
      assert.match(await gateway.type(shown), /Remote-Agent:\[::1\]:\d+, /);
      assert.equal(await gateway.leave(), 0, gateway.output);
    });
  });
}

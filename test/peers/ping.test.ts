import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';

suite('echoes go by the ping of the host', needs('ping'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('ping counts the replies of this host, from the address it was told to leave from', async () => {
    const gateway = await Gateway.start(
      scene,
      gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] }),
    );
    const shown = await gateway.type('ping 127.0.0.1 repeat 3 source Loopback0');
    assert.match(shown, /Sending 3, 100-byte ICMP Echos to 127\.0\.0\.1, timeout is 2 seconds:/);
    assert.match(shown, /!!!\s+Success rate is 100 percent \(3\/3\), round-trip min\/avg\/max = \d+\/\d+\/\d+ ms/);
    assert.match(await gateway.type('ping 127.0.0.1 source 192.0.2.1'), /% No echo can be sent: bind: .+/);
  });
});

import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';

suite('the way to a host is traced by the traceroute of the host', needs('traceroute'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('this host is one hop away, and a source that is not its own is refused with the reason', async () => {
    const gateway = await Gateway.start(
      scene,
      gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] }),
    );
    const shown = await gateway.type('traceroute 127.0.0.1 probe 2 source Loopback0');
    assert.match(shown, /Tracing the route to 127\.0\.0\.1\s+1 127\.0\.0\.1 \d+ msec \d+ msec$/m);
    assert.doesNotMatch(shown, /^ {2}2 /m);
    assert.match(await gateway.type('traceroute 127.0.0.1 source 192.0.2.1'), /% No probe can be sent: bind: .+/);
  });
});

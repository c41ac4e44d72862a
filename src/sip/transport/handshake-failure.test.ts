import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pair, tryOpen } from '../../../test/transport-pair.ts';

test('a connection that nobody takes is told as such, over TCP and TLS, and is no failure of a handshake', async () => {
  for (const transport of ['tcp', 'tls'] as const) {
    const p = await pair();
    p.east.transport.close();
    await p.world.advance(10);
    assert.ok('reason' in (await tryOpen(p, transport)));
    const said = p.west.lines().join('\n');
    const port = transport === 'tcp' ? 5060 : 5061;
    const words = `Connection 1 with 10.0.0.2:${port} (${transport.toUpperCase()}) could not be opened: connect ECONNREFUSED`;
    assert.ok(said.includes(`%SIP-4-CONNECT_FAILED: ${words}`), said);
    assert.doesNotMatch(said, /TLS_HANDSHAKE_FAILED/);
  }
});

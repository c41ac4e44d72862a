import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayConfig, startDaemon } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp } from './sipp.ts';

suite('a daemon that is told to end', needs('sipp'), () => {
  const scene = new Scene();
  after(() => scene.close());

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`releases the call that is up on ${signal}: both sides get a BYE, and the exit code is 0`, async () => {
      const [port, far] = [await freePort(), await freePort()];
      const routes = [{ tag: 1, pattern: '9...', port: far, transport: 'udp' }] as const;
      const daemon = await startDaemon(scene, gatewayConfig({ port, securePort: await freePort(), routes }), port);
      const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: far, calls: 1 });
      const uac = await Sipp.start(scene, { scenario: 'uac-held', transport: 'udp', target: port, calls: 1 });
      await callUp(uac);

      daemon.process.kill(signal);

      const [near, called] = [await uac.result(), await uas.result()];
      assert.equal(near.succeeded, 1, `the caller: ${near.errors}\n${daemon.output}`);
      assert.equal(called.succeeded, 1, `the called party: ${called.errors}\n${daemon.output}`);
      assert.equal(await daemon.exit(), 0, daemon.output);
    });
  }

  /** Until the caller has sent its ACK. */
  async function callUp(uac: Sipp): Promise<void> {
    for (let attempt = 0; attempt < 200 && uac.answered() === 0; attempt++) await sleep(50);
    assert.equal(uac.answered(), 1, `never answered: ${uac.errors()}`);
  }
});

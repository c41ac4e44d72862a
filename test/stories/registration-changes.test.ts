import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbours } from './configurations.ts';
import { Registrar } from './registrar.ts';
import { story } from './scene.ts';

const configuration = `${neighbours}sip-ua
 credentials number 5551 username alice password opensesame realm r
 registrar ipv4:10.0.0.9 expires 600
`;

const failures = {
  'a refusal': { status: 403, headers: [] },
  'a registrar that is busy for an hour': { status: 503, headers: ['Retry-After: 3600'] },
};

for (const [what, answer] of Object.entries(failures)) {
  test(
    `after ${what} only a change that the registration goes by has it tried before its time`,
    story(async (scene) => {
      const registrar = new Registrar(() => scene.world.clock.monotonic());
      registrar.refuses = answer;
      await scene.phone('10.0.0.9', { registrar });
      const router = await scene.router('10.0.0.1', configuration);
      await scene.pass(1000);
      assert.equal(registrar.heard.length, 1);
      const others: readonly (readonly string[])[] = [
        ['sip-ua', 'max-forwards 40'],
        ['dial-peer voice 99 voip', 'description x'],
        ['ip domain name example.com'],
        ['sip-ua', 'credentials number 5559 username robert password opensesame realm q'],
        ['sip-ua', 'timers register 700'],
      ];
      for (const lines of others) {
        await router.configure(...lines);
        await scene.pass(3000);
        assert.equal(registrar.heard.filter(({ to }) => to === '5551').length, 1, lines.join());
      }
      await router.configure('sip-ua', 'credentials number 5551 username alice password otherwise realm r');
      await scene.pass(3000);
      assert.equal(registrar.heard.filter(({ to }) => to === '5551').length, 2);
    }),
  );
}

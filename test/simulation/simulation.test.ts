import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulation.ts';

const firstSeed = 1;
const seeds = 1000;

test(`${seeds} seeds of loss, delay, cuts, crashes and changes: every call ends on both legs with one record, and nothing is left`, async () => {
  let attempted = 0;
  let connected = 0;
  let impostures = 0;
  let resumed = 0;
  let overTls = 0;
  let calledBack = 0;
  let pretended = 0;
  let holds = 0;
  let crashes = 0;
  let registrations = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const outcome = await simulate(seed);
    attempted += outcome.attempted;
    connected += outcome.connected;
    impostures += outcome.impostures;
    resumed += outcome.resumed;
    overTls += outcome.overTls;
    calledBack += outcome.calledBack;
    pretended += outcome.pretended;
    holds += outcome.holds;
    crashes += outcome.crashes;
    registrations += outcome.registrations;
  }
  assert.ok(resumed > 50, `${resumed} handshakes that resumed a session`);
  assert.ok(impostures > 50 && overTls > 50, `${impostures} impostures, ${overTls} calls over TLS`);
  assert.ok(calledBack > 10 && pretended > 50, `${calledBack} calls back, ${pretended} calls of impostors`);
  assert.ok(crashes > seeds / 4 && registrations > seeds, `${crashes} crashes, ${registrations} registrations`);
  assert.ok(holds > 50, `${holds} holds passed on`);
  assert.ok(attempted > 5 * seeds && connected > seeds, `${attempted} calls, ${connected} of them answered`);
});

test('a seed replays exactly', async () => {
  for (const seed of [7, 77]) assert.deepEqual(await simulate(seed), await simulate(seed));
});

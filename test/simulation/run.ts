/** `npm run simulate -- [--seeds N] [--from SEED]`: more seeds than the tests take. A failing one is told and replays exactly. */
import { parseArgs } from 'node:util';
import { simulate } from './simulation.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, from: { type: 'string', default: '1' } },
});
const from = Number(values.from);
const to = from + Number(values.seeds);
const failures: number[] = [];
let attempted = 0;
for (let seed = from; seed < to; seed++) {
  try {
    attempted += (await simulate(seed)).attempted;
  } catch (error) {
    failures.push(seed);
    console.error(error instanceof Error ? error.message : error);
  }
}
console.log(`seeds ${from} to ${to - 1}: ${attempted} calls, ${failures.length} seeds failed ${failures.join(' ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;

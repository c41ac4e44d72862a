import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

const one = 'registrar ipv4:10.0.0.1 expires 3600';
const other = 'registrar ipv4:10.0.0.2 expires 3600 secondary';
const [first, second] = ['registrar 1 dns:a.example expires 3600', 'registrar 2 dns:b.example expires 3600'];
const backup = 'registrar 2 dns:c.example expires 3600 secondary';

const table: readonly (readonly [typed: readonly string[], no: string, left: readonly string[]])[] = [
  [[one, other], 'no registrar', [other]],
  [[one, other], 'no registrar secondary', [one]],
  [[one, other], 'no registrar ipv4:10.0.0.2 secondary', [one]],
  [[one, first], 'no registrar', [first]],
  [[first, second, backup], 'no registrar', [backup]],
  [[first, second, backup], 'no registrar secondary', [first, second]],
  [[first, second, backup], 'no registrar 2', [first, backup]],
  [[first, second, backup], 'no registrar 2 dns:c.example expires 3600 secondary', [first, second]],
  [[first, second, backup], 'no registrar dns:b.example expires 3600', [first, backup]],
  [[first, second, backup], 'no registrar dns:d.example', [first, second, backup]],
  [[other], 'no registrar', [other]],
  [[first, 'registrar dhcp expires 3600'], 'no registrar', [first]],
];
for (const mode of ['sip-ua', 'voice class tenant 7']) {
  for (const [typed, no, left] of table) {
    if (mode !== 'sip-ua' && typed.some((line) => line.includes('dhcp'))) continue;
    test(`in ${mode}, ${no} leaves ${left.join(' and ') || 'nothing'} of ${typed.join(' and ')}`, async () => {
      const console = new TestConsole();
      await console.configure(mode, ...typed);
      await console.configure(mode, no);
      const lines = console.running.map((line) => line.trim()).filter((line) => line.startsWith('registrar'));
      assert.deepEqual(lines, left);
    });
  }
}

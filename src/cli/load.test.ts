import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadLines } from './load.ts';
import { type SampleWorld, sampleLanguage, sampleWorld } from './sample-language.ts';

const language = sampleLanguage();

async function load(text: string) {
  const world: SampleWorld = sampleWorld();
  const faults: unknown[] = [];
  const printed: string[] = [];
  const bad = await loadLines({
    language,
    world,
    lines: text.split('\n'),
    print: (line) => printed.push(line),
    onFault: (error) => faults.push(error),
  });
  return { world, bad, faults, printed };
}

test('a file is read to its end, and each bad line is named with what IOS says', async () => {
  const { world, bad, faults } = await load(
    [
      '!',
      'hostname West',
      'hostnam',
      'nonsense',
      'sip-ua',
      ' retry invite 11',
      ' re',
      ' retry invite 3\r',
      'refuse',
      'break',
    ].join('\n'),
  );
  assert.deepEqual(bad, [
    { number: 3, text: 'hostnam', sentence: '% Incomplete command.' },
    { number: 4, text: 'nonsense', sentence: "% Invalid input detected at '^' marker.", column: 0 },
    { number: 6, text: ' retry invite 11', sentence: "% Invalid input detected at '^' marker.", column: 14 },
    { number: 7, text: ' re', sentence: '% Ambiguous command:  "re"' },
    { number: 9, text: 'refuse', sentence: '% No' },
    { number: 10, text: 'break', sentence: '% Internal error: the command was not carried out' },
  ]);
  assert.deepEqual(
    world.did.map((d) => d.args),
    [{ name: 'West' }, { count: 3 }],
  );
  assert.equal(faults.length, 1);
});

test('a bad line is told without its secrets, also where its sentence quotes it', async () => {
  assert.deepEqual((await load('!\n re password 0 hunter2')).bad[0], {
    number: 2,
    text: ' re password ***',
    sentence: '% Ambiguous command:  "re password ***"',
  });
});

test('a command that asks is given the lines that follow it, and they count', async () => {
  const { world, bad } = await load('paste\n 3082\n 0101\n quit\nwrong\nhostname After');
  assert.deepEqual(world.did[0]?.args, { lines: [' 3082', ' 0101'] });
  assert.equal(world.hostname, 'After');
  assert.deepEqual(
    bad.map((line) => line.number),
    [5],
  );
});

test('a paste that never ends is ended by the end of the file', async () => {
  const { world } = await load('paste\n3082');
  assert.deepEqual(world.did[0]?.args, { lines: ['3082'] });
});

test('the lines of a block that could not be opened do not fall into the block before', async () => {
  const { world, bad } = await load(
    'dial-peer voice 1 pots\n destination-pattern 1\ndial-peer voice 0 pots\n destination-pattern 2\n !\n shutdown\nhostname B',
  );
  assert.deepEqual(
    world.did.map((d) => d.what),
    ['destination-pattern <pattern:word>', 'hostname'],
  );
  assert.deepEqual(
    bad.map((line) => line.number),
    [3, 4, 6],
  );
});

test('end and exit go no further than global configuration', async () => {
  const { world, bad } = await load('sip-ua\nend\nexit\nexit\nhostname B\ndo show sip-ua status');
  assert.deepEqual(bad, []);
  assert.equal(world.hostname, 'B');
  assert.equal(world.did.at(-1)?.line, 'show sip-ua status');
});

test('plain settings are carried out without waiting for each', async () => {
  const world = sampleWorld();
  const lines = Array.from({ length: 1000 }, (_, i) => `hostname R${i}`);
  const loading = loadLines({ language, world, lines, onFault: assert.fail });
  assert.equal(world.hostname, 'R999');
  assert.deepEqual(await loading, []);
});

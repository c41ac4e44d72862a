import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { CommandError, Session } from '../../src/cli/index.ts';
import {
  commandReference,
  emptyTree,
  loadConfiguration,
  printConfiguration,
  storeConfiguration,
  type Tree,
  type World,
} from '../../src/commands/index.ts';
import { ConfigStore } from '../../src/config/index.ts';
import { Dice } from './dice.ts';
import { grammarLine, noise, spoiltLine, wayTo } from './random-lines.ts';

const { language, sections } = commandReference();
const modes = language.modes.filter(({ kind }) => kind === 'config').map(({ name }) => name);
/** Commands that ask, and take the lines that follow as the answer: certificates in hexadecimal. */
const asking = 'config-cert-chain';
const seed = readFileSync(join(import.meta.dirname, '../../examples/seed.cfg'), 'utf8');
const chain = seed.slice(
  seed.indexOf('crypto pki certificate chain'),
  seed.indexOf('!', seed.indexOf('certificate ca')),
);

/** The same cases each time; `TORTURE_SEED=N` for others. A failure prints the seed that replays it. */
const chosenSeed = Number(process.env['TORTURE_SEED'] ?? 20_261_123);

function fail(error: unknown, line: string): never {
  throw new Error(`fault in "${line}"`, { cause: error });
}

/** Maps as their entries, in order, and bytes as text. Of kept lines only those of one place have an order; terminal lines have none. */
function plain(tree: Tree): unknown {
  const byName = <V>(map: ReadonlyMap<string, V>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const access = { ...tree.access, lines: byName(tree.access.lines) };
  return JSON.parse(
    JSON.stringify({ ...tree, access, kept: byName(tree.kept) }, (_, value) =>
      value instanceof Map ? [...value] : value,
    ),
  );
}

/** Some lines of one mode, below the lines that open it. */
function block(dice: Dice): readonly string[] {
  const mode = dice.pick(modes);
  if (mode === asking) return chain.split('\n');
  const way = wayTo(dice, mode) ?? [];
  const lines = Array.from({ length: dice.between(1, 6) }, () => grammarLine(dice, language, mode));
  return [...way.map((line, i) => ' '.repeat(i) + line), ...lines.map((line) => ' '.repeat(way.length) + line)];
}

test('every mode can be reached by the random lines of these tests', () => {
  const unknown = modes.filter((mode) => wayTo(new Dice(1), mode) === undefined);
  assert.deepEqual(unknown, []);
});

/** They act, ask for the lines behind them, or are refused always: no line of a configuration by itself. */
const noSetting =
  /^(?:crypto (?:key|\{pki \| ca\} (?:import|export|authenticate|enroll|crl|trustpool (?:import|clean)))|enrollment profile|key config-key|key-string|end$|exit$)/;

test('the random lines of these tests reach every setting of every mode, in a form that is taken', async () => {
  const missing: string[] = [];
  for (const name of modes.filter((mode) => mode !== asking)) {
    const settings = language.mode(name).commands.filter(({ syntax, hidden }) => !hidden && !noSetting.test(syntax));
    const left = new Set(settings.map(({ syntax }) => syntax));
    for (let i = 0; i < 40_000 && left.size > 0; i++) {
      const dice = new Dice(i);
      const line = grammarLine(dice, language, name);
      const meant = language.resolve(name, line, () => true);
      if (meant.kind !== 'command' || meant.form !== 'set' || !left.has(meant.command.syntax)) continue;
      const way = wayTo(dice, name) ?? [];
      const lines = [...way.map((opener, depth) => ' '.repeat(depth) + opener), ' '.repeat(way.length) + line];
      const { problems } = await loadConfiguration(lines.join('\n'), { language, onFault: fail });
      if (problems.length === 0) left.delete(meant.command.syntax);
    }
    missing.push(...Array.from(left, (syntax) => `${name}: ${syntax}`));
  }
  assert.deepEqual(missing, []);
});

test('any configuration of any modes, printed with or without its defaults and loaded again, is the same', async () => {
  let printedLines = 0;
  const blocks = fc.array(
    fc.nat().map((number) => block(new Dice(number))),
    { minLength: 1, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(blocks, async (all) => {
      const { tree } = await loadConfiguration(all.flat().join('\n'), { language, onFault: fail });
      for (const withDefaults of [false, true]) {
        const text = printConfiguration(tree, sections, withDefaults);
        printedLines += text.split('\n').length;
        const again = await loadConfiguration(text, { language, onFault: fail });
        assert.deepEqual(again.problems, [], text);
        assert.deepEqual(plain(again.tree), plain(tree), text);
      }
    }),
    { numRuns: 200, seed: chosenSeed },
  );
  assert.ok(printedLines > 5000, `the configurations were almost empty: ${printedLines} lines`);
});

/** A face that refuses whatever `part` does not do. */
function refusing<Face extends object>(part: Partial<Face> = {}): Face {
  const get = (target: object, member: string | symbol): unknown => {
    if (member in target) return Reflect.get(target, member);
    throw new CommandError('% Refused by the test');
  };
  return new Proxy(part, { get }) as Face;
}

/** A certificate server that could not be made is told after the line was carried out; here there is none to be made. */
const pki = {
  settled: async () => {},
  trustpoint: () => undefined,
  authorities: { report: () => ({ enabled: true }) },
} as unknown as Partial<World['pki']>;

/** A console in global configuration. Every face refuses; one service objects to every seventh commit. */
class Typist {
  #commits = 0;
  readonly store = new ConfigStore<Tree>(emptyTree, {
    failed: (service, error) => fail(error, service),
    restarted: () => {},
  });
  readonly answers: string[] = [];
  readonly session: Session<World>;

  constructor() {
    const { store } = this;
    const check = (): string | undefined => (++this.#commits % 7 === 0 ? '% Objection' : undefined);
    store.register({ name: 'objector', check, reconfigure: () => 'applied' });
    const world: World = {
      config: storeConfiguration(store, { bytes: (count) => Buffer.alloc(count, 7) }),
      system: refusing(),
      fileSystem: refusing(),
      remoteFiles: refusing(),
      archive: refusing(),
      reverting: refusing(),
      time: refusing(),
      reach: refusing(),
      sip: refusing(),
      calls: refusing(),
      patternFiles: refusing(),
      pki: refusing(pki),
      access: refusing(),
      http: refusing(),
      signaling: { of: () => [], all: () => [] },
    };
    this.session = new Session<World>({
      language,
      world,
      hostname: () => 'Router',
      privilege: 15,
      fixed: ['config'],
      io: { readLine: async () => this.answers.pop(), print: () => {} },
      onFault: fail,
    });
  }
}

test('ten thousand lines, right, wrong and mad, throw nothing and end, and one that was refused changed nothing', {
  timeout: 300_000,
}, async () => {
  const told = { refused: 0, carriedOut: 0 };
  const round = async (number: number): Promise<void> => {
    const dice = new Dice(number);
    const typist = new Typist();
    for (let lines = 0; lines < 100; lines++) {
      const mode = dice.pick(modes);
      if (dice.chance(30)) for (const line of wayTo(dice, mode) ?? []) await typist.session.perform(line);
      const good = grammarLine(dice, language, mode);
      const line = dice.chance(50) ? good : spoiltLine(dice, good);
      typist.answers.splice(0, Number.POSITIVE_INFINITY, 'quit', noise(dice, 40), dice.pick(['yes', 'no', '']));
      const before = typist.store.running;
      const refusal = await typist.session.perform(line);
      told[refusal === undefined ? 'carriedOut' : 'refused']++;
      if (refusal !== undefined) assert.equal(typist.store.running, before, `${line}: ${JSON.stringify(refusal)}`);
      assert.equal(typist.session.closed, false, line);
    }
  };
  await fc.assert(fc.asyncProperty(fc.nat(), round), { numRuns: 100, seed: chosenSeed, endOnFailure: true });
  assert.ok(told.refused > 1000 && told.carriedOut > 1000, JSON.stringify(told));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigStore, type ConfiguredService } from './index.ts';

interface Tree {
  readonly value: number;
}

function service(name: string, told: string[], part: Partial<ConfiguredService<Tree>> = {}): ConfiguredService<Tree> {
  return {
    name,
    check: () => undefined,
    reconfigure: (old, next) => {
      told.push(`${name} ${old.value} ${next.value}`);
      return 'applied';
    },
    ...part,
  };
}

function store(told: string[]): ConfigStore<Tree> {
  return new ConfigStore<Tree>(
    { value: 1 },
    {
      failed: (name, error) => told.push(`failed ${name} ${error instanceof Error ? error.message : ''}`),
      restarted: (name) => told.push(`restarted ${name}`),
    },
  );
}

test('a commit tells every service the old and the new tree, in the order they were registered', () => {
  const told: string[] = [];
  const config = store(told);
  config.register(service('a', told));
  config.register(service('b', told));
  assert.deepEqual(config.commit({ value: 2 }), { kind: 'committed', restarted: [] });
  assert.deepEqual(told, ['a 1 2', 'b 1 2']);
  assert.equal(config.running.value, 2);
});

test('one refusal carries its reason and changes nothing, also for services asked earlier', () => {
  const told: string[] = [];
  const config = store(told);
  config.register(service('a', told));
  config.register(service('b', told, { check: () => '% No' }));
  assert.deepEqual(config.commit({ value: 2 }), { kind: 'refused', service: 'b', reason: '% No' });
  assert.deepEqual(told, []);
  assert.equal(config.running.value, 1);
});

test('a check that throws refuses, and is told', () => {
  const told: string[] = [];
  const config = store(told);
  const check = (): never => {
    throw new Error('broken');
  };
  config.register(service('a', told, { check }));
  assert.equal(config.commit({ value: 2 }).kind, 'refused');
  assert.deepEqual(told, ['failed a broken']);
});

test('a service that throws while applying does not stop the others', () => {
  const told: string[] = [];
  const config = store(told);
  const reconfigure = (): never => {
    throw new Error('broken');
  };
  config.register(service('a', told, { reconfigure }));
  config.register(service('b', told, { reconfigure: () => 'restart' }));
  assert.deepEqual(config.commit({ value: 2 }), { kind: 'committed', restarted: ['b'] });
  assert.deepEqual(told, ['failed a broken', 'restarted b']);
  assert.equal(config.running.value, 2);
});

test('committing the running tree itself disturbs nobody', () => {
  const told: string[] = [];
  const config = store(told);
  config.register(service('a', told, { check: () => '% No' }));
  assert.equal(config.commit(config.running).kind, 'committed');
});

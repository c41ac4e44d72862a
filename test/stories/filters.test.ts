import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { type Router, story } from './scene.ts';

/** The first way to type a syntax without its arguments: undefined where one is needed. */
function plainest(syntax: string): string | undefined {
  const innermost = /\[[^[\]]*\](?:\.\.\.)?/g;
  const line = syntax
    .replace(innermost, '')
    .replace(innermost, '')
    .replace(/\{([^|}]*)[^}]*\}/g, '$1')
    .replace(/ +/g, ' ')
    .trim();
  return line.includes('<') ? undefined : line;
}

function shows(router: Router): readonly string[] {
  return router.gateway.language.modes
    .flatMap(({ commands }) => commands)
    .filter(({ syntax, hidden }) => syntax.startsWith('show ') && !hidden)
    .flatMap(({ syntax }) => plainest(syntax) ?? []);
}

test(
  'every show can be filtered in each of the ways of IOS, and counts the lines it has',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2'));
    await router.type('write memory');
    // What tells the time, or what was counted meanwhile, differs from one look to the next.
    const changing = /^show (?:clock|logging|version|history|users|ntp|processes|memory)/;
    const lines = [...new Set(shows(router))].filter((line) => !changing.test(line));
    assert.ok(lines.length > 30);
    for (const line of lines) {
      const whole = await router.show(line);
      const isRefused = whole[0]?.startsWith('%') === true || whole[1]?.startsWith('%') === true;
      if (isRefused) continue;
      const has = whole.filter((text) => text.includes('e'));
      assert.deepEqual(await router.show(`${line} | include e`), has, `${line} | include`);
      const others = whole.filter((text) => !text.includes('e'));
      assert.deepEqual(await router.show(`${line} | exclude e`), others, `${line} | exclude`);
      const count = `Number of lines which match regexp = ${has.length}`;
      assert.deepEqual(await router.show(`${line} | count e`), [count], `${line} | count`);
      const first = whole.findIndex((text) => text.includes('e'));
      assert.deepEqual(await router.show(`${line} | begin e`), first < 0 ? [] : whole.slice(first), `${line} | begin`);
      const sections = await router.show(`${line} | section e`);
      const rest = await router.show(`${line} | section exclude e`);
      assert.equal(sections.length + rest.length, whole.length, `${line} | section`);
    }
  }),
);

test(
  'filters take the expressions of IOS, shortened words, and say where they are wrong',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones + voip(10, '9...', '10.0.0.2'));
    assert.deepEqual(await router.show('show running-config | i ^dial-peer voice [0-9]+ pots$'), [
      'dial-peer voice 1 pots',
      'dial-peer voice 2 pots',
    ]);
    assert.deepEqual(await router.show('sh run | sec voice 10 '), [
      'dial-peer voice 10 voip',
      ' destination-pattern 9...',
      ' session protocol sipv2',
      ' session target ipv4:10.0.0.2',
      ' codec g711ulaw',
    ]);
    assert.deepEqual(await router.show('show run | count ^dial-peer'), ['Number of lines which match regexp = 3']);
    assert.deepEqual(await router.type('show running-config | foo x'), [
      'Router#show running-config | foo x',
      '                             ^',
      "% Invalid input detected at '^' marker.",
      '',
    ]);
    assert.deepEqual(await router.show('show running-config | include'), ['% Incomplete command.', '']);
    assert.deepEqual(await router.show('show running-config |'), ['% Incomplete command.', '']);
  }),
);

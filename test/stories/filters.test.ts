import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { type Router, story } from './scene.ts';
import { TftpServer } from './tftp-server.ts';

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

test(
  'what a show prints is written into a file, behind what a file holds, and to the screen beside it',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    const shown = await router.show('show dial-peer voice summary');
    assert.deepEqual(await router.show('show dial-peer voice summary | redirect flash:peers'), []);
    assert.deepEqual(await router.show('more flash:peers'), shown);
    assert.deepEqual(await router.show('show dial-peer voice summary | tee flash:peers'), shown, 'replaced');
    assert.deepEqual(await router.show('more flash:peers'), shown);
    assert.deepEqual(await router.show('show dial-peer voice summary | append flash:peers'), []);
    assert.deepEqual(await router.show('sh dial-p voic sum | tee /append nvram:peers'), shown);
    assert.deepEqual(await router.show('show dial-peer voice summary | tee /append flash:peers'), shown);
    assert.deepEqual(await router.show('more flash:peers'), [...shown, ...shown, ...shown]);
    assert.deepEqual(await router.show('more nvram:peers'), shown);
    await router.show('show running-config | redirect flash:run');
    assert.deepEqual(await router.show('configure replace flash:run force'), [
      '',
      'Total number of passes: 0',
      'Rollback Done',
      '',
    ]);
  }),
);

test(
  'output goes to a TFTP server too, which cannot append; what cannot be written is said, and nothing is written then',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    const server = await TftpServer.open(scene.world.host(['10.0.0.8']), '10.0.0.8');
    const shown = await router.show('show dial-peer voice summary');
    await router.typePatiently('show dial-peer voice summary | redirect tftp://10.0.0.8/peers');
    assert.equal(String(server.files.get('peers')), shown.map((line) => `${line}\n`).join(''));
    server.close();
    const failures: readonly (readonly [string, RegExp])[] = [
      ['append tftp://10.0.0.8/peers', /^%Error opening tftp:\/\/10\.0\.0\.8\/peers \(Append is not supported\)$/],
      ['redirect tftp:', /^%Error opening tftp: \(Not a URL of the form tftp:\/\/host\/file\)$/],
      ['redirect tftp://10.0.0.8/peers', /^%Error opening tftp:\/\/10\.0\.0\.8\/peers \(.+\)$/],
      ['redirect nvram:startup-config', /^%Error opening nvram:startup-config \(Permission denied\)$/],
      ['redirect flash:../keys', /^%Error opening flash:\.\.\/keys \(Invalid file name\)$/],
      ['redirect flash:', /^%Error opening flash: \(Invalid file name\)$/],
    ];
    for (const [filter, said] of failures) {
      const [line = '', ...more] = (await router.typePatiently(`show dial-peer voice summary | ${filter}`)).slice(1);
      assert.match(line, said);
      assert.deepEqual(more, []);
    }
    assert.deepEqual(await router.show('show dial-peer voice 99 | redirect flash:none'), ['% No such dial-peer']);
    assert.deepEqual(await router.show('more flash:none'), ['%Error opening flash:none (No such file or directory)']);
    assert.deepEqual(await router.show('show version | redirect'), ['% Incomplete command.', '']);
    assert.deepEqual(await router.show('show version | tee /append'), ['% Incomplete command.', '']);
    assert.equal(
      (await router.show('show version | redirect flash:a b'))[0]?.length,
      'Router#show version | redirect flash:a b'.length,
    );
  }),
);

test(
  'show tech-support is one file with everything, and tells no password',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      `${telephones}username ada secret hopper\nsip-ua\n authentication username adaada password hidden1 realm x\n!\n`,
    );
    await router.typePatiently('show tech-support | redirect flash:tech');
    const text = (await router.show('more flash:tech')).join('\n');
    const headings = text.match(/^-{18} show .* -{18}$/gm) ?? [];
    assert.equal(headings.length, 41);
    assert.match(text, /^username ada secret \*\*\*$/m);
    assert.match(text, /^ authentication username adaada password \*\*\*$/m);
    assert.match(text, /^dial-peer hunt 0$/m);
    assert.doesNotMatch(text, /Internal error|^% Invalid|hopper|hidden1|\$9\$/m);
  }),
);

test(
  'who is not at level 15 writes no file',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', telephones);
    const screen = await router.type(
      'disable',
      'show version | redirect flash:version',
      'show version | tee flash:version',
    );
    assert.equal(screen.filter((line) => line === "% Invalid input detected at '^' marker.").length, 2);
    await router.type('enable');
    assert.ok((await router.show('dir flash:')).includes('No files in directory'));
  }),
);

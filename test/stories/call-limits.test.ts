import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipToSip, telephones, voip } from './configurations.ts';
import type { Phone } from './phone.ts';
import { type Router, type Scene, story } from './scene.ts';

const lobby = `${sipToSip}${voip(10, '9', '10.0.0.3')}`;

/** So many telephones call at once; how many were let through. */
async function rush(scene: Scene, callers: readonly Phone[]): Promise<number> {
  for (const phone of callers) await scene.during(phone.call('9', '10.0.0.1'));
  await scene.pass(100);
  return callers.filter((phone) => phone.heard.includes('180 INVITE')).length;
}

async function people(scene: Scene, count: number): Promise<readonly Phone[]> {
  const all: Phone[] = [];
  for (let i = 0; i < count; i++) all.push(await scene.phone(`10.0.1.${i + 1}`));
  return all;
}

const shown = async (router: Router, line: string): Promise<string> => (await router.type(line)).join('\n');

test(
  'calls that come faster than call spike allows are 503 with Retry-After, and taken again when the window has passed',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${lobby}call spike 3 steps 5 size 200\n`);
    await scene.phone('10.0.0.3', { takes: 'ring' });
    const callers = await people(scene, 5);
    assert.equal(await rush(scene, callers), 3);
    const refused = callers.filter((phone) => phone.heard.includes('503 INVITE'));
    assert.equal(refused.length, 2);
    for (const phone of refused) assert.deepEqual(phone.newest('503 INVITE')?.headers.get('retry-after'), ['1']);
    assert.match(
      await shown(west, 'show call spike status'),
      /Configured\n.*: TRIGGERED\n.*window ::3\n.*rejected +: 2/,
    );
    assert.equal(west.logged('OVERLOAD').length, 2);
    await scene.pass(1200);
    const [again] = refused;
    assert.equal(await rush(scene, again === undefined ? [] : [again]), 1);
    assert.match(await shown(west, 'show call spike status'), /NOT TRIGGERED/);
  }),
);

test(
  'once a threshold is reached no call is taken until its low mark is, and the display says so',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${lobby}call threshold global total-calls low 1 high 3\n`);
    await scene.phone('10.0.0.3', { takes: 'ring' });
    const callers = await people(scene, 5);
    assert.equal(await rush(scene, callers), 3);
    assert.match(await shown(west, 'show call threshold status'), /Unavail N\/A +total-calls +3 +1 +3 +N\/A/);
    callers[0]?.cancel();
    await scene.pass(1000);
    const last = callers.slice(4);
    assert.equal(await rush(scene, last), 0, 'two calls are above the low mark');
    callers[1]?.cancel();
    await scene.pass(1000);
    assert.match(await shown(west, 'show call threshold status'), /Avail +N\/A +total-calls +1 /);
    assert.doesNotMatch(await shown(west, 'show call threshold status unavailable'), /N\/A/);
    assert.equal(await rush(scene, last), 1);
    assert.match(await shown(west, 'show call treatment stats'), /rejected by call treatment: 3[\s\S]*total-calls: +3/);
  }),
);

test(
  'call treatment says what a call is told that is not taken, once it is on',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', `${telephones}call spike 1 steps 3 size 100\n`);
    const phone = await scene.phone('10.0.0.3');
    for (const [lines, answer] of [
      [['call treatment cause-code busy'], '503 INVITE'],
      [['call treatment on'], '486 INVITE'],
      [['call treatment cause-code no-QoS'], '580 INVITE'],
      [['no call treatment cause-code'], '503 INVITE'],
    ] as const) {
      await west.configure(...lines);
      await scene.pass(1000);
      await scene.during(phone.call('777', '10.0.0.1'));
      await scene.during(phone.call('778', '10.0.0.1'));
      await scene.pass(100);
      assert.notEqual(phone.newest(answer), undefined, answer);
      await scene.during(phone.hangUpEver());
      await scene.pass(3000);
    }
    assert.match(await shown(west, 'show call treatment config'), /is on\.[\s\S]*cause is: no-resource/);
  }),
);

test(
  'the calls at an interface, and what the process uses, can be thresholds too; a telephone hears of them likewise',
  story(async (scene) => {
    const interfaces = 'interface Loopback0\n ip address 10.0.0.1 255.255.255.255\n';
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}${interfaces}call threshold interface Loopback0 int-calls low 1 high 2\n`,
    );
    const phones = [await scene.phone('10.0.0.3'), await scene.phone('10.0.0.4'), await scene.phone('10.0.0.5')];
    for (const [at, number] of [
      [0, '777'],
      [1, '778'],
    ] as const)
      await scene.during(phones[at]!.call(number, '10.0.0.1'));
    await scene.pass(2000);
    assert.match(await shown(west, 'show call threshold status'), /Unavail Loopback0 +int-calls +2 /);
    await scene.during(phones[2]!.call('777', '10.0.0.1'));
    await scene.pass(100);
    assert.equal(phones[2]!.count('503 INVITE'), 1);
    await west.configure(
      'no call threshold interface Loopback0 int-calls',
      'call threshold global cpu-5sec low 1 high 2',
    );
    assert.match((await scene.during(west.type('csim start 777'))).join('\n'), /call threshold cpu-5sec high 2/);
    await west.configure('no call threshold global cpu-5sec', 'call threshold global total-mem low 1 high 3');
    await scene.pass(6000);
    for (const phone of phones.slice(0, 2)) phone.hangUp();
    await scene.pass(3000);
    await scene.during(phones[2]!.call('777', '10.0.0.1'));
    await scene.pass(100);
    assert.equal(phones[2]!.count('180 INVITE'), 1, 'two percent are not three');
  }),
);

test(
  'marks that make no sense are refused when they are typed',
  story(async (scene) => {
    const west = await scene.router('10.0.0.1', lobby);
    for (const [line, answer] of [
      ['call threshold global total-calls low 5 high 5', '% The low threshold must be below the high one'],
      ['call threshold global cpu-avg low 5 high 101', '% The threshold is a percentage: 1 to 100'],
    ] as const)
      assert.ok((await west.type('configure terminal', line, 'end')).join('\n').includes(answer), line);
    assert.doesNotMatch(west.gateway.configuration(), /threshold/);
  }),
);

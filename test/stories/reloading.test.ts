import assert from 'node:assert/strict';
import { test } from 'node:test';
import { story } from './scene.ts';

const minute = 60_000;

test(
  'a reload that was scheduled comes in its time, warned of before, with who asked for it and why',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', 'hostname west\n');
    await router.type('write memory');
    assert.deepEqual((await router.type('reload in 1:10 new release', '')).slice(1), [
      'Reload scheduled for 01:10:00 UTC Thu Jan 1 2026 (in 1 hour and 10 minutes) by console',
      'Reload reason: new release',
      'Proceed with reload? [confirm]',
    ]);
    assert.deepEqual(router.logged('SCHEDULED_RELOAD'), [
      '%SYS-5-SCHEDULED_RELOAD: Reload requested for 01:10:00 UTC Thu Jan 1 2026 at 00:00:00 UTC Thu Jan 1 2026 by console. Reload Reason: new release.',
    ]);
    await scene.pass(5 * minute + 8000);
    assert.deepEqual(await router.show('show reload'), [
      'Reload scheduled for 01:10:00 UTC Thu Jan 1 2026 (in 1 hour and 4 minutes) by console',
      'Reload reason: new release',
    ]);
    await scene.pass(64 * minute);
    assert.deepEqual((await router.show('show reload'))[0]?.match(/\(in .*\)/)?.[0], '(in 52 seconds)');
    assert.equal(router.logged('SCHEDULED_RELOAD_SOON').length, 4);
    assert.equal(router.reloads, 0);
    await scene.pass(minute);
    assert.equal(router.reloads, 1);
    assert.deepEqual(router.logged('RELOAD'), [
      '%SYS-5-RELOAD: Reload requested by console. Reload Reason: new release.',
    ]);
    assert.deepEqual(await router.show('show reload'), ['No reload is scheduled.']);
  }),
);

test(
  'reload cancel takes it back, another one takes its place, and one that is not confirmed is none',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1');
    await router.type('write memory', 'reload in 5', '', 'reload in 20', '');
    await router.type('reload in 1', 'n');
    await scene.pass(10 * minute);
    assert.equal(router.reloads, 0);
    assert.match(
      (await router.show('show reload | json')).join(''),
      /"reason": "Reload Command", +"remainingMs": 600000/,
    );
    assert.deepEqual(await router.show('reload cancel'), ['', '', '***', '*** --- SHUTDOWN ABORTED ---', '***', '']);
    assert.deepEqual(router.logged('SCHEDULED_RELOAD_CANCELLED'), [
      '%SYS-5-SCHEDULED_RELOAD_CANCELLED: Scheduled reload cancelled at 00:10:00 UTC Thu Jan 1 2026 by console.',
    ]);
    await scene.pass(60 * minute);
    assert.equal(router.reloads, 0);
    assert.deepEqual(await router.show('reload cancel'), ['%No reload is currently scheduled.']);
  }),
);

test(
  'reload at means the next such time by the local clock, and wants a clock that is right',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', 'clock timezone CET 1\n');
    await router.type('write memory');
    const planned = async (line: string): Promise<string | undefined> =>
      (await router.type(line, 'n')).find((text) => text.startsWith('Reload scheduled') || text.startsWith('%'));
    const when = 'Reload scheduled for';
    assert.equal(await planned('reload at 01:30'), `${when} 01:30:00 CET Thu Jan 1 2026 (in 30 minutes) by console`);
    assert.equal(
      await planned('reload at 0:30'),
      `${when} 00:30:00 CET Fri Jan 2 2026 (in 23 hours and 30 minutes) by console`,
    );
    assert.equal(await planned('reload at 2:00 3 jan'), `${when} 02:00:00 CET Sat Jan 3 2026 (in 49 hours) by console`);
    assert.equal(await planned('reload at 2:00 January 3 why'), await planned('reload at 2:00 3 jan'));
    assert.equal(
      await planned('reload at 2:00 4 reasons'),
      `${when} 02:00:00 CET Thu Jan 1 2026 (in 1 hour) by console`,
    );
    const tooFar = '% The date and time must lie ahead, 24 days at most';
    assert.equal(await planned('reload at 2:00 30 jan'), tooFar);
    assert.equal(await planned('reload at 2:00 31 dec'), tooFar);
    for (const half of ['reload in', 'reload at', 'reload i'])
      assert.equal(await planned(half), '% Incomplete command.');
    assert.equal(await planned('reload at 25:00'), '% Invalid time: 25:00');
    for (const word of ['0', '1:60', '577:00', 'soon']) {
      const said = `% Invalid time: ${word}; expected [hhh:]mm, 24 days at most`;
      assert.equal(await planned(`reload in ${word}`), said);
    }
    await router.configure('ntp server 10.0.0.77');
    assert.equal(await planned('reload at 2:00'), '% The clock is not set: only "reload in" can be scheduled');
  }),
);

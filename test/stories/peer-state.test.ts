import assert from 'node:assert/strict';
import { test } from 'node:test';
import { story } from './scene.ts';

const sip = ' session protocol sipv2\n';
const peers = `dial-peer voice 1 voip
${sip} incoming called-number .
dial-peer voice 2 voip
${sip} destination-pattern 9
 session target ipv4:10.0.0.2
 voice-class sip tenant 8
dial-peer voice 3 voip
${sip} destination-pattern 8
 incoming called-number 8
`;

test(
  'the summary of dial peers and the page of each agree on which are up, and the page says why one is not',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', peers);
    const summary = async (): Promise<readonly string[]> =>
      (await router.show('show dial-peer voice summary')).slice(3).map((row) => row.slice(18, 22).trim());
    const page = async (tag: number): Promise<readonly string[]> => {
      const lines = (await router.show(`show dial-peer voice ${tag}`)).map((line) => line.trim());
      const at = lines.findIndex((line) => line.startsWith('group ='));
      return lines.slice(at, at + 2);
    };
    assert.deepEqual(await summary(), ['up', 'down', 'up']);
    assert.deepEqual(await page(2), [
      'group = 2, Admin state is up, Operation state is down,',
      'down: voice class tenant 8 is not defined,',
    ]);
    assert.equal((await page(3))[1], 'makes no calls: no session target,');
    assert.match((await page(1))[1] ?? '', /^incoming called-number/);
    await router.configure('voice class tenant 8');
    assert.deepEqual(await summary(), ['up', 'up', 'up']);
  }),
);

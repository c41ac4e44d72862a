import assert from 'node:assert/strict';
import { test } from 'node:test';
import { house, pcmu, pots, telephone, voip } from './fake/house.ts';
import { noVoiceClasses, type VoiceClasses } from './settings.ts';

const rules = (...all: readonly (readonly [string, string | undefined])[]): VoiceClasses => ({
  ...noVoiceClasses,
  rules: new Map([
    [
      1,
      {
        tag: 1,
        rules: new Map(
          all.map(([match, replace], i) => [i + 1, { match, ...(replace === undefined ? {} : { replace }) }]),
        ),
      },
    ],
  ]),
  profiles: new Map([['p', { name: 'p', rules: { called: 1, calling: 1 } }]]),
});

test('an incoming profile rewrites both numbers before the call is routed', async () => {
  const classes = rules(['^9', ''], ['^5551', '888']);
  const h = await house({
    peers: [telephone, voip(9, { incomingCalledNumber: '9777', translation: { incoming: 'p' } })],
    classes,
  });
  const caller = await h.invite('9777', pcmu, '5551000');
  assert.deepEqual(
    h.calls.activeCalls().legs.map(({ calling, called }) => [calling, called]),
    [
      ['888000', '777'],
      ['888000', '777'],
    ],
  );
  caller.end('cancelled');
  await h.quiet();
});

test('an outgoing profile rewrites the numbers of that attempt only', async () => {
  const h = await house({
    peers: [voip(5, { destinationPattern: '9001', translation: { outgoing: 'p' } })],
    classes: rules(['^9', '4']),
  });
  const caller = await h.invite('9001', pcmu, '111');
  const request = h.agent.requests.at(-1);
  assert.deepEqual([request?.calling, request?.called], ['111', '4001']);
  assert.equal(h.calls.activeCalls().legs[0]?.called, '9001');
  caller.end('cancelled');
  await h.quiet();
});

test('a rule that rejects refuses the call with 403, on the way in and on the way out', async () => {
  const classes = rules(['^1900', undefined]);
  const inward = await house({
    peers: [voip(9, { incomingCalledNumber: '1', translation: { incoming: 'p' } })],
    classes,
  });
  assert.deepEqual((await inward.invite('1900123')).done, ['403']);
  await inward.quiet();
  const outward = await house({
    peers: [voip(9, { destinationPattern: '1', translation: { outgoing: 'p' } })],
    classes,
  });
  assert.deepEqual((await outward.invite('1900123')).done, ['403']);
  await outward.quiet();
});

test('a telephone is sent the digits of the translated number', async () => {
  const peer = pots(1, { destinationPattern: '55', port: '0/3/1', translation: { outgoing: 'p' } });
  const h = await house({ peers: [peer], classes: rules(['^55', '5599']) });
  const caller = await h.invite('5512');
  assert.equal(h.calls.activeCalls().legs[1]?.digits, '9912');
  caller.end('cancelled');
  await h.quiet();
});

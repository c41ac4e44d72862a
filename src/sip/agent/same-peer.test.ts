import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSamePeer } from './same-peer.ts';

const flow = (provedName: string | undefined, ...more: string[]) => ({
  provedName,
  provedNames: provedName === undefined ? [] : [provedName, ...more],
});

test('a later flow is the same peer’s when it proves the name the earlier is known by, in whatever place', () => {
  const asked = flow('trunk.other.test', 'a.carrier.test');
  const came = flow('a.carrier.test', 'trunk.other.test');
  assert.equal(isSamePeer(asked, came), true);
  assert.equal(isSamePeer(came, asked), true);
  assert.equal(isSamePeer(asked, flow('a.carrier.test')), false);
  assert.equal(isSamePeer(asked, flow('b.carrier.test', 'a.carrier.test')), false);
});

test('who proved nothing is the same as before only where nothing was proved before', () => {
  assert.equal(isSamePeer(flow(undefined), flow(undefined)), true);
  assert.equal(isSamePeer(flow(undefined), flow('a.test')), false);
  assert.equal(isSamePeer(flow('a.test'), flow(undefined)), false);
});

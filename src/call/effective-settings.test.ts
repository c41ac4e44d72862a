import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SipServer, sipDefaults, type Tenant, tenantDefaults } from '../sip/settings.ts';
import { effectiveSettings } from './effective-settings.ts';
import { type VoipPeer, voipDefaults } from './settings.ts';

const proxy = (host: string): SipServer => ({ kind: 'dns', host });
const tenants: readonly Tenant[] = [
  { ...tenantDefaults, tag: 1, sessionTransport: 'tcp', url: 'tel', outboundProxy: proxy('tenant'), rel1xx: 'require' },
  { ...tenantDefaults, tag: 2 },
];
const sip = {
  ...sipDefaults,
  sessionTransport: 'udp' as const,
  url: 'sip' as const,
  outboundProxy: proxy('global'),
  tenants: new Map(tenants.map((one) => [one.tag, one])),
};

/** What a peer with this of its own has, when its call came to the port of `arrivedAt`. */
function effective(own: Partial<VoipPeer> | undefined, arrivedAt = 0): readonly unknown[] | undefined {
  const peer = own && { ...voipDefaults, tag: 1, ...own };
  const found = effectiveSettings(sip, peer, arrivedAt);
  return found && [found.tenant, found.transport, found.scheme, found.outboundProxy?.host, found.rel1xx];
}

const table: readonly (readonly [string, Partial<VoipPeer> | undefined, number, readonly unknown[] | undefined])[] = [
  ['the global settings hold for a peer that says nothing', {}, 0, [0, 'udp', 'sip', 'global', 'supported']],
  ['those of its tenant come before them', { tenant: 1 }, 0, [1, 'tcp', 'tel', 'tenant', 'require']],
  ['a tenant that says nothing passes them on', { tenant: 2 }, 0, [2, 'udp', 'sip', 'global', 'supported']],
  [
    'its own come first',
    { tenant: 1, sessionTransport: 'tls', url: 'sips', outboundProxy: proxy('peer'), rel1xx: 'disable' },
    0,
    [1, 'tls', 'sips', 'peer', 'disable'],
  ],
  ['the tenant of the port holds for a peer without one', {}, 1, [1, 'tcp', 'tel', 'tenant', 'require']],
  ['and for a call without peer', undefined, 1, [1, 'tcp', 'tel', 'tenant', 'require']],
  ["the peer's own tenant comes before that of the port", { tenant: 2 }, 1, [2, 'udp', 'sip', 'global', 'supported']],
  ['nothing holds where the tenant is not there', { tenant: 3 }, 0, undefined],
];
for (const [title, peer, arrivedAt, expected] of table) {
  test(title, () => assert.deepEqual(effective(peer, arrivedAt), expected));
}

test('what we are called is the peer’s to say, else it is as for all', () => {
  const named = { ...sip, localName: { host: 'gw.test', isPreferred: false } };
  const own = { ...voipDefaults, tag: 1, localName: { host: 'sbc.test', isPreferred: true } };
  assert.equal(effectiveSettings(sip, undefined)?.localName, undefined);
  assert.equal(effectiveSettings(named, undefined)?.localName, 'gw.test');
  assert.equal(effectiveSettings(named, own)?.localName, 'sbc.test');
});

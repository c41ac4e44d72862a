import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SipSettings, sipDefaults, type Tenant, tenantDefaults } from './settings.ts';
import { settingsOfTenant } from './tenant.ts';

const proof = { username: 'user', password: { clear: 'global' }, challenge: false };
const global: SipSettings = {
  ...sipDefaults,
  sipServer: { kind: 'ipv4', host: '10.0.0.1' },
  authentication: [proof],
  bind: { control: 'Gi0/0', media: 'Gi0/0' },
  retry: { invite: 3, bye: 4 },
  timers: { trying: 300, connectionAging: 30 },
  minSe: 1800,
  sessionExpires: 3600,
  maxForwards: 20,
  silentDiscard: true,
};

function having(own: Partial<Tenant>): SipSettings {
  const sip = { ...global, tenants: new Map([[7, { ...tenantDefaults, ...own, tag: 7 }]]) };
  return settingsOfTenant(sip, 7);
}

test('a tenant that says nothing has the global settings', () => {
  const { tenants: _, ...rest } = having({});
  const { tenants: _none, ...expected } = global;
  assert.deepEqual(rest, expected);
});

test('what a tenant says holds for it, value by value, defaults of IOS included', () => {
  const own = having({
    listenPort: { secure: 5071 },
    bind: { media: 'Gi0/1' },
    url: 'sips',
    sessionTransport: 'tls',
    sipServer: { kind: 'dns', host: 'sip.example' },
    outboundProxy: { kind: 'dns', host: 'proxy.example' },
    authentication: [{ ...proof, password: { clear: 'own' } }],
    retry: { invite: 6 },
    timers: { trying: 500, connectionAging: 5 },
    sessionTimer: { minSe: 90, sessionExpires: undefined },
    rel1xx: 'disable',
    maxForwards: 9,
    trusted: [{ kind: 'dns', name: 'a.example' }],
    silentDiscard: false,
  });
  assert.deepEqual([own.minSe, own.sessionExpires], [90, undefined]);
  assert.deepEqual([own.rel1xx, own.maxForwards, own.silentDiscard], ['disable', 9, false]);
  assert.deepEqual(own.trusted, { authenticate: true, list: [{ kind: 'dns', name: 'a.example' }] });
  assert.deepEqual(own.listenPort, { nonSecure: 5060, secure: 5071 });
  assert.deepEqual(own.bind, { control: 'Gi0/0', media: 'Gi0/1' });
  assert.deepEqual([own.url, own.sessionTransport], ['sips', 'tls']);
  assert.deepEqual([own.sipServer?.host, own.outboundProxy?.host], ['sip.example', 'proxy.example']);
  assert.deepEqual(own.authentication[0]?.password, { clear: 'own' });
  assert.deepEqual(own.retry, { invite: 6, bye: 4 });
  assert.deepEqual(own.timers, { trying: 500, connectionAging: 5 });
});

test('a tenant that is not there has the global settings, and each is resolved once for a configuration', () => {
  assert.equal(settingsOfTenant(global, 8), global);
  const sip = { ...global, tenants: new Map([[7, { ...tenantDefaults, tag: 7 }]]) };
  assert.equal(settingsOfTenant(sip, 7), settingsOfTenant(sip, 7));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SipSettings, sipDefaults, type Tenant, tenantDefaults } from '../settings.ts';
import { mayLeaveFrom, sourceTowards, timesOf, transportSettings } from './transport-settings.ts';

const hosts: Readonly<Record<string, string>> = { 'Gi0/0': '10.0.0.1', 'Gi0/1': '10.1.0.1' };

/** Where we listen: `tls 10.1.0.1:5061 7`, the tenant last. */
function listeners(sip: Partial<SipSettings>, ...tenants: readonly (Partial<Tenant> & { readonly tag: number })[]) {
  const all = new Map(tenants.map((one) => [one.tag, { ...tenantDefaults, ...one }]));
  const settings = { ...sipDefaults, transports: { udp: false, tcp: true, tls: true }, ...sip, tenants: all };
  return transportSettings(settings, (name) => ({ ipv4: hosts[name] }))
    .listeners.map(
      ({ transport, local, tenant, shared }) =>
        `${transport} ${local.host}:${local.port} ${tenant}${shared ? ' shared' : ''}`,
    )
    .sort();
}

test('a tenant listens where it has a port of its own, and nowhere else', () => {
  assert.deepEqual(listeners({}, { tag: 7, listenPort: { secure: 5071 } }, { tag: 8 }), [
    'tcp 0.0.0.0:5060 0',
    'tls 0.0.0.0:5061 0',
    'tls 0.0.0.0:5071 7',
  ]);
});

test('a tenant with an interface of its own listens there too; where the others take every address at the same port, it shares that', () => {
  const tenant = { tag: 7, bind: { control: 'Gi0/1' }, listenPort: { secure: 5071 } };
  assert.deepEqual(listeners({ bind: { control: 'Gi0/0' } }, tenant), [
    'tcp 10.0.0.1:5060 0',
    'tcp 10.1.0.1:5060 7',
    'tls 10.0.0.1:5061 0',
    'tls 10.1.0.1:5071 7',
  ]);
  assert.deepEqual(listeners({}, tenant), [
    'tcp 0.0.0.0:5060 0 shared',
    'tcp 10.1.0.1:5060 7 shared',
    'tls 0.0.0.0:5061 0',
    'tls 10.1.0.1:5071 7',
  ]);
});

test('a place that two want is the tenant with the lower tag', () => {
  const [port5061, port5071] = [{ secure: 5061 }, { secure: 5071 }];
  assert.deepEqual(
    listeners({}, { tag: 9, listenPort: port5071 }, { tag: 8, listenPort: port5071 }, { tag: 7, listenPort: port5061 }),
    ['tcp 0.0.0.0:5060 0', 'tls 0.0.0.0:5061 7', 'tls 0.0.0.0:5071 8'],
  );
});

test("a transport that is off is off for tenants too, and a tenant's interface without address is no place", () => {
  const transports = { udp: false, tcp: true, tls: false };
  assert.deepEqual(listeners({ transports }, { tag: 7, listenPort: { secure: 5071 } }), ['tcp 0.0.0.0:5060 0']);
  assert.deepEqual(listeners({ transports }, { tag: 7, bind: { control: 'Gi9/9' }, listenPort: { nonSecure: 5070 } }), [
    'tcp 0.0.0.0:5060 0',
  ]);
});

test('an interface that dial peers are bound to is listened on where the gateway is bound itself, and left from always', () => {
  const own: Readonly<Record<string, string>> = { inside: '10.0.0.1', outside: '10.0.1.1' };
  const hostsOf = (name: string) => ({ ipv4: own[name] });
  const binds = [{ tenant: 0, control: 'outside' }];
  const unbound = transportSettings(sipDefaults, hostsOf, binds);
  assert.deepEqual([...new Set(unbound.listeners.map(({ local }) => local.host))], ['0.0.0.0']);
  assert.deepEqual(sourceTowards(unbound, '10.0.1.9', 0, 'outside'), { localHost: '10.0.1.1' });
  assert.deepEqual(sourceTowards(unbound, '10.0.1.9'), {});
  const bound = transportSettings({ ...sipDefaults, bind: { control: 'inside' } }, hostsOf, binds);
  assert.deepEqual(
    bound.listeners.filter(({ transport }) => transport === 'udp').map(({ local, bind }) => [local.host, bind]),
    [
      ['10.0.0.1', undefined],
      ['10.0.1.1', 'outside'],
    ],
  );
  assert.equal(sourceTowards(bound, '10.0.1.9', 0, 'nowhere'), 'none');
  assert.equal(mayLeaveFrom(bound, '10.0.0.1', '10.0.1.9', 0, 'outside'), false);
});

test('connections of a tenant live as long as it says, else as long as all others', () => {
  const tenants = new Map([[7, { ...tenantDefaults, tag: 7, timers: { connectionEstablishTls: 5 } }]]);
  const settings = transportSettings({ ...sipDefaults, timers: { connectionAging: 10 }, tenants });
  assert.deepEqual(timesOf(settings, 7), { agingMs: 600_000, establishTlsMs: 5000 });
  assert.deepEqual(timesOf(settings, 0), { agingMs: 600_000, establishTlsMs: 20_000 });
  assert.deepEqual(timesOf(settings, 9), timesOf(settings, 0));
});

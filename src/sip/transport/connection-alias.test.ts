import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasOffered, type OfferedConnection } from './connection-alias.ts';
import type { CredentialsAnswer, GivenCredentials } from './policy.ts';
import type { TransportSettings } from './transport-settings.ts';

const tls = { trustAnchorsPem: [], minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
const given = (policy: string, trustpoint = 'lab'): GivenCredentials => ({ credentials: tls, policy, trustpoint });

/** West came from 10.0.0.1 to us at 10.0.0.2, by the rule `strict`. */
const connection: OfferedConnection = {
  remote: { host: '10.0.0.1', port: 40_000 },
  knownLocal: { host: '10.0.0.2', port: 5061 },
  tenant: 0,
  provedNames: ['west.test', 'other.test', '*.wild.test', '10.0.0.1'],
  via: undefined,
  credentials: given('strict'),
};

interface Case {
  readonly host?: string;
  readonly on?: Partial<OfferedConnection>;
  readonly ours?: CredentialsAnswer;
  readonly settings?: Pick<TransportSettings, 'source' | 'tenantSources'>;
}

function offered({ host = 'west.test', on = {}, ours = given('strict'), settings = {} }: Case) {
  const asked: string[] = [];
  const credentialsFor = (remote: string, role: string, tenant: number): CredentialsAnswer => {
    asked.push(`${remote} ${role} ${tenant}`);
    return ours;
  };
  return {
    alias: aliasOffered({ ...connection, ...on }, { host, port: 5071 }, { policy: { credentialsFor }, settings }),
    asked,
  };
}

test('an offer becomes the key of a connection of ours to that name, at the address it came from and the port of the Via', () => {
  const { alias, asked } = offered({ host: 'West.Test.' });
  assert.deepEqual(asked, ['10.0.0.1 client 0']);
  assert.deepEqual(alias, {
    name: 'west.test',
    place: { host: '10.0.0.1', port: 5071 },
    state: 'asked',
    identity: 'out west.test strict',
    subject: { role: 'client', remote: { host: '10.0.0.1', port: 5071 }, tenant: 0, expectedName: 'west.test' },
    isUsed: false,
  });
  const tenants = offered({ on: { tenant: 7 } });
  assert.deepEqual([tenants.alias.identity, tenants.asked], ['out west.test stricttenant 7', ['10.0.0.1 client 7']]);
});

const unnamed = 'the certificate does not name it';
const noDomain = 'the Via names no domain';
const elsewhere = 'calls to it leave from another address';
const otherRule = 'calls to it leave by another rule than it came by';

const refused: readonly (readonly [string, Case, string])[] = [
  ['another name', { host: 'victim.test' }, unnamed],
  ['a name below its own', { host: 'a.west.test' }, unnamed],
  ['a name its wildcard covers', { host: 'a.wild.test' }, unnamed],
  ['the wildcard itself', { host: '*.wild.test' }, noDomain],
  ['an address, though the certificate names it', { host: '10.0.0.1' }, noDomain],
  ['an IPv6 address', { host: '2001:db8::1' }, noDomain],
  ['nothing', { host: '' }, noDomain],
  ['a number', { host: '1' }, noDomain],
  ['a name, by a peer that proved a subject alone', { on: { provedNames: [] } }, unnamed],
  ['a name, through a proxy', { on: { via: { host: '10.0.0.9', port: 1 } } }, 'a proxy stands between'],
  ['a name, to an address that calls do not leave from', { settings: { source: { ipv4: '10.0.0.3' } } }, elsewhere],
  ['a name, while calls leave from nowhere', { settings: { source: {} } }, elsewhere],
  [
    'a name, to an address that calls of its tenant do not leave from',
    { on: { tenant: 7 }, settings: { tenantSources: new Map([[7, { ipv4: '10.0.0.3' }]]) } },
    elsewhere,
  ],
  ['a name, by another policy', { ours: given('lax') }, otherRule],
  ['a name, to another certificate of ours', { ours: given('strict', 'second') }, otherRule],
  ['a name, when nothing is known of the handshake', { on: { credentials: undefined } }, otherRule],
  [
    'a name that is not to be called',
    { ours: { refused: 'trustpoint lab is for ssl-server only' } },
    'trustpoint lab is for ssl-server only',
  ],
];

for (const [what, one, reason] of refused) {
  test(`whoever offers ${what} is not called on the connection he made`, () => {
    const { alias } = offered(one);
    assert.deepEqual(
      [alias.state, alias.state === 'refused' ? alias.reason : '', alias.identity],
      ['refused', reason, undefined],
    );
  });
}

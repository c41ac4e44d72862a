import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../io/index.ts';
import { parseVia } from '../message/via.ts';
import { viaValue } from './identity.ts';
import { offerAlias, ownAlias } from './reuse.ts';

const reuse = { connectionReuse: 'plain', localName: { host: 'GW.test', isPreferred: false } } as const;
const ours = { transport: 'tls', direction: 'out', ownNames: ['a.test', 'gw.test'] } as const;

test('we offer a TLS connection of ours by the configured name that our certificate proves, when that is asked for', () => {
  assert.equal(ownAlias(ours, reuse), 'GW.test');
  for (const [flow, settings, what] of [
    [ours, { ...reuse, connectionReuse: undefined }, 'not asked for'],
    [ours, { ...reuse, localName: undefined }, 'no name'],
    [{ ...ours, ownNames: ['a.test'] }, reuse, 'a name that nothing proves'],
    [{ ...ours, ownNames: [] }, reuse, 'a certificate without names'],
    [{ ...ours, direction: 'in' as const }, reuse, 'a connection of the peer'],
    [{ ...ours, transport: 'tcp' as const }, reuse, 'TCP'],
  ] as const) {
    assert.equal(ownAlias(flow, settings), undefined, what);
  }
});

test('the offered name stands in the Via in the place of the address', () => {
  const address = { host: '10.0.0.1', port: 40_000 };
  const flow = { transport: 'tls', local: address } as const;
  assert.equal(viaValue(flow, 5061, 'z1', 'gw.test'), 'SIP/2.0/TLS gw.test:5061;branch=z1;alias');
  assert.equal(viaValue(flow, 5061, 'z1'), 'SIP/2.0/TLS 10.0.0.1:5061;branch=z1');
});

test('an offer is heard on TLS only, at the port of the Via or that of TLS', () => {
  const heard = (text: string, transport: 'tls' | 'tcp' = 'tls'): Address | undefined => {
    let sentBy: Address | undefined;
    const topVia = parseVia(text, 0, text.length) ?? assert.fail(text);
    const flow = { transport, aliasOffered: (one: Address) => (sentBy = one) };
    offerAlias({ topVia }, flow);
    return sentBy;
  };
  assert.deepEqual(heard('SIP/2.0/TLS gw.test:5071;branch=a;alias'), { host: 'gw.test', port: 5071 });
  assert.deepEqual(heard('SIP/2.0/TLS gw.test;alias;branch=a'), { host: 'gw.test', port: 5061 });
  assert.deepEqual(heard('SIP/2.0/TLS [2001:db8::1];alias;branch=a'), { host: '2001:db8::1', port: 5061 });
  assert.equal(heard('SIP/2.0/TLS gw.test;branch=a'), undefined);
  assert.equal(heard('SIP/2.0/TCP gw.test;branch=a;alias'), undefined);
  assert.equal(heard('SIP/2.0/TLS gw.test;branch=a;alias', 'tcp'), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipDefaults } from '../settings.ts';
import { changeOf, type RegistrationChange } from './registration-change.ts';
import type { WantedRegistration } from './wanted-registration.ts';

const password = { clear: 'opensesame' };
const own = { number: '5551', username: 'alice', realm: 'r', password };
const wanted: WantedRegistration = {
  number: '5551',
  peer: 1,
  authentication: [],
  registrar: {
    secondary: false,
    target: 'dns:example.com',
    expiresSeconds: 3600,
    transport: 'udp',
    scheme: 'sip',
    aorDomain: false,
    randomContact: false,
    refreshRatio: 80,
    authRealm: 'r',
  },
  domain: undefined,
  tenant: 0,
  place: 'here',
  sip: { ...sipDefaults, credentials: [own] },
};

function having(sip: Partial<WantedRegistration['sip']>, one = wanted): WantedRegistration {
  return { ...one, sip: { ...one.sip, ...sip } };
}

const secure = { ...wanted, registrar: { ...wanted.registrar, transport: 'tls' } } as const;
const signaling = [{ trustpoint: 'tp', strictCipher: false }];
const entry = { username: 'bob', password, challenge: false };

const table: readonly (readonly [string, WantedRegistration, RegistrationChange, WantedRegistration?])[] = [
  ['nothing', { ...wanted, sip: { ...wanted.sip, credentials: [{ ...own }] } }, 'none'],
  ['the dial peer of the number', { ...wanted, peer: 2 }, 'none'],
  ['timers', having({ timers: { register: 700 } }), 'none'],
  ["another number's credentials", having({ credentials: [own, { ...own, number: '5552' }] }), 'none'],
  ['credentials of another realm', having({ credentials: [own, { ...own, realm: 'elsewhere' }] }), 'none'],
  ['what others are challenged with', having({ authentication: [{ ...entry, challenge: true }] }), 'none'],
  ['how TLS connects, without TLS', having({ signaling }), 'none'],
  ['its password', having({ credentials: [{ ...own, password: { clear: 'other' } }] }), 'means'],
  ['credentials of any number', having({ credentials: [own, { username: 'robert', realm: 'r', password }] }), 'means'],
  ['authentication of its dial peer', { ...wanted, authentication: [entry] }, 'means'],
  ['authentication of sip-ua', having({ authentication: [{ ...entry, realm: 'r' }] }), 'means'],
  ['how TLS connects', having({ signaling }, secure), 'means', secure],
  ['where we are reached', { ...wanted, place: 'there' }, 'place'],
  ['the time asked for', { ...wanted, registrar: { ...wanted.registrar, expiresSeconds: 60 } }, 'registrar'],
  ['the outbound proxy', having({ outboundProxy: { kind: 'dns', host: 'proxy.example' } }), 'registrar'],
];
for (const [what, after, expected, before = wanted] of table) {
  test(`to a registration a change of ${what} is one of ${expected}`, () => {
    assert.equal(changeOf(before, after), expected);
  });
}

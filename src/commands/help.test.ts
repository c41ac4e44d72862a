import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Assist, Session } from '../cli/index.ts';
import { commandReference } from './reference.ts';

/** What `?` answers behind a text, in a mode. */
const asked: readonly [mode: string, text: string, answer: readonly string[]][] = [
  ['config', 'dial-peer voice ', ['  <1-2147483647>  Voice dial-peer tag']],
  [
    'config',
    'dial-peer voice 1 ',
    [
      '  mmoip  Multi Media Over IP',
      '  pots   Telephony',
      '  voatm  Voice over ATM',
      '  vofr   Voice over Frame Relay',
      '  voip   Voice over IP',
      '  <cr>',
    ],
  ],
  [
    'config',
    'no voice ',
    [
      '  call                 Kept without effect: not offered in this version',
      '  cause-code           Kept without effect: not offered in this version',
      '  class                Voice class',
      '  dnis-map             Kept without effect: numbers are rewritten by translation profiles',
      '  hpi                  Kept without effect: not offered in this version',
      '  hunt                 Which causes go on hunting',
      '  hunt-group           Kept without effect: not offered in this version',
      '  iec                  Kept without effect: not offered in this version',
      '  logout-profile       Kept without effect: not offered in this version',
      '  moh-group            Kept without effect: not offered in this version',
      '  register             Kept without effect: not offered in this version',
      '  rtp                  Kept without effect: not offered in this version',
      '  service              Modify use of network based services',
      '  source-group         Kept without effect: not offered in this version',
      '  statistics           Kept without effect: not offered in this version',
      '  translation-profile  Define a translation profile',
      '  translation-rule     Define a translation rule set',
      '  vrf                  Kept without effect: not offered in this version',
    ],
  ],
  [
    'config',
    'no voice service ',
    [
      '  pots   Kept without effect: not offered in this version',
      '  voatm  Kept without effect: not offered in this version',
      '  vofr   Kept without effect: not offered in this version',
      '  voip   Voice over IP service',
    ],
  ],
  [
    'config-dial-peer-voip',
    'session target ',
    ['  WORD  ipv4:A.B.C.D[:port], ipv6:[A][:port], dns:host[:port] or sip-server'],
  ],
  ['config-dial-peer-voip', 'max-conn ', ['  <1-2147483647>  Maximum connections for this peer']],
  [
    'config-dial-peer-pots',
    'forward-digits ',
    [
      '  all     Every digit',
      '  extra   Digits behind those of the pattern',
      '  <0-32>  Digits to send, counted from the last',
    ],
  ],
  [
    'config-sip-ua',
    'timers connection ',
    ['  aging      How long an idle connection is kept', '  establish  How long setting up a connection may take'],
  ],
  ['config-sip-ua', 'timers connection aging ', ['  <5-30>  Minutes']],
  ['config-sip-ua', 'timers connection establish tls ', ['  <5-20>  Seconds']],
  ['config-sip-ua', 'timers trying ', ['  <100-1000>  Milliseconds']],
  ['config-sip-ua', 'retry invite ', ['  <1-10>  Number of invite retries']],
  [
    'config-sip-ua',
    'registrar ',
    [
      '  dhcp   Obtain the registrar from DHCP (kept without effect)',
      '  <1-6>  Registrar index',
      '  WORD   ipv4:A.B.C.D[:port] or dns:host[:port]',
    ],
  ],
];

test('a question mark tells each word of a command in words of its own', () => {
  for (const [mode, text, answer] of asked) assert.deepEqual(assist(mode).help(text), [...answer, ''], text);
});

/** A session that stands in a mode. */
function assist(mode: string): Assist {
  const world = new Proxy({}, {}) as never;
  const io = { readLine: async () => undefined, print: () => {} };
  const session = new Session({
    language: commandReference().language,
    world,
    io,
    hostname: () => '',
    privilege: 15,
    fixed: [mode],
    onFault: assert.fail,
  });
  return session.assist;
}

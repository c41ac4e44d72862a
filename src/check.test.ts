import assert from 'node:assert/strict';
import { test } from 'node:test';
import { potsDefaults, voipDefaults } from './call/index.ts';
import { checkOf, errorsOf, uncheckedTree } from './check.ts';
import { printCheck } from './check-print.ts';
import {
  commandReference,
  emptyTree,
  type LoadedConfiguration,
  loadConfiguration,
  type Tree,
} from './commands/index.ts';

const voip = { ...voipDefaults, sessionProtocol: 'sipv2', destinationPattern: '9...' } as const;
const tree: Tree = {
  ...uncheckedTree,
  interfaces: new Map([
    ['Loopback0', { name: 'Loopback0', shutdown: false, address: { address: '10.0.0.1', mask: '255.0.0.0' } }],
  ]),
  http: { server: true, port: 8080, sourceInterface: 'Vlan1' },
  access: {
    ...emptyTree.access,
    users: new Map([['ada', { privilege: 15 }]]),
    lines: new Map([['vty 0', { login: 'local', kept: [] }]]),
    ssh: { ...emptyTree.access.ssh, port: 2222, sourceInterface: 'Loopback0' },
  },
  sip: { ...emptyTree.sip, bind: { control: 'Loopback0' }, sessionTransport: 'tls' },
  dialPlan: {
    hunt: 0,
    peers: new Map([
      [1, { ...potsDefaults, tag: 1, destinationPattern: '777', port: '0/3/1' }],
      [2, { ...voip, tag: 2, sessionTarget: { kind: 'dns', host: 'east.example' } }],
      [3, { ...voip, tag: 3, sessionTransport: 'udp' }],
      [4, { ...voip, tag: 4, shutdown: true }],
      [5, { ...voipDefaults, tag: 5, destinationPattern: '5' }],
      [6, { ...potsDefaults, tag: 6 }],
    ]),
  },
};

function checkReport(file: string, loaded: LoadedConfiguration) {
  const check = checkOf(file, loaded);
  return { lines: printCheck(check), errors: errorsOf(check) };
}

test('a configuration is told by its wrong lines, kept lines, listeners and routes', () => {
  const problems = [
    { line: 7, text: ' retry invite 11', message: "% Invalid input detected at '^' marker.", column: 14 },
  ];
  const report = checkReport('west.cfg', { tree, problems });
  assert.equal(report.errors, 3);
  assert.deepEqual(report.lines, [
    'west.cfg:7: retry invite 11',
    '                         ^',
    "    % Invalid input detected at '^' marker.",
    'west.cfg: 1 line wrong',
    '',
    'Not defined:',
    '  dial-peer voice 1 pots: port 0/3/1  (voice-port 0/3/1)',
    '  ip http source-interface Vlan1  (interface Vlan1)',
    '',
    'Listens on:',
    '  sip udp  10.0.0.1:5060',
    '  sip tcp  10.0.0.1:5060',
    '  sip tls  10.0.0.1:5061  (no crypto signaling: every handshake fails)',
    '  http  (Vlan1 has no address):8080',
    '  ssh  10.0.0.1:2222  (once there is a host key)',
    '',
    'Routes:',
    '  1 pots  777  port 0/3/1  up',
    '  2 voip  9...  dns:east.example tls  up',
    '  3 voip  9...  - udp  down: no session target',
    '  4 voip  9...  - tls  down: shutdown',
    '  5 voip  5  - tls  down: session protocol is not sipv2',
    '  6 pots  -  port -  down: no destination-pattern',
  ]);
});

test('no password is told among the kept lines', () => {
  const kept = new Map([['ntp', ['ntp peer tick password 0 hunter2']]]);
  const { lines } = checkReport('west.cfg', { tree: { ...emptyTree, kept }, problems: [] });
  assert.equal(lines[3], '  ntp peer tick password ***  (the time is asked of the servers of `ntp server` only)');
});

test('a gateway that anybody may call over UDP is warned of, since a datagram says nothing of who sent it', () => {
  const open = { ...emptyTree.sip, trusted: { ...emptyTree.sip.trusted, authenticate: false } };
  const lines = (sip: Tree['sip']): string =>
    checkReport('west.cfg', { tree: { ...emptyTree, sip }, problems: [] }).lines.join('\n');
  assert.match(lines(open), /^Warnings:\n {2}no ip address trusted authenticate, with UDP on/m);
  assert.doesNotMatch(lines({ ...open, transports: { ...open.transports, udp: false } }), /Warnings/);
  assert.doesNotMatch(lines(emptyTree.sip), /Warnings/);
});

test('a refused line is shown with nothing a terminal would act on', () => {
  const problems = [{ line: 1, text: 'caf\u00e9 \x1b[2J\x07', message: '% Ambiguous command:  "\x1b[2J"' }];
  const { lines } = checkReport('west.cfg', { tree: emptyTree, problems });
  assert.deepEqual(lines.slice(0, 2), ['west.cfg:1: caf\\xe9 \\x1b[2J\\x07', '    % Ambiguous command:  "\\x1b[2J"']);
});

test('the numbers that would be registered are told with their registrars', () => {
  const registrar = {
    target: 'dns:reg.example',
    secondary: false,
    expiresSeconds: 3600,
    transport: 'tls',
    scheme: 'sip',
    aorDomain: false,
    randomContact: false,
    refreshRatio: 80,
  } as const;
  const credentials = [{ number: '5559', username: 'user', password: { clear: 'hidden' }, realm: 'r' }];
  const sip = { ...tree.sip, registrars: [registrar, { ...registrar, secondary: true }], credentials };
  const { lines } = checkReport('west.cfg', { tree: { ...tree, sip }, problems: [] });
  assert.deepEqual(lines.slice(lines.indexOf('Registers:')), [
    'Registers:',
    '  777 dial-peer 1  dns:reg.example tls',
    '  777 dial-peer 1  dns:reg.example tls secondary',
    '  5559 credentials  dns:reg.example tls',
    '  5559 credentials  dns:reg.example tls secondary',
  ]);
});

test('tenants, their ports, their numbers and the peers that name one that is not there are told', async () => {
  const text = `voice class tenant 7
 registrar ipv4:10.0.0.9 tcp tls
 credentials number 5551000 username user password pass realm r
 listen-port secure 5071
 sip-server ipv4:10.0.0.9
 session transport tcp tls
dial-peer voice 1 voip
 destination-pattern 8
 session protocol sipv2
 session target sip-server
 voice-class sip tenant 7
dial-peer voice 2 voip
 destination-pattern 9
 session protocol sipv2
 session target ipv4:10.0.0.8
 voice-class sip tenant 8
`;
  const { lines } = checkReport('west.cfg', await loadConfiguration(text, { ...commandReference(), traced: true }));
  for (const line of [
    '  sip tls  0.0.0.0:5071  (no crypto signaling: every handshake fails)  tenant 7',
    '  5551000 credentials of tenant 7  ipv4:10.0.0.9 tls',
    '  1 voip  8  sip-server ipv4:10.0.0.9 tls  up',
    '  2 voip  9  ipv4:10.0.0.8 system  down: voice class tenant 8 is not defined',
  ])
    assert.ok(lines.includes(line), `${line}\n\n${lines.join('\n')}`);
});

test('a peer that only takes calls is up, is told by what it takes them, and where they leave', async () => {
  const text = `voice class uri VIA sip
 host ipv4:10.0.0.7
dial-peer voice 1 voip
 session protocol sipv2
 incoming uri via VIA
 incoming called-number .
 destination dpg 33
dial-peer voice 2 voip
 session protocol sipv2
 incoming called-number .
 destination-pattern 9
`;
  const { lines } = checkReport('west.cfg', await loadConfiguration(text, { ...commandReference(), traced: true }));
  assert.deepEqual(lines.slice(lines.indexOf('Routes:') + 1), [
    '  1 voip  -  - udp  incoming called-number ., incoming uri via VIA, destination dpg 33  up',
    '  2 voip  9  - udp  incoming called-number .  up, but makes no calls: no session target',
  ]);
});

test('the marker stands under the word that is wrong, as it is printed, and never in a password', async () => {
  const text =
    'sip-ua\n  retry caf\u00e9 3\nsip-ua\n authentication username u password 0 hunter2 junk\nusername caf\u00e9 nonsense\n';
  const { lines } = checkReport('a', await loadConfiguration(text, { ...commandReference(), traced: true }));
  assert.deepEqual(lines.slice(0, 9), [
    'a:2: retry caf\\xe9 3',
    '           ^',
    "    % Invalid input detected at '^' marker.",
    'a:4: authentication username u password ***',
    '                                        ^',
    "    % Invalid input detected at '^' marker.",
    'a:5: username caf\\xe9 nonsense',
    '                      ^',
    "    % Invalid input detected at '^' marker.",
  ]);
});

test('a line without effect is told with its number and its block as they were typed, those that change calls first', async () => {
  const text = `version 12.4
voice service voip
 sip
  early-offer forced
  sip-profiles 100
dial-peer voice 200 voip
 srtp
 voice-class sip prof 7
 translation-profile outgoing NOSUCH
voice class tenant 200
 copy-list 5
voice class sip-options-keepalive 200
 sip-profiles 8
interface GigabitEthernet0/0
 duplex auto
line con 0
 logging synchronous
line vty 0 4
 access-class 23 in
`;
  const { lines } = checkReport(
    'a',
    await loadConfiguration(text, { ...commandReference(), traced: true, base: uncheckedTree }),
  );
  assert.deepEqual(lines.slice(1, lines.indexOf('Listens on:') - 1), [
    '',
    'Not defined:',
    '  9: dial-peer voice 200 voip: translation-profile outgoing NOSUCH  (voice translation-profile NOSUCH)',
    '',
    'Without effect, and calls are not what they are on IOS:',
    '  5: voice service voip: sip: sip-profiles 100  (messages are not rewritten)',
    '  7: dial-peer voice 200 voip: srtp  (media is not encrypted in this version)',
    '  8: dial-peer voice 200 voip: voice-class sip prof 7  (messages are not rewritten)',
    '  11: voice class tenant 200: copy-list 5  (messages are not rewritten)',
    '  13: voice class sip-options-keepalive 200: sip-profiles 8  (messages are not rewritten)',
    '',
    'Without effect, and of no concern to calls:',
    '  1: version 12.4  (names the software that wrote the file)',
    '  4: voice service voip: sip: early-offer forced  (every INVITE that begins a call leaves with an offer)',
    '  15: interface GigabitEthernet0/0: duplex auto  (the host drives its interfaces)',
    '  17: line con 0: logging synchronous  (belongs to the terminal of a router)',
    '  19: line vty 0 4: access-class 23 in  (belongs to the terminal of a router)',
  ]);
});

test('a line is found again where it reads back in other words', async () => {
  const text = 'voice service voip\n sip\n  bind all source-interface Vlan7\nvoice class uri A sip\n host x\n';
  const { lines } = checkReport('a', await loadConfiguration(text, { ...commandReference(), traced: true }));
  assert.ok(
    lines.includes('  3: voice service voip: sip: bind all source-interface Vlan7  (interface Vlan7)'),
    lines.join('\n'),
  );
});

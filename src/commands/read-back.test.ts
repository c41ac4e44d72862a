import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

/** A block of running-config, what is typed below its first line, and what stands below it then, in this order. */
type Row = readonly [block: string, typed: readonly string[], printed: readonly string[]];

const table: readonly Row[] = [
  [
    'crypto pki trustpoint T',
    ['enrollment mode ra retry period 5 retry count 6 url http://10.0.0.5/x pem', 'serial-number', 'hash sha256'],
    [
      'enrollment retry count 6',
      'enrollment retry period 5',
      'enrollment mode ra',
      'enrollment url http://10.0.0.5/x pem',
      'serial-number',
      'revocation-check crl',
      'hash sha256',
    ],
  ],
  ['crypto pki trustpoint T', ['subject-name CN=a', 'subject-name'], ['revocation-check crl']],
  ['crypto pki trustpoint T', ['ip-address gi0/0'], ['ip-address GigabitEthernet0/0', 'revocation-check crl']],
  ['crypto pki trustpoint T', ['ip-address NONE'], ['ip-address none', 'revocation-check crl']],
  ['crypto pki trustpoint T', ['auto-enroll regenerate'], ['revocation-check crl', 'auto-enroll regenerate']],
  ['crypto pki trustpoint T', ['chain-validation continue P', 'chain-validation'], ['revocation-check crl']],
  [
    'crypto pki trustpoint T',
    ['usage ike', 'usage ssl-client', 'storage nvram:', 'no storage', 'vrf red', 'no vrf'],
    ['revocation-check crl', 'usage ssl-client'],
  ],
  [
    'crypto pki trustpoint T',
    [
      'match certificate M',
      'match certificate M skip revocation-check',
      'match certificate M override cdp url http://h/c',
      'match certificate M override ocsp 1 url http://h/1',
      'match certificate M override ocsp 2 url http://h/2',
      'no match certificate M override ocsp 1',
      'no match certificate M override cdp',
      'no match certificate M skip revocation-check',
    ],
    ['revocation-check crl', 'match certificate M', 'match certificate M override ocsp 2 url http://h/2'],
  ],
  ['crypto pki server S', ['no database archive'], ['no database archive', 'shutdown']],
  [
    'sip-ua',
    ['no remote-party-id', 'no connection-reuse', 'redirection', 'timers keepalive active 120', 'srv version 2'],
    ['no remote-party-id'],
  ],
  ['dial-peer voice 1 voip', ['session protocol sipv2', 'session protocol cisco'], []],
  [
    'dial-peer voice 1 voip',
    ['voice-class sip bind control source-interface Gi0/0', 'no voice-class sip bind control', 'no srtp'],
    [],
  ],
  ['voice-port 0/3/0', ['cptone gb', 'timeouts initial 10'], ['cptone GB']],
  ['voice-port 0/3/0', ['caller-id enable type 1'], ['caller-id enable type 1']],
];

test('what is typed below a line reads back below it, in the order of IOS and without its defaults', async () => {
  for (const [block, typed, printed] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(block, ...typed), [], typed.join(' / '));
    const at = console.running.indexOf(block);
    const end = console.running.indexOf('!', at);
    const below = at < 0 ? [] : console.running.slice(at + 1, end).map((line) => line.slice(1));
    assert.deepEqual(below, printed, typed.join(' / '));
  }
});

test('five realms stand beside the password for all others', async () => {
  const line = (realm: string): string => `authentication username abcd password 0 abcd${realm}`;
  const realms = ['', ' realm a', ' realm b', ' realm c', ' realm d', ' realm e'];
  const console = new TestConsole();
  assert.deepEqual(await console.configure('sip-ua', ...realms.map(line)), []);
  assert.deepEqual(await console.configure('sip-ua', line(' realm f')), ['% A user has at most 5 realms']);
});

test('a peer of a protocol that is not spoken goes by its tag, with its lines, and by no less', async () => {
  const console = new TestConsole();
  await console.configure('dial-peer voice 7 vofr', 'destination-pattern 5', 'dial-peer voice 8 mmoip');
  assert.deepEqual(await console.configure('no dial-peer voice'), ['% Incomplete command.', '']);
  assert.deepEqual(await console.configure('no dial-peer voice 7'), []);
  assert.deepEqual(
    console.running.filter((line) => /dial-peer|destination/.test(line)),
    ['dial-peer voice 8 mmoip'],
  );
});

test('a URL to enrol at is http or a file system', async () => {
  const enrol = (url: string): Promise<readonly string[]> =>
    new TestConsole().configure('crypto pki trustpoint T', `enrollment url ${url}`);
  for (const url of ['http://10.0.0.1', 'tftp://10.0.0.1/x', 'bootflash:x', 'null:x', 'disk0:x']) {
    assert.deepEqual(await enrol(url), [], url);
  }
  for (const url of ['https://10.0.0.1', 'HTTPS://ca/scep']) {
    const said = '% SCEP is spoken over http: only, its messages are signed and sealed themselves';
    assert.deepEqual(await enrol(url), [said], url);
  }
  assert.deepEqual(await enrol('htp://10.0.0.1'), ['% Neither http: nor a file system: htp://10.0.0.1']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

const invalid = "% Invalid input detected at '^' marker.";

test('settings read back as IOS prints them', async () => {
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['', ['ip domain-name example.com'], ['ip domain name example.com']],
    ['', ['ip name-server 1.1.1.1 2.2.2.2'], ['ip name-server 1.1.1.1', 'ip name-server 2.2.2.2']],
    [
      '',
      ['int gi 0/1', 'ip addr 10.0.0.1 255.0.0.0'],
      ['interface GigabitEthernet0/1', ' ip address 10.0.0.1 255.0.0.0'],
    ],
    ['', ['ip http source-interface lo0'], ['ip http source-interface Loopback0']],
    ['', ['dial-peer hunt 2'], ['dial-peer hunt 2']],
    ['', ['voip-incoming translation-profile in'], ['voip-incoming translation-profile in']],
    ['', ['service password-encryption'], ['service password-encryption']],
    ['', ['no ip domain-lookup'], ['no ip domain-lookup']],
    ['sip-ua', ['timers connection aging 30'], [' timers connection aging 30']],
    ['sip-ua', ['timers connection establish tls 5'], [' timers connection establish tls 5']],
    ['sip-ua', ['timers register 150', 'retry register 3'], [' timers register 150', ' retry register 3']],
    ['sip-ua', ['retry inv 3', 'no retry invite'], []],
    ['sip-ua', ['no transport tcp tls', 'no transport udp', 'default transport udp'], [' no transport tcp tls']],
    ['sip-ua', ['max-forwards 10'], [' max-forwards 10']],
    [
      'sip-ua',
      ['registrar ipv4:10.8.17.40 expires 3600 secondary'],
      [' registrar ipv4:10.8.17.40 expires 3600 secondary'],
    ],
    ['sip-ua', ['registrar ipv4:10.8.17.40 tcp tls'], [' registrar ipv4:10.8.17.40 expires 3600 tcp tls']],
    ['sip-ua', ['registrar ipv4:10.8.17.40 scheme sips'], [' registrar ipv4:10.8.17.40 expires 3600 scheme sips']],
    [
      'sip-ua',
      ['crypto signaling remote-addr 10.10.10.70 255.255.255.255 trustpoint CUBE-TLS strict-cipher'],
      [' crypto signaling remote-addr 10.10.10.70 255.255.255.255  trustpoint CUBE-TLS strict-cipher '],
    ],
    [
      'sip-ua',
      ['crypto signaling remote-addr 172.16.0.0 trustpoint user1'],
      [' crypto signaling remote-addr 172.16.0.0 255.255.255.255  trustpoint user1'],
    ],
    [
      'sip-ua',
      ['crypto signaling default trustpoint a', 'crypto signaling default trustpoint b'],
      [' crypto signaling default trustpoint b'],
    ],
    ['sip-ua', ['crypto signaling default trustpoint a', 'no crypto signaling default'], []],
    [
      'voice service voip',
      ['sip', 'bind all source-interface GigabitEthernet0/0', 'no bind media'],
      [' sip', '  bind control source-interface GigabitEthernet0/0'],
    ],
    ['voice service voip', ['sip', 'listen-port secure 5060'], [' sip', '  listen-port secure 5060']],
    [
      'voice service voip',
      ['sip', 'url sips', 'session transport tcp'],
      [' sip', '  url sips', '  session transport tcp'],
    ],
    ['voice service voip', ['allow-connections sip to sip'], [' allow-connections sip to sip']],
  ];
  const untouched = new TestConsole().running;
  for (const [mode, typed, expected] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(...(mode === '' ? [] : [mode]), ...typed), [], typed.join(' / '));
    const added = console.running.filter((line) => !untouched.includes(line) && line !== mode);
    assert.deepEqual(
      added.filter((line) => !(mode === '' && line === ' no ip address')).toSorted(),
      expected.toSorted(),
    );
  }
});

test('values outside their range are refused where they stand', async () => {
  const table: readonly (readonly [string, string])[] = [
    ['sip-ua', 'retry invite 0'],
    ['sip-ua', 'retry invite 11'],
    ['sip-ua', 'timers trying 99'],
    ['sip-ua', 'timers trying 1001'],
    ['sip-ua', 'timers expires 59999'],
    ['sip-ua', 'timers expires 300001'],
    ['sip-ua', 'timers hold 14'],
    ['sip-ua', 'timers hold 2881'],
    ['sip-ua', 'timers connection aging 4'],
    ['sip-ua', 'timers connection establish tls 21'],
    ['sip-ua', 'max-forwards 71'],
    ['sip-ua', 'registrar ipv4:1.1.1.1 expires 59'],
    ['sip-ua', 'crypto signaling remote-addr 10.0.0.0 255.0.255.0 trustpoint a'],
    ['voice service voip', 'allow-connections h323 to q931'],
    ['interface Loopback0', 'ip address 10.0.0.1 255.0.0.255'],
    ['hostname west', 'ip http port 65536'],
    ['hostname west', 'dial-peer hunt 8'],
  ];
  for (const [mode, line] of table) {
    const console = new TestConsole();
    await console.configure(mode);
    const before = console.running;
    assert.equal((await console.configure(mode, line)).at(1), invalid, line);
    assert.deepEqual(console.running, before, line);
  }
});

test('values of the right shape that cannot be are refused with a sentence', async () => {
  const table: readonly (readonly [string, string, string])[] = [
    [
      'sip-ua',
      'registrar 10.0.0.1',
      '% Invalid registrar address; expected ipv4:A.B.C.D[:port], ipv6:[X::X][:port] or dns:host[:port]',
    ],
    ['hostname west', 'interface Nowhere0', '% Invalid interface type and number: Nowhere0'],
    ['hostname west', 'hostname we$t', '% Hostname contains one or more illegal characters.'],
  ];
  for (const [mode, line, sentence] of table) {
    assert.deepEqual(await new TestConsole().configure(mode, line), [sentence]);
  }
});

test('a service that refuses a change is quoted, and the change is not made', async () => {
  const console = new TestConsole();
  console.store.register({ name: 'sip', check: () => '% Not while calls are up', reconfigure: () => 'applied' });
  assert.deepEqual(await console.configure('hostname west'), ['% Not while calls are up']);
  assert.equal(console.store.running.hostname, 'Router');
});

test('a setting typed twice is one commit', async () => {
  const console = new TestConsole();
  let commits = 0;
  console.store.register({
    name: 'count',
    check: () => undefined,
    reconfigure: () => {
      commits += 1;
      return 'applied';
    },
  });
  await console.configure('interface Loopback0', 'interface Loopback0', 'ip host a 1.1.1.1', 'no ip host b');
  assert.equal(commits, 2);
});

test('a line without effect is kept at its place, replaced by its like and removed by no', async () => {
  const table: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['serv timestamps log uptime', 'service timestamps log datetime msec'], ['service timestamps log datetime msec']],
    [['ip route 0.0.0.0 0.0.0.0 10.0.0.1', 'no ip route 0.0.0.0 0.0.0.0 10.0.0.1'], []],
    [['ip cef', 'no ip cef'], ['no ip cef']],
    [['no ip cef', 'ip cef'], ['ip cef']],
    [['no ip cef', 'default ip cef'], []],
    [['application', 'service a tftp://h/a.tcl', 'param x 1', 'no application'], []],
    [['interface Loopback0', 'duplex auto', 'no interface Loopback0'], []],
  ];
  const untouched = new TestConsole().running;
  for (const [typed, expected] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(...typed), [], typed.join(' / '));
    assert.deepEqual(
      console.running.filter((line) => !untouched.includes(line)),
      expected,
      typed.join(' / '),
    );
  }
});

test('what is not known is refused', async () => {
  assert.equal((await new TestConsole().configure('appletalk routing')).at(1), invalid);
});

test('an unindented line that a parent knows in full is not read as an abbreviation of the mode it follows', async () => {
  const console = new TestConsole();
  await console.configure('crypto pki trustpoint t', 'ip-address none', 'ip classless');
  const lines = console.running;
  assert.ok(lines.includes(' ip-address none'), lines.join('\n'));
  assert.ok(lines.includes('ip classless'));
  await console.configure('crypto pki trustpoint t', 'ip 10.0.0.1');
  assert.ok(console.running.includes(' ip-address 10.0.0.1'));
});

test('logging and its time stamps read back as IOS writes them', async () => {
  const table: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['logging buffered 8192'], ['logging buffered 8192 debugging']],
    [['logging buffered 8192 warn'], ['logging buffered 8192 warnings']],
    [['logging buffered 5'], ['logging buffered 65536 notifications']],
    [['logging buffered 8192', 'no logging buffered'], ['no logging buffered']],
    [['logging buffered 8192', 'default logging buffered'], []],
    [
      ['logging console errors', 'logging monitor 2'],
      ['logging console errors', 'logging monitor critical'],
    ],
    [
      ['logging console errors', 'no logging console', 'no logging on'],
      ['no logging on', 'no logging console'],
    ],
    [['no logging console', 'logging console debugging'], []],
    [
      ['logging host 10.0.0.1', 'logging 10.0.0.2', 'logging host 2001:DB8:0::1 transport udp port 1514'],
      ['logging host 10.0.0.1', 'logging host 10.0.0.2', 'logging host 2001:db8::1 transport udp port 1514'],
    ],
    [['logging host 10.0.0.1', 'logging host 10.0.0.1', 'no logging 10.0.0.1'], []],
    [['logging trap', 'logging facility local7'], []],
    [
      ['logging source gi0/1', 'logging facility sys10', 'logging trap 4', 'logging origin-id string here and there'],
      [
        'logging trap warnings',
        'logging origin-id string here and there',
        'logging facility sys10',
        'logging source-interface GigabitEthernet0/1',
      ],
    ],
    [['logging trap err', 'no logging trap', 'logging origin-id ip', 'no logging origin-id'], ['no logging trap']],
    [['service timestamps debug'], ['service timestamps debug uptime']],
    [['service timestamps log date show ms'], ['service timestamps log datetime msec show-timezone']],
    [
      ['no service timestamps log', 'no serv timest debug'],
      ['no service timestamps debug', 'no service timestamps log'],
    ],
    [['no service timestamps log', 'default service timestamps log'], []],
  ];
  const untouched = new TestConsole().running;
  for (const [typed, expected] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(...typed), [], typed.join(' / '));
    assert.deepEqual(
      console.running.filter((line) => !untouched.includes(line)),
      expected,
    );
  }
  assert.match((await new TestConsole().configure('logging buffered 100')).join('\n'), /% Invalid input/);
  for (const wrong of ['service timestamps log datetime sec', 'service timestamps all', 'no service timestamps']) {
    assert.match((await new TestConsole().configure(wrong)).join('\n'), /^% (Unknown|Incomplete)/);
  }
});

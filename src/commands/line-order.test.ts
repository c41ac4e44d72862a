import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadingKeywords } from '../cli/index.ts';
import { inertCommands } from './inert.ts';
import { isOrdered, rankOf } from './line-order.ts';
import { TestConsole } from './test-console.ts';

/** What opens a block, what is typed below it in the wrong order, and what stands there. */
const table: readonly (readonly [way: readonly string[], typed: readonly string[], printed: readonly string[]])[] = [
  [
    ['interface GigabitEthernet0/1'],
    [
      'no cdp enable',
      'speed auto',
      'duplex auto',
      'ipv6 address 2001:db8::1/64',
      'no ip redirects',
      'shutdown',
      'ip address 10.0.0.1 255.255.255.0',
      'encapsulation dot1Q 10',
      'description to the provider',
    ],
    [
      'description to the provider',
      'encapsulation dot1Q 10',
      'ip address 10.0.0.1 255.255.255.0',
      'no ip redirects',
      'shutdown',
      'duplex auto',
      'speed auto',
      'ipv6 address 2001:DB8::1/64',
      'no cdp enable',
    ],
  ],
  [
    ['dial-peer voice 1 voip'],
    [
      'no vad',
      'ip qos dscp cs3 signaling',
      'fax rate disable',
      'dtmf-relay rtp-nte',
      'session target ipv4:10.0.0.2',
      'rtp payload-type comfort-noise 13',
      'destination-pattern 5...',
      'corlist incoming inside',
    ],
    [
      'corlist incoming inside',
      'destination-pattern 5...',
      'rtp payload-type comfort-noise 13',
      'session target ipv4:10.0.0.2',
      'dtmf-relay rtp-nte',
      'fax rate disable',
      'ip qos dscp cs3 signaling',
      'no vad',
    ],
  ],
  [
    ['voice service voip', 'sip'],
    ['sip-profiles 1', 'midcall-signaling passthru', 'header-passing', 'bind control source-interface Loopback0'],
    ['bind control source-interface Loopback0', 'header-passing', 'midcall-signaling passthru', 'sip-profiles 1'],
  ],
  [
    ['voice service voip'],
    ['fax protocol t38', 'supplementary-service h450.12', 'allow-connections sip to sip', 'address-hiding'],
    ['address-hiding', 'allow-connections sip to sip', 'supplementary-service h450.12', 'fax protocol t38'],
  ],
  [
    ['sip-ua'],
    ['host-registrar', 'timers keepalive active 100', 'timers connect 400', 'retry invite 2', 'no remote-party-id'],
    ['no remote-party-id', 'retry invite 2', 'timers connect 400', 'timers keepalive active 100', 'host-registrar'],
  ],
  [
    ['line vty 0 4'],
    ['transport input ssh', 'login local', 'logging synchronous', 'exec-timeout 5', 'access-class 23 in'],
    ['access-class 23 in', 'exec-timeout 5 0', 'logging synchronous', 'login local', 'transport input ssh'],
  ],
  [
    ['archive'],
    ['path flash:old', 'log config', 'hidekeys', 'logging enable'],
    ['log config', 'hidekeys', 'logging enable', 'path flash:old'],
  ],
  [
    ['crypto pki trustpoint T'],
    ['auto-enroll 70', 'vrf red', 'rsakeypair T', 'fqdn gw.example'],
    ['fqdn gw.example', 'vrf red', 'revocation-check crl', 'rsakeypair T', 'auto-enroll 70'],
  ],
];

test('a line without effect stands at its place among those with effect, whatever the order of typing', async () => {
  for (const [way, typed, printed] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(...way, ...typed), [], way.join(' / '));
    const opening = way.at(-1) ?? '';
    const at = console.running.findIndex((line) => line.trim() === opening);
    const below = console.running.slice(at + 1, console.running.indexOf('!', at)).map((line) => line.trim());
    assert.deepEqual(below, printed, way.join(' / '));
  }
});

test('a kept block stays whole where its first line stands', async () => {
  const console = new TestConsole();
  await console.configure('voice service voip', 'h323', 'call start slow', 'exit', 'fax protocol t38');
  const at = console.running.indexOf('voice service voip');
  assert.deepEqual(console.running.slice(at, at + 4), [
    'voice service voip',
    ' fax protocol t38',
    ' h323',
    '  call start slow',
  ]);
});

test('every line that a mode with an order keeps without effect has its place in it', () => {
  const placeless = inertCommands.filter(
    ({ mode, syntax }) => isOrdered(mode) && rankOf(mode, leadingKeywords(syntax)) === undefined,
  );
  assert.deepEqual(
    placeless.map(({ mode, syntax }) => `${mode}: ${syntax}`),
    [],
  );
});

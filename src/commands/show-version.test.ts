import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

const pki = { serialNumber: '36E8B0B3' };

test('show version says what it is, in lines that begin as scripts look for them', async () => {
  const console = new TestConsole({ pki });
  await console.configure('interface Loopback0');
  assert.deepEqual((await console.type('show version')).slice(1), [
    'dialpeer Software (SIP-GATEWAY), Version 1.2.3, RELEASE SOFTWARE',
    'A SIP voice gateway in software, in the command language of Cisco IOS 12.4',
    '',
    'Router uptime is 1 day, 2 hours, 3 minutes',
    'System restarted at 16:53:00 UTC Sun Oct 16 2016',
    'System image file is "dialpeer-1.2.3"',
    '',
    'Processor board ID 36E8B0B3',
    '1 interface',
    '0 FXS voice ports',
    '0 dial peers',
    '',
    'Configuration register is 0x2102',
  ]);
});

test('show inventory has one part, with the serial number of its NVRAM', async () => {
  const shown = await new TestConsole({ pki }).type('show inventory', 'show inventory raw');
  const part = [
    'NAME: "chassis", DESCR: "dialpeer SIP voice gateway in software"',
    'PID: DIALPEER          , VID: 1.2.3, SN: 36E8B0B3',
    '',
  ];
  assert.deepEqual(shown, ['Router#show inventory', ...part, 'Router#show inventory raw', ...part]);
});

test('interfaces are shown with state, description and address, all of them or one', async () => {
  const console = new TestConsole();
  await console.configure(
    ...['interface Loopback0', 'ip address 192.0.2.1 255.255.255.255'],
    ...['interface GigabitEthernet0/1', 'description outside', 'ip address 10.1.2.3 255.255.252.0', 'shutdown'],
    'interface Vlan7',
  );
  assert.deepEqual((await console.type('show interfaces')).slice(1), [
    'Loopback0 is up, line protocol is up',
    '  Hardware is Loopback, an interface of the host',
    '  Internet address is 192.0.2.1/32',
    'GigabitEthernet0/1 is administratively down, line protocol is down',
    '  Hardware is GigabitEthernet, an interface of the host',
    '  Description: outside',
    '  Internet address is 10.1.2.3/22',
    'Vlan7 is up, line protocol is up',
    '  Hardware is Vlan, an interface of the host',
  ]);
  assert.deepEqual((await console.type('show ip interface vlan 7')).slice(1), [
    'Vlan7 is up, line protocol is up',
    '  Internet protocol processing disabled',
  ]);
  assert.deepEqual((await console.type('show interfaces gi0/9')).slice(1), [
    '% Invalid interface type and number: gi0/9',
  ]);
  assert.match((await console.type('show ip interface brief'))[1] ?? '', /^Interface +IP-Address/);
});

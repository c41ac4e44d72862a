import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatagramSocket } from './network.ts';
import { SyslogSender, syslogDatagram } from './syslog.ts';

test('a datagram bears facility and severity as one number, and is cut at 1024 bytes', () => {
  const plain = { facility: 'local7', origin: undefined } as const;
  assert.equal(syslogDatagram('%SYS-5-CONFIG_I: x', 5, 45, plain), '<189>45: %SYS-5-CONFIG_I: x');
  assert.equal(syslogDatagram('x', 0, 1, { facility: 'kern', origin: 'west' }), '<0>1: west: x');
  assert.equal(syslogDatagram('x'.repeat(5000), 7, 1, plain).length, 1024);
});

test('lines from before there is a socket are kept, a hundred at most, and sent when it is there', async () => {
  const sent: string[] = [];
  let open = (): void => undefined;
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });
  const socket: DatagramSocket = {
    local: { host: '0.0.0.0', port: 1 },
    send: (data) => void sent.push(String(data)),
    close: () => void sent.push('closed'),
  };
  const sender = new SyslogSender({ bindUdp: async () => opening.then(() => socket) });
  sender.send('nobody is to hear this', 5);
  const hosts = [{ address: '10.0.0.9', port: 514 }];
  const done = sender.configure({ hosts, facility: 'local0', origin: undefined });
  for (let i = 0; i < 150; i++) sender.send(`line ${i}`, 5);
  assert.equal(sent.length, 0);
  open();
  await done;
  assert.equal(sent.length, 100);
  assert.equal(sent[0], '<133>1: line 0');
  sender.stop();
  sender.send('nor this', 5);
  assert.equal(sent.at(-1), 'closed');
});

test('where no socket can be opened lines are counted as not sent', async () => {
  const sender = new SyslogSender({ bindUdp: () => Promise.reject(new Error('no')) });
  await sender.configure({ hosts: [{ address: '::1', port: 514 }], facility: 'local0', origin: undefined });
  sender.send('x', 5);
  assert.deepEqual(sender.report(), [{ address: '::1', port: 514, logged: 0, failed: 1 }]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { story } from './scene.ts';

test(
  'ping asks for echoes one after the other, and counts what came back',
  story(async (scene) => {
    const router = await scene.router(
      ['10.0.0.1', '10.0.0.21'],
      'ip host far 10.0.0.2\ninterface Loopback0\n ip address 10.0.0.21 255.255.255.255\n!\n',
    );
    await scene.router('10.0.0.2');
    const ping = async (...typed: readonly string[]) => (await router.typePatiently(...typed)).slice(1);
    assert.deepEqual(await ping('ping far'), [
      '',
      'Sending 5, 100-byte ICMP Echos to 10.0.0.2, timeout is 2 seconds:',
      '!!!!!',
      'Success rate is 100 percent (5/5), round-trip min/avg/max = 2/2/2 ms',
    ]);
    assert.deepEqual(await ping('ping ip 10.0.0.2 source loopback0 repeat 72 size 1500'), [
      '',
      'Sending 72, 1500-byte ICMP Echos to 10.0.0.2, timeout is 2 seconds:',
      'Packet sent with a source address of 10.0.0.21 ',
      '!'.repeat(70),
      '!!',
      'Success rate is 100 percent (72/72), round-trip min/avg/max = 2/2/2 ms',
    ]);
    assert.deepEqual(await ping('ping 10.0.0.99 repeat 2 timeout 1'), [
      '',
      'Sending 2, 100-byte ICMP Echos to 10.0.0.99, timeout is 1 seconds:',
      '..',
      'Success rate is 0 percent (0/2)',
    ]);
    scene.world.internet.cut('10.0.0.1', '10.0.0.2');
    const asking = router.type('ping', '', 'far', '3', '64', '1', 'y', 'Loopback0');
    await scene.pass(500);
    scene.world.internet.cut('10.0.0.21', '10.0.0.2');
    assert.deepEqual((await scene.during(asking)).slice(-3), [
      'Packet sent with a source address of 10.0.0.21 ',
      '!!!',
      'Success rate is 100 percent (3/3), round-trip min/avg/max = 2/2/2 ms',
    ]);
  }),
);

test(
  'ping says what it cannot do, and ends after five minutes whatever was asked for',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1');
    const last = async (...typed: readonly string[]) => (await router.typePatiently(...typed)).at(-1);
    assert.equal(await last('ping nowhere'), '% Unrecognized host or address, or protocol not running.');
    const noInterface = '% Invalid source interface - IP not enabled or interface is down';
    assert.equal(await last('ping 10.0.0.9 source Loopback7'), noInterface);
    const notOurs = '% No echo can be sent: bind: 10.0.0.5 is not of this host';
    assert.equal(await last('ping 10.0.0.9 source 10.0.0.5'), notOurs);
    assert.equal(await last('ping', 'ipx'), '% Unknown protocol - "ipx", type "ping ?" for help');
    assert.equal(await last('ping', '', ''), '% Bad IP address or host name');
    const long = router.type('ping 10.0.0.9 repeat 1000 timeout 60');
    await scene.pass(301_000);
    assert.deepEqual((await long).slice(-3), ['.....', '% Stopped after 5 minutes', 'Success rate is 0 percent (0/5)']);
  }),
);

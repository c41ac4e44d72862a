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
  'traceroute tells each hop as it answers, ends at the host, and waits for hops that are silent',
  story(async (scene) => {
    const router = await scene.router(
      ['10.0.0.1', '10.0.0.21'],
      'ip host far 10.0.0.2\ninterface Loopback0\n ip address 10.0.0.21 255.255.255.255\n!\n',
    );
    await scene.router('10.0.0.2');
    const trace = async (...typed: readonly string[]) => (await router.typePatiently(...typed)).slice(1);
    assert.deepEqual(await trace('traceroute far'), [
      '',
      'Tracing the route to far (10.0.0.2)',
      '',
      '  1 192.0.2.254 1 msec 1 msec 1 msec',
      '  2 10.0.0.2 2 msec 2 msec 2 msec',
    ]);
    assert.deepEqual(await trace('traceroute 10.0.0.99 probe 2 timeout 1 ttl 1 3 source loopback0'), [
      '',
      'Tracing the route to 10.0.0.99',
      '',
      '  1 192.0.2.254 1 msec 1 msec',
      '  2  *  * ',
      '  3  *  * ',
    ]);
    const asked = await trace('traceroute', '', '10.0.0.2', '', '', '', '1', '2', '', '', '');
    assert.deepEqual(asked.slice(-5), [
      'Loose, Strict, Record, Timestamp, Verbose[none]: ',
      '',
      'Tracing the route to 10.0.0.2',
      '',
      '  2 10.0.0.2 2 msec',
    ]);
    const long = router.type('traceroute 10.0.0.99 timeout 60');
    await scene.pass(301_000);
    assert.equal((await long).at(-1), '% Stopped after 5 minutes');
    const wrong = await trace('traceroute 10.0.0.2 source 10.0.0.5');
    assert.equal(wrong.at(-1), '% No probe can be sent: bind: 10.0.0.5 is not of this host');
    assert.deepEqual(await trace('traceroute 10.0.0.2 ttl 5 4'), ['% Maximum TTL must not be below minimum TTL']);
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

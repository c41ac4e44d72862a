import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Severity } from '../../src/io/index.ts';
import { type Scene, story } from './scene.ts';

/** A host that keeps each datagram that comes to its syslog port, with where it came from. */
async function syslogHost(scene: Scene, address: string, port = 514): Promise<string[]> {
  const lines: string[] = [];
  await scene.world
    .host([address])
    .network.bindUdp(
      { host: address, port },
      { received: (data, from) => void lines.push(`${from.host} ${data.toString()}`), failed: () => undefined },
    );
  return lines;
}

test(
  'logging host sends what logging trap lets through, with facility, number and origin, from the source interface',
  story(async (scene) => {
    const lines = await syslogHost(scene, '10.0.0.9');
    const others = await syslogHost(scene, '10.0.0.8', 5514);
    const router = await scene.router(['10.0.0.1', '10.0.0.2'], 'hostname west\nlogging host 10.0.0.9\n');
    await scene.pass(100);
    assert.match(lines[0] ?? '', /^10\.0\.0\.1 <189>1: Jan {2}1 00:00:00\.\d{3}: %SYS-5-RESTART: /);

    await router.configure(
      'interface Loopback0',
      'ip address 10.0.0.2 255.255.255.255',
      'exit',
      'logging source-interface lo0',
      'logging facility local3',
      'logging origin-id hostname',
      'logging trap notifications',
      'logging 10.0.0.8',
      'no logging 10.0.0.8',
      'logging host 10.0.0.8 transport udp port 5514',
    );
    const say = async (severity: Severity): Promise<void> => {
      router.gateway.logs.write({ facility: 'SYS', severity, mnemonic: 'SAID', text: 'something' });
      await scene.pass(100);
    };
    await say(6);
    await say(5);
    assert.match(others.at(-1) ?? '', /^10\.0\.0\.2 <157>\d+: west: Jan .*: %SYS-5-SAID: something$/);
    assert.equal(others.at(-1), lines.at(-1));
    const shown = await router.show('show logging');
    const at = shown.findIndex((line) => line.includes('Trap logging: level notifications'));
    assert.deepEqual(shown.slice(at + 1, at + 4), [
      '        Logging to 10.0.0.9  (udp port 514, audit disabled,',
      '              link up),',
      `              ${lines.length} message lines logged, `,
    ]);

    assert.equal(others.length, 1);

    const before = lines.length;
    await router.configure('no logging trap');
    await say(0);
    await router.configure('interface Loopback0', 'no ip address', 'exit', 'logging trap');
    await say(6);
    // An interface without address: nothing leaves from another one.
    assert.equal(lines.length, before);
    assert.match((await router.show('show logging')).join('\n'), /10\.0\.0\.9 [\s\S]*link down\)/);
    await router.configure('no logging source-interface', 'no logging host 10.0.0.8 transport udp port 5514');
    await say(4);
    assert.match(lines.at(-1) ?? '', /^10\.0\.0\.1 <156>/);
    assert.equal(others.length, 1);
  }),
);

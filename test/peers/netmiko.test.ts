import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { run } from './child.ts';
import type { Gateway } from './gateway.ts';
import { needs } from './peer.ts';
import { Scene } from './scene.ts';
import { passwords, startWithSsh } from './ssh.ts';

/** Debian's Netmiko belongs to Debian's Python, whatever else is in the path. */
const python = '/usr/bin/python3';
const netmiko = '/usr/lib/python3/dist-packages/netmiko';

/** Each with what it must say. */
const shows: Readonly<Record<string, RegExp>> = {
  'show version': /^dialpeer[\s\S]*uptime is/,
  'show clock': /^\d\d:\d\d:\d\d\.\d{3} UTC /,
  'show privilege': /^Current privilege level is 15$/,
  'show users': /^\*\s+\d+ vty 0 +(admin|oper) /m,
  'show ssh': /^0 +2\.0 +IN +\S+ +\S+ +Session started +(admin|oper)$/m,
  'show ip ssh': /^SSH Enabled - version 2\.0\n[\s\S]*ssh-rsa AAAA/,
  'show running-config': /^hostname gw\n[\s\S]*^line vty 0 4\n/m,
  'show dial-peer voice summary': /^dial-peer hunt 0\n/,
  'show sip-ua connections tcp tls detail': /^Total active connections {6}: 0$/m,
  'show crypto key mypubkey rsa': /^Key name: gw\.example\.test$/m,
};

interface Seen {
  readonly first: string;
  readonly enabled: string;
  readonly last: string;
  readonly shows: Readonly<Record<string, string>>;
  readonly configured: string;
  readonly refused: string;
  readonly saved: string;
  readonly startup: string;
}

suite('Netmiko drives the gateway as it drives IOS', needs(python, netmiko), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let port = 0;

  before(async () => {
    ({ gateway, port } = await startWithSsh(scene));
  });
  after(() => scene.close());

  for (const [user, prompt] of [
    ['admin', 'gw#'],
    ['oper', 'gw>'],
  ] as const) {
    test(`${user} logs in, shows, configures, sees an error and saves`, async () => {
      const script = join(import.meta.dirname, 'scripts', 'netmiko-session.py');
      const words = [script, String(port), user, passwords[user], passwords.enable, ...Object.keys(shows)];
      const seen = JSON.parse((await run(python, words, {}, 90_000)).trim()) as Seen;
      assert.deepEqual([seen.first, seen.enabled, seen.last], [prompt, 'gw#', 'gw#']);
      for (const [command, expected] of Object.entries(shows))
        assert.match(seen.shows[command] ?? '', expected, command);
      assert.doesNotMatch(seen.configured, /%/);
      assert.equal(seen.configured.match(/gw\(config-dial-peer\)#/g)?.length, 50);
      assert.match(seen.refused, /% Invalid input detected at '\^' marker\./);
      assert.match(seen.saved, /\[OK\]/);
      assert.match(seen.startup, /^dial-peer voice 125 pots\n destination-pattern 77125$/m);
    });
  }

  test('the console goes on, and knows who was there', async () => {
    const shown = await gateway.type('show logging');
    assert.match(shown, /%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success \[user: oper\] \[Source: 127\.0\.0\.1\]/);
    for (const secret of Object.values(passwords)) {
      assert.ok(!(await gateway.type('show running-config')).includes(secret));
    }
  });
});

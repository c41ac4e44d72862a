import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { type Router, story } from './scene.ts';

/** What `show ip ssh` says before the line of the time-out: on or off, and what is missing. */
async function ssh(router: Router): Promise<readonly string[]> {
  const shown = await router.show('show ip ssh');
  return shown.slice(
    0,
    shown.findIndex((line) => line.startsWith('Authentication timeout')),
  );
}

const keys = '%Please create RSA keys (of at least 768 bits size) to enable SSH v2.';
const user = '%Please configure a username to log in with.';
const line = '%Please configure login local and transport input ssh on a vty line.';
const on = ['SSH Enabled - version 2.0'];
const off = 'SSH Disabled - version 2.0';
const generate = 'crypto key generate rsa modulus 1024';

/** Everything SSH needs, but the key pair. */
const ready = `hostname gw
ip domain name example.test
username ada privilege 15 secret Opal-1
line vty 0 4
 login local
 transport input ssh
`;

/** Makes a key pair of the router's own name. */
async function makeKey(router: Router): Promise<void> {
  await router.typePatiently('configure terminal', generate, 'end');
}

/** Switching on and off waits for nothing but the listener. */
function enabled(router: Router): readonly string[] {
  return router.log.filter((text) => text.includes('%SSH-')).map((text) => text.replace(/.*%SSH-5-(\w+):.*/, '$1'));
}

test(
  'SSH is off until user, key pair and line are there, and says what is missing',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', 'hostname gw\nip domain name example.test\n');
    assert.deepEqual(await ssh(router), [off, keys, user, line]);
    await makeKey(router);
    assert.deepEqual(await ssh(router), [off, user, line]);
    await router.configure('username ada privilege 15 secret Opal-1');
    assert.deepEqual(await ssh(router), [off, line]);
    await router.configure('line vty 0 4', 'transport input none', 'login local');
    assert.deepEqual(await ssh(router), [off, line]);
    await router.configure('line vty 0 4', 'transport input ssh');
    assert.deepEqual(await ssh(router), on);
    assert.deepEqual(enabled(router), ['ENABLED']);
  }),
);

test(
  'which lines take SSH',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', ready);
    await makeKey(router);
    const table: readonly (readonly [readonly string[], boolean])[] = [
      [['line vty 0 4', 'login'], false],
      [['line vty 0 4', 'no login'], false],
      [['line vty 0 4', 'default login'], true],
      [['line vty 0 4', 'default transport input'], false],
      [['aaa new-model'], true],
      [['line vty 0 4', 'transport input telnet'], false],
      [['line vty 3', 'transport input all'], true],
      [['no line vty 0 15'], false],
    ];
    for (const [typed, expected] of table) {
      await router.configure(...typed);
      assert.deepEqual(await ssh(router), expected ? on : [off, line], typed.join(' / '));
    }
  }),
);

test(
  'what SSH needs is taken away and given again: it follows, and a commit of something else does not disturb it',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', ready);
    await makeKey(router);
    await router.configure('dial-peer voice 1 pots', 'sip-ua', 'retry invite 3');
    assert.deepEqual(enabled(router), ['ENABLED']);
    await router.configure('no username ada');
    await router.configure('username ada privilege 15 secret Opal-1');
    await router.configure('ip ssh port 2222');
    await router.configure('ip ssh source-interface Loopback0');
    assert.deepEqual(await ssh(router), [off, '%The source interface has no IP address.']);
    await router.configure('interface Loopback0', 'ip address 10.0.0.1 255.255.255.255');
    assert.deepEqual(await ssh(router), on);
    await router.typePatiently('configure terminal', 'crypto key zeroize rsa', 'yes', 'end');
    assert.deepEqual(await ssh(router), [off, keys]);
    const [first, second, third] = [
      ['ENABLED', 'DISABLED'],
      ['ENABLED', 'DISABLED', 'ENABLED', 'DISABLED'],
      ['ENABLED', 'DISABLED'],
    ];
    assert.deepEqual(enabled(router), [...first!, ...second!, ...third!]);
  }),
);

test(
  'the host key is in NVRAM: after a restart it is the same one, and no configuration shows it',
  story(async (scene) => {
    const host = scene.world.host(['10.0.0.1']);
    const router = await scene.routerOn(host, ready);
    await makeKey(router);
    const key = (await router.show('show ip ssh')).at(-1) ?? '';
    assert.match(key, /^ssh-rsa AAAA/);
    await scene.during(router.gateway.stop());
    const again = await scene.routerOn(scene.world.host(['10.0.0.2'], host.files), ready);
    assert.equal((await again.show('show ip ssh')).at(-1), key);
    assert.doesNotMatch(again.gateway.configuration(), /PRIVATE|Opal/);
  }),
);

test(
  'a router that is given another name keeps the host key of the old one, until it has one of the new',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', ready);
    await makeKey(router);
    const key = (await router.show('show ip ssh')).at(-1);
    await router.configure('hostname west', 'ip domain name lab.test');
    assert.deepEqual(await ssh(router), on);
    assert.equal((await router.show('show ip ssh')).at(-1), key);
    await router.configure('ip ssh rsa keypair-name gone.example.test');
    assert.deepEqual(await ssh(router), [off, keys]);
    await router.configure('no ip ssh rsa keypair-name', 'crypto pki trustpoint TP', 'rsakeypair gw.example.test');
    assert.deepEqual(await ssh(router), [off, keys]);
    await makeKey(router);
    assert.match((await router.show('show ip ssh')).at(-2) ?? '', /: west\.lab\.test$/);
  }),
);

test(
  'a key too short for SSH version 2 does not switch it on',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', ready);
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 512 });
    const pasted = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ];
    const lines = pasted.flatMap((pem) => [...String(pem).trimEnd().split('\n'), 'quit']);
    const said = await router.typePatiently(
      'configure terminal',
      'crypto key import rsa gw.example.test terminal storybook',
      ...lines,
      'end',
    );
    assert.ok(said.includes('% Key pair import succeeded.'), said.join('\n'));
    assert.deepEqual(await ssh(router), [off, keys]);
  }),
);

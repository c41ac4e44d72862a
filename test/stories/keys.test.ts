import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { contents } from '../../src/pki/test-router.ts';
import { type Router, story } from './scene.ts';

const named = 'hostname west\nip domain name lab.example\n';
const phrase = 'storybook';

/** Enrols a trustpoint on a key of its own signature. */
function selfSigned(name: string, keyPair: string): readonly string[] {
  return [
    `crypto pki trustpoint ${name}`,
    'enrollment selfsigned',
    'serial-number none',
    'ip-address none',
    `subject-name CN=${name}`,
    keyPair,
    'exit',
    `crypto pki enroll ${name}`,
    'yes',
  ];
}

/** The private numbers in the files of keys in clear, as they would show in hexadecimal and, wherever they began, in Base64. */
async function secrets(router: Router): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, { bytes }] of await contents(router.host.files, 'keys')) {
    assert.ok(bytes !== undefined, name);
    const file: unknown = JSON.parse(bytes.toString());
    assert.ok(typeof file === 'object' && file !== null && 'privateKey' in file);
    const { d = '', p = d } = createPrivateKey(String(file.privateKey)).export({ format: 'jwk' });
    for (const number of [d, p].map((text) => Buffer.from(text, 'base64url').subarray(2, 30))) {
      found.push(number.toString('hex').toUpperCase());
      for (const shift of [0, 1, 2])
        found.push(
          Buffer.concat([Buffer.alloc(shift), number])
            .toString('base64')
            .slice(4, 32),
        );
    }
  }
  assert.equal(found.length, 24);
  return found;
}

/** Each way a key could leave by, once for each label. */
const ways: readonly string[] = [
  ...['3des', 'des', 'aes'].flatMap((cipher) => [
    `crypto key export rsa sealed pem terminal ${cipher} ${phrase}`,
    `crypto key export ec sealed pem terminal ${cipher} ${phrase}`,
    `crypto key export rsa stored pem url flash:out ${cipher} ${phrase}`,
    `crypto pki export sealed pem terminal ${cipher} ${phrase}`,
    `crypto pki export ecsealed pem url nvram: ${cipher} ${phrase}`,
  ]),
  `crypto pki export sealed pkcs12 terminal password ${phrase}`,
  `crypto pki export ecsealed pkcs12 flash:x.p12 password ${phrase}`,
  `crypto pki export sealed pkcs12 flash:x.p12 ${phrase}`,
  'do show crypto key mypubkey all',
  'do show crypto key mypubkey all | json',
  'do show crypto pki certificates verbose',
  'do show crypto pki trustpoints | json',
  'do show crypto pki certificates | json',
  'do show running-config',
  'do show running-config all',
  'do show ip ssh | json',
  'do dir nvram:keys',
  'do more nvram:keys/sealed.json',
  'do more nvram:../keys/sealed.json',
  'do more nvram:../../keys/sealed.json',
  'do more flash:stored.json',
  'do more keys/flash/stored.json',
  'do copy nvram:keys/sealed.json flash:got',
  'do copy flash:/../../keys/sealed.json running-config',
];

test(
  'a key that was not made exportable leaves by no command, and one that was no more once it was moved',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', named);
    await router.typePatiently(
      'configure terminal',
      'crypto key generate rsa label sealed modulus 2048 exportable',
      'crypto key move rsa sealed non-exportable',
      'crypto key generate ec keysize 256 label sealed',
      'crypto key generate rsa label stored modulus 2048 storage flash:',
      ...selfSigned('sealed', 'rsakeypair sealed'),
      ...selfSigned('ecsealed', 'eckeypair sealed'),
    );
    const halves = await secrets(router);
    for (const way of ways) {
      const screen = (await router.typePatiently(way, '', '')).join('').replace(/\s/g, '');
      assert.ok(!screen.includes('PRIVATE'), way);
      for (const half of halves) assert.ok(!screen.includes(half), way);
      if (way.startsWith('crypto')) assert.match(screen, /isnotexportable/, way);
    }
    assert.deepEqual([...(await contents(router.host.files, 'files')).keys()], []);
    await router.type('end');
    assert.ok(router.log.every((line) => !line.includes('PRIVATE')));
  }),
);

test(
  'the same commands give an exportable key, by terminal and by file, and another router takes it in',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', named);
    await router.typePatiently(
      'configure terminal',
      'crypto key generate ec keysize 521 label open exportable',
      ...selfSigned('open', 'eckeypair open'),
      `crypto pki export open pkcs12 flash:open.p12 password ${phrase}`,
      '',
      `crypto key export ec open pem url flash: aes ${phrase}`,
      '',
      '',
      'end',
    );
    const files = [...(await contents(router.host.files, 'files')).keys()];
    assert.deepEqual(files, ['files/flash/open.p12', 'files/flash/open.prv', 'files/flash/open.pub']);
    const host = scene.world.host(['10.0.0.2']);
    for (const name of files) await host.files.write(name, (await router.host.files.read(name)) ?? '');
    const other = await scene.routerOn(host, named);
    const said = await other.typePatiently(
      'configure terminal',
      `crypto pki import whole pkcs12 flash:open.p12 password ${phrase}`,
      '',
      `crypto key import ec alone exportable url flash:open ${phrase}`,
      '',
      '',
      'end',
    );
    assert.ok(said.includes('CRYPTO_PKI: Imported PKCS12 file successfully.'), said.join('\n'));
    assert.ok(said.includes('% Key pair import succeeded.'), said.join('\n'));
    const [whole, alone] = other.gateway.world.pki.keys.list();
    const made = router.gateway.world.pki.keys.find('open', 'ec');
    assert.deepEqual([whole?.publicKey, alone?.publicKey], [made?.publicKey, made?.publicKey]);
    assert.deepEqual([whole?.exportable, alone?.exportable, whole?.bits], [false, true, 521]);
    assert.deepEqual(
      other.gateway.world.pki.trustpoint('whole')?.identity?.der,
      router.gateway.world.pki.trustpoint('open')?.identity?.der,
    );
  }),
);

const passwords = `${named}password encryption aes
crypto pki trustpoint lab
 enrollment terminal
 password 7 011E0305481F0B0E2F
sip-ua
 authentication username 7001 password 0 secret1
`;

/** The passwords that a configuration shows. */
function shown(router: Router): readonly string[] {
  return router.gateway
    .configuration()
    .split('\n')
    .filter((line) => / password /.test(` ${line}`) && !line.includes('encryption'))
    .map((line) => line.trim());
}

test(
  'passwords become type 6 when the key is set, stay the same over save and reload, and are sealed anew when it changes',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', passwords);
    assert.match(shown(router).join('\n'), /^password 7 \S+\nauthentication username 7001 password 7 \S+$/);
    await router.typePatiently('configure terminal', 'key config-key password-encrypt master-key-1', 'end');
    const first = shown(router);
    assert.match(first.join('\n'), /^password 6 \S+\nauthentication username 7001 password 6 \S+$/);
    await router.typePatiently('write memory');
    await scene.during(router.gateway.stop());
    const again = await scene.routerOn(scene.world.host(['10.0.0.2'], router.host.files));
    assert.deepEqual(again.gateway.problems, []);
    assert.deepEqual(shown(again), first);

    await again.typePatiently(
      'configure terminal',
      'key config-key password-encrypt',
      'master-key-1',
      'master-key-2',
      'master-key-2',
      'crypto pki trustpoint late',
      'password typed-later',
      'end',
    );
    const second = shown(again);
    assert.equal(second.length, 3);
    assert.ok(
      second.every((line) => line.includes('password 6 ') && !first.includes(line)),
      second.join('\n'),
    );
    // startup-config is still the one under the key before: a kill here loses nothing.
    await scene.during(again.gateway.stop());
    const third = await scene.routerOn(scene.world.host(['10.0.0.3'], again.host.files));
    // Trustpoints are printed in the order they were made: `late` stood behind `lab`.
    assert.deepEqual(shown(third), [second[0], second[2]]);
    const { configKey } = third.gateway.world.pki;
    const opened = shown(third).map((line) => configKey.openPassword(line.replace(/.*password 6 /, '')));
    assert.deepEqual(opened, ['meastman', 'secret1']);
  }),
);

test(
  'a configuration under another key is kept as it is, and what needs the password says so',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      `${named}crypto pki trustpoint lab\n enrollment url http://10.9.9.9\n`,
    );
    const foreign = 'AAAAAAAAAAAbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
    await router.configure('crypto pki trustpoint lab', `password 6 ${foreign}`, 'exit', 'password encryption aes');
    await router.typePatiently('configure terminal', 'key config-key password-encrypt master-key-1', 'end');
    assert.deepEqual(shown(router), [`password 6 ${foreign}`]);
  }),
);

test(
  'an EC pair of the router’s own name switches SSH on when there is no RSA pair',
  story(async (scene) => {
    const lines = 'username ada privilege 15 secret Opal-1\nline vty 0 4\n login local\n transport input ssh\n';
    const router = await scene.router('10.0.0.1', named + lines);
    await router.typePatiently('configure terminal', 'crypto key generate ec keysize 256', 'end');
    const screen = await router.show('show ip ssh');
    assert.equal(screen[0], 'SSH Enabled - version 2.0');
    assert.match(screen.at(-1) ?? '', /^ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB/);
  }),
);

test(
  'usage keys are two pairs, shown both, and have two certificates of their own signature',
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', named);
    await router.typePatiently('configure terminal', 'crypto key generate rsa usage-keys label two', '1024', '2048');
    const said = await router.typePatiently(...selfSigned('two', 'rsakeypair two'), 'end');
    assert.match(said.join('\n'), /Router Self Signed Certificate successfully created/);
    const certificates = await router.show('show crypto pki certificates two');
    assert.deepEqual(
      certificates.filter((line) => line.includes('Certificate Usage')),
      ['  Certificate Usage: Signature', '  Certificate Usage: Encryption'],
    );
    const pem = await router.show('show crypto pki certificates pem two');
    assert.deepEqual(
      pem.filter((line) => /^% \w+ Certificate:$/.test(line)),
      ['% Signature Certificate:', '% Encryption Certificate:'],
    );
    const usages = (await router.show('show crypto key mypubkey rsa two')).filter((line) => line.startsWith(' Usage'));
    assert.deepEqual(usages, [' Usage: Signature Key', ' Usage: Encryption Key']);
    const bits = router.gateway.world.pki.keys.list().map((key) => key.bits);
    assert.deepEqual(bits, [1024, 2048]);
  }),
);

test(
  'an EC trustpoint is refused SCEP with the reason, and goes by hand',
  story(async (scene) => {
    const router = await scene.router(
      '10.0.0.1',
      `${named}crypto pki trustpoint lab\n enrollment url http://10.9.9.9\n`,
    );
    await router.configure('crypto pki trustpoint lab', 'eckeypair west', 'serial-number none', 'ip-address none');
    const refused = await router.gateway.world.pki.enroll('lab', { defaultKeyLabel: 'west' });
    assert.match(JSON.stringify(refused), /an EC key cannot decrypt; use enrollment terminal/);
    assert.deepEqual(router.gateway.world.pki.keys.list(), []);
    const made = await router.gateway.world.pki.requests('lab', { defaultKeyLabel: 'west' });
    assert.ok(made.ok, JSON.stringify(made));
    assert.equal(router.gateway.world.pki.keys.find('west', 'ec')?.bits, 256);
    await router.configure('crypto pki trustpoint lab', 'hash md5');
    const md5 = await router.gateway.world.pki.requests('lab', { defaultKeyLabel: 'west' });
    assert.deepEqual(md5, { ok: false, reason: 'hash md5 does not go with an EC key' });
  }),
);

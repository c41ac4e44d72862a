import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { authority as issuer, certificate as leafOf } from '../../../test/certificates.ts';
import { MemoryFiles } from '../../io/memory/files.ts';
import { SimulatedWorld } from '../../io/memory/index.ts';
import { Pki, type PkiFace } from '../../pki/index.ts';
import { httpTo, nowhere, TestClock } from '../../pki/test-router.ts';
import { loadConfiguration } from '../load-configuration.ts';
import { commandReference } from '../reference.ts';
import { printConfiguration } from '../running-config.ts';
import { TestConsole } from '../test-console.ts';

const { language, sections } = commandReference();

/** A console over a real PKI room in memory. */
class TestGateway {
  readonly log: string[] = [];
  readonly console: TestConsole;
  readonly pki: Pki;

  constructor(http = httpTo(() => this)) {
    this.pki = new Pki({
      ...new SimulatedWorld().host(['192.88.1.2']),
      files: new MemoryFiles(),
      clock: new TestClock(),
      random: { bytes: (count) => randomBytes(count) },
      http,
      resolver: { addresses: async () => [] },
      remoteFiles: nowhere,
      answers: () => ({ defaultKeyLabel: 'west.lab' }),
      log: { write: ({ mnemonic }) => void this.log.push(mnemonic) },
      change: (change) => {
        const { running } = this.console.store;
        this.console.store.commit({ ...running, pki: change(running.pki) });
      },
    });
    this.console = new TestConsole({ pki: bound(this.pki) });
    this.console.store.register({
      name: 'pki',
      check: (next) => this.pki.check(next.pki),
      reconfigure: (old, next) => this.pki.reconfigure(old.pki, next.pki),
    });
  }
}

function bound(pki: Pki): PkiFace {
  return new Proxy(pki, {
    get: (target, member) => {
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function authority(): Promise<TestGateway> {
  const ca = new TestGateway();
  const said = await ca.console.configure(
    'crypto pki server labca',
    'issuer-name CN=lab CA',
    'grant auto',
    'no shutdown',
  );
  assert.deepEqual(said, [
    '%Some server settings cannot be changed after CA certificate generation.',
    '% Exporting Certificate Server signing certificate and keys...',
    '',
    '% Certificate Server enabled.',
  ]);
  return ca;
}

const trustpoint = [
  'hostname west',
  'ip domain name lab.example',
  'crypto ca trustpoint lab',
  'enrollment url http://ca',
  'serial-number none',
  'ip-address 127.0.0.1',
  'subject-name CN=west.lab.example',
  'password secret',
  'revocation-check none',
  'rsakeypair west',
];

test('a router generates a key, authenticates a CA, enrols and shows its certificates, in the dialogs of IOS', async () => {
  const ca = await authority();
  const west = new TestGateway(httpTo(() => ca));
  const screen = await west.console.configure(
    ...trustpoint,
    'crypto key generate rsa general-keys label west modulus 1024',
    'crypto pki authenticate lab',
    'maybe',
    'yes',
    'crypto pki enroll lab',
    'yes',
  );
  const { ca: anchor } = west.pki.trustpoint('lab')!;
  assert.notEqual(anchor, undefined);
  for (const line of [
    'The name for the keys will be: west',
    '% Generating 1024 bit RSA keys, keys will be non-exportable...',
    'Certificate has the following attributes:',
    "% Please answer 'yes' or 'no'.",
    'Trustpoint CA certificate accepted.',
    '% Start certificate enrollment .. ',
    '% The subject name in the certificate will include: CN=west.lab.example',
    '% The subject name in the certificate will include: west.lab.example',
    '% The IP address in the certificate is 127.0.0.1',
    '% Certificate request sent to Certificate Authority',
  ]) {
    assert.ok(screen.includes(line), line);
  }
  assert.ok(west.log.includes('CERTRET'));
  const shown = await west.console.type('show crypto pki certificates');
  const telling = shown.filter((line) => /^Cert|^CA|hostname=|Storage/.test(line));
  assert.deepEqual(telling, [
    'Certificate',
    '    ipaddress=127.0.0.1+hostname=west.lab.example',
    '  Storage: nvram:labCA#2.cer',
    'CA Certificate',
    '  Storage: nvram:labCA#1CA.cer',
  ]);
  const status = await west.console.type('show crypto pki trustpoints status');
  assert.ok(status.includes('    Keys generated ............. Yes (General Purpose, non-exportable)'));
  assert.ok(status.includes('  Last enrollment status: Granted'));
});

test('the issuer-name of a CA that was shut down cannot change any more, and the shown one is that of its certificate', async () => {
  const ca = await authority();
  const said = await ca.console.configure('crypto pki server labca', 'shutdown', 'issuer-name CN=other', 'grant none');
  assert.deepEqual(said, ['%Some server settings cannot be changed after CA certificate generation.']);
  assert.ok(ca.console.running.includes(' issuer-name CN=lab CA'));
  const shown = await ca.console.type('show crypto pki server');
  assert.ok(shown.includes('    Issuer name: CN=lab CA'), shown.join('\n'));
  assert.ok(shown.includes('    Granting mode is: manual'));
});

test('a key too short for TLS is made as IOS makes it, with a warning', async () => {
  const warning = '% Warning: keys of fewer than 2048 bits cannot be used for TLS here';
  const west = new TestGateway();
  const offered = await west.console.configure('crypto key generate rsa label short', '1024');
  assert.ok(offered.includes(warning), offered.join('\n'));
  assert.equal(west.pki.keys.find('short')?.bits, 1024);
  const enough = await west.console.configure('crypto key generate rsa label long modulus 2048');
  assert.ok(!enough.includes(warning));
});

test('what running-config prints of crypto pki, loaded again, is the same', async () => {
  const ca = await authority();
  const west = new TestGateway(httpTo(() => ca));
  await west.console.configure(...trustpoint, 'crypto pki authenticate lab', 'yes', 'crypto pki enroll lab', 'yes');
  const text = west.console.running.join('\n');
  assert.match(text, /^crypto pki trustpoint lab\n enrollment url http:\/\/ca\n serial-number none\n ip-address/m);
  const loaded = await loadConfiguration(text, { language });
  assert.deepEqual(loaded.problems, []);
  assert.equal(printConfiguration(loaded.tree, sections).trimEnd(), text);
});

test("the seed's sample configuration loads its trustpoint, its type 7 password and both certificates", async () => {
  const text = await readFile(new URL('../../../examples/seed.cfg', import.meta.url), 'utf8');
  const { tree, problems } = await loadConfiguration(text, { language });
  assert.deepEqual(problems, []);
  assert.equal(tree.pki.trustpoints.get('user1')?.password, 'meastman');
  assert.deepEqual(
    tree.pki.chains.get('user1')?.map(({ kind, serial }) => [kind, serial]),
    [
      ['identity', '66'],
      ['ca', '01'],
    ],
  );
});

test('trustpoint settings read back as IOS prints them', async () => {
  const table: [typed: string[], printed: string[]][] = [
    [
      ['enrollment retry count 5 retry period 2 url http://ca:80 pem'],
      ['enrollment url http://ca:80 pem', 'enrollment retry count 5', 'enrollment retry period 2'],
    ],
    [['enrollment terminal pem'], ['enrollment terminal pem']],
    [['serial-number', 'no serial-number'], []],
    [
      ['fqdn none', 'ip-address none'],
      ['fqdn none', 'ip-address none'],
    ],
    [['password 7 011E0305481F0B0E2F'], ['password 7 060B0A205F5A04180B']],
    [['crl optional'], ['revocation-check crl none']],
    [
      ['rsakeypair kp1 1024 2048', 'hash sha384'],
      ['rsakeypair kp1 1024 2048', 'hash sha384'],
    ],
    [['eckeypair kp1'], ['eckeypair kp1']],
    [['rsakeypair kp1 1024', 'eckeypair kp2'], ['eckeypair kp2']],
    [['eckeypair kp2', 'rsakeypair kp1'], ['rsakeypair kp1']],
    [['password 6 AbC_d-e'], ['password 6 AbC_d-e']],
    [['password 6 AbC_d-e', 'password 7 011E0305481F0B0E2F'], ['password 7 060B0A205F5A04180B']],
    [['password one', 'password 6 AbC_d-e'], ['password 6 AbC_d-e']],
    [['password 6 AbC_d-e', 'no password'], []],
    [['auto-enroll'], ['auto-enroll']],
    [['auto-enroll 70 regenerate'], ['auto-enroll 70 regenerate']],
    [['auto-enroll 70', 'no auto-enroll'], []],
    [['enrollment url tftp://10.0.0.9/west'], ['enrollment url tftp://10.0.0.9/west']],
    [
      ['enrollment acme url https://acme.test/dir contact ops@acme.test trustpoint WEB'],
      ['enrollment acme url https://acme.test/dir contact ops@acme.test trustpoint WEB'],
    ],
    [
      ['enrollment selfsigned', 'enrollment acme url https://acme.test/dir host-trust'],
      ['enrollment acme url https://acme.test/dir host-trust'],
    ],
    [['enrollment acme url https://acme.test/dir', 'no enrollment acme'], []],
    [['fingerprint 3162BC78 35F95139 77549269 D68DC0EB'], ['fingerprint 3162BC7835F9513977549269D68DC0EB']],
  ];
  for (const [typed, printed] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure('crypto pki trustpoint t', ...typed), []);
    const lines = console.running.filter((line) => line.startsWith(' ')).map((line) => line.trim());
    const always = printed.some((line) => line.startsWith('revocation-check')) ? [] : ['revocation-check crl'];
    assert.deepEqual(lines.toSorted(), [...printed, ...always].toSorted());
  }
});

test('bad values are refused in words', async () => {
  const table: [line: string, sentence: RegExp][] = [
    ['subject-name nonsense', /is not a valid subject name/],
    ['fqdn nodot', /There should be atleast one '\.'/],
    ['password 7 ZZ', /Invalid encrypted password/],
    ['revocation-check crl crl', /each once/],
    ['fingerprint 1234', /fingerprint has/],
    ['enrollment acme url http://acme.test/dir', /https only/],
    ['enrollment acme url https://acme.test/dir contact nobody', /mail address/],
    ['enrollment profile test', /% Enrollment profile test does not exist/],
  ];
  for (const [line, sentence] of table) {
    const said = await new TestConsole().configure('crypto pki trustpoint t', line);
    assert.match(said.join('\n'), sentence, line);
  }
});

test('an enrolment by ACME needs our HTTP server, and says so before anything is asked', async () => {
  const console = new TestConsole({
    pki: { ready: () => ({ ok: true, value: undefined }), trustpoint: () => undefined },
  });
  const lines = ['crypto pki trustpoint t', 'enrollment acme url https://acme.test/dir', 'exit'];
  const said = await console.configure(...lines, 'crypto pki enroll t');
  assert.deepEqual(said, ['% An ACME server looks for a file of ours by http: ip http server must run']);
});

test('an enrolled trustpoint is removed after a question only', async () => {
  const ca = await authority();
  const west = new TestGateway(httpTo(() => ca));
  await west.console.configure(...trustpoint, 'crypto pki authenticate lab', 'yes');
  await west.console.configure('no crypto pki trustpoint lab', 'no');
  assert.ok(west.console.running.includes('crypto pki trustpoint lab'));
  await west.console.configure('no crypto pki trustpoint lab', 'yes');
  assert.ok(!west.console.running.some((line) => line.includes('lab\n') || line.startsWith('crypto pki')));
});

test('an unreachable CA is told as IOS tells it', async () => {
  const west = new TestGateway({ fetch: () => Promise.reject(new Error('refused')) });
  const said = await west.console.configure(...trustpoint, 'crypto pki authenticate lab');
  assert.ok(
    said.includes('% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0'),
    said.join('\n'),
  );
});

test('a modulus out of range is asked for again', async () => {
  const { console, pki } = new TestGateway();
  const question = 'How many bits in the modulus [2048]: ';
  const wrong = '% A decimal number between 1024 and 4096.';
  const screen = await console.type(
    'configure terminal',
    'crypto key generate rsa label k',
    '100',
    'many',
    '9999',
    '1024',
  );
  assert.deepEqual(
    screen.filter((line) => line.startsWith(question) || line.startsWith('% ')),
    [
      ...['100', 'many', '9999'].flatMap((answer) => [`${question}${answer}`, wrong]),
      `${question}1024`,
      '% Generating 1024 bit RSA keys, keys will be non-exportable...',
      '% Warning: keys of fewer than 2048 bits cannot be used for TLS here',
    ],
  );
  assert.notEqual(pki.keys.find('k'), undefined);
});

test('a modulus that is never given makes no keys', async () => {
  for (const ends of [['100', '\x03'], ['100'], Array<string>(20).fill('100')]) {
    const { console, pki } = new TestGateway();
    await console.type('configure terminal', 'crypto key generate rsa label k', ...ends);
    assert.equal(pki.keys.find('k'), undefined);
  }
});

test('rsakeypair takes no size that crypto key generate would refuse', async () => {
  const west = new TestGateway();
  for (const sizes of ['512', '2048 1023', '4097']) {
    const screen = await west.console.configure('crypto pki trustpoint T', `rsakeypair k ${sizes}`);
    assert.ok(screen.includes("% Invalid input detected at '^' marker."), screen.join('\n'));
  }
  assert.equal(west.console.store.running.pki.trustpoints.get('T')?.rsaKeyPair, undefined);
});

test('a pasted CA is judged before the question: what cannot be trusted is told with its reason, a CA below another is said to be one', async () => {
  const validity = { notBefore: new Date(Date.UTC(2025, 0, 1)), notAfter: new Date(Date.UTC(2036, 0, 1)) };
  const root = issuer('Root', validity);
  const sub = issuer('Sub', { ...validity, issuer: root });
  const paste = async (pem: string, west = new TestGateway()): Promise<string> => {
    const trustpoint = ['crypto pki trustpoint P', 'enrollment terminal', 'exit'];
    const screen = await west.console.configure(
      ...trustpoint,
      'crypto pki authenticate P',
      ...pem.split('\n'),
      'quit',
      'no',
    );
    return screen.join('\n');
  };
  const refused = await paste(leafOf('leaf', { ...validity, issuer: root }).pem);
  assert.match(
    refused,
    /% Error in saving certificate: status = FAIL \(the certificate of cn=leaf is not one of a CA\)/,
  );
  assert.doesNotMatch(refused, /Fingerprint|Do you accept/);
  const below = await paste(sub.pem);
  assert.match(below, /% cn=Sub is a subordinate CA; the CA above it, cn=Root, is in no trustpoint\nCertificate has/);
  assert.doesNotMatch(await paste(root.pem), /subordinate/);
});

test('an enrolment by SCEP on an EC key is refused before anything is asked, and the lint says so', async () => {
  const west = new TestGateway();
  const trustpoint = ['hostname west', 'crypto pki trustpoint E', 'enrollment url http://ca', 'eckeypair e', 'exit'];
  const screen = await west.console.configure(...trustpoint, 'crypto pki enroll E');
  const why = 'a CA encrypts its SCEP answer for the key of the request, and an EC key cannot decrypt';
  assert.ok(screen.includes(`% Certificate enrollment failed: ${why}; use enrollment terminal`), screen.join('\n'));
  assert.doesNotMatch(screen.join('\n'), /Attempting authentication|Start certificate enrollment/);
  const found = west.pki.trust.lint([], []).filter(({ trustpoint: name }) => name === 'E');
  assert.ok(
    found.some(({ words }) => words === `it cannot enrol: ${why}`),
    JSON.stringify(found),
  );
  await west.console.configure('crypto pki trustpoint E', 'enrollment terminal');
  assert.equal(
    west.pki.trust.lint([], []).some(({ words }) => words.includes('cannot enrol')),
    false,
  );
});

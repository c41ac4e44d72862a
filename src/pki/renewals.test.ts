import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answers,
  authenticated,
  forward,
  identity,
  reloaded,
  rsaKeyPair,
  settle,
  state,
  validity,
} from '../../test/enrolled-router.ts';
import type { Files, HttpClient } from '../io/index.ts';
import { MemoryFiles } from '../io/memory/files.ts';
import { fingerprint } from './certificate.ts';
import { type IssueOrder, issueCertificate } from './issue.ts';
import { messageTypes, parseMessage } from './scep/message.ts';
import { certificatesOnly, signData } from './scep/signed.ts';
import { type ChainCertificate, caServerDefaults } from './settings.ts';
import { testName, testPair, testRequest } from './test-request.ts';
import { httpTo, TestRouter, unreachable } from './test-router.ts';

const day = 86_400_000;
const pair = testPair();

test('auto-enroll renews with the old certificate when its percentage has passed, and the next handshake shows the new one', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const types: string[] = [];
  const http: HttpClient = {
    fetch(request) {
      const message = request.body === undefined ? undefined : parseMessage(request.body);
      if (message?.ok) types.push(message.value.messageType);
      return httpTo(() => ca).fetch(request);
    },
  };
  const router = await authenticated(http, {
    autoEnroll: { percent: 70, regenerate: false },
    subjectAltNames: ['west.lab'],
  });
  await router.pki.enroll('TP', answers);
  const [old, key] = [identity(router), await router.files.read('keys/k.json')];
  const shown = (): string | undefined => {
    const chosen = router.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]);
    return chosen.ok ? chosen.value.tls.certificateChainPem : chosen.reason;
  };
  const before = shown();
  await forward(router, ca, 69);
  assert.equal(identity(router), old);
  await forward(router, ca, 2);
  await settle(router, () => identity(router) !== old);
  assert.notEqual(identity(router), old);
  assert.deepEqual(types, [messageTypes.pkcsReq, messageTypes.renewalReq]);
  assert.notEqual(shown(), before);
  assert.deepEqual(await router.files.read('keys/k.json'), key, 'the key is the old one');
  assert.deepEqual(router.pki.trustpoint('TP')!.identity?.alternativeNames?.dns, ['west.lab']);
  assert.ok(router.mnemonics.includes('CERTRENEWAUTO'));
  await router.pki.stop();
});

test('auto-enroll regenerate keeps the new key beside the old one until its certificate is there', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const router = await authenticated(
    httpTo(() => ca),
    { autoEnroll: { percent: 50, regenerate: true } },
  );
  await router.pki.enroll('TP', answers);
  const [old, oldKey] = [identity(router), router.pki.keys.find('k')!.publicKey];
  ca.commit({ ...ca.settings, servers: new Map([['CA', { ...ca.settings.servers.get('CA')!, grant: 'none' }]]) });
  await ca.pki.settled();
  await forward(router, ca, 51);
  await settle(router, () => state(router) === 'pending');
  assert.deepEqual(
    router.pki.keys.list().map(({ label }) => label),
    ['k', 'k#'],
  );
  assert.equal(identity(router), old, 'the old one is in use while the CA thinks');
  await ca.pki.authorities.grant('CA', 'all');
  await router.clock.advance(60_000);
  await settle(router, () => identity(router) !== old && router.pki.keys.list().length === 1);
  assert.deepEqual(
    router.pki.keys.list().map(({ label }) => label),
    ['k'],
  );
  assert.ok(!router.pki.keys.find('k')!.publicKey.equals(oldKey));
  assert.ok(router.pki.trustpoint('TP')!.identity!.publicKeyDer.equals(router.pki.keys.find('k')!.publicKey));
  await router.pki.stop();
});

test('a key that another trustpoint uses is not regenerated, and that is said', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const router = await authenticated(
    httpTo(() => ca),
    { autoEnroll: { percent: 50, regenerate: true } },
  );
  router.withTrustpoint('SECOND', { rsaKeyPair });
  const { ca: root } = router.pki.trustpoint('TP')!;
  assert.ok(router.pki.acceptCa('SECOND', [root!]).ok);
  await router.pki.enroll('TP', answers);
  await router.pki.enroll('SECOND', answers);
  const old = identity(router);
  await forward(router, ca, 51);
  await settle(router, () => identity(router) !== old);
  assert.notEqual(identity(router), old);
  assert.ok(router.mnemonics.includes('KEY_NOT_REGENERATED'));
  assert.equal(router.pki.keys.list().length, 1);
  await router.pki.stop();
});

/** NVRAM that keeps what it held after every change, for a kill at that instant. */
class RecordedFiles extends MemoryFiles {
  readonly instants: MemoryFiles[] = [];
  override async write(name: string, content: string | Buffer, mode?: number): Promise<void> {
    await super.write(name, content, mode);
    this.instants.push(await copyOf(this));
  }
  override async remove(name: string): Promise<void> {
    await super.remove(name);
    this.instants.push(await copyOf(this));
  }
}

async function copyOf(files: Files, folder = '', copy = new MemoryFiles()): Promise<MemoryFiles> {
  for (const entry of await files.list(folder)) {
    const name = folder === '' ? entry : `${folder}/${entry}`;
    if (entry.endsWith('/')) await copyOf(files, name.slice(0, -1), copy);
    else await copy.write(name, (await files.read(name)) ?? '', await files.mode(name));
  }
  return copy;
}

test('killed at any write of an enrolment and a renewal on a new key, the router comes back whole and ends with a certificate on its key', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const files = new RecordedFiles();
  const http = httpTo(() => ca);
  const router = await authenticated(http, { autoEnroll: { percent: 50, regenerate: true } }, files);
  await router.pki.enroll('TP', answers);
  const old = identity(router);
  await router.pki.settled();
  const enrolled = files.instants.length;
  await forward(router, ca, 51);
  await settle(router, () => identity(router) !== old && router.pki.keys.list().length === 1);
  await router.pki.stop();
  assert.ok(files.instants.length > enrolled + 4, 'key, request, certificate and label are written');
  for (const [at, instant] of files.instants.entries()) {
    const after = await reloaded(router, http, instant);
    assert.doesNotMatch(after.mnemonics.join(), /UNREADABLE/, `write ${at}`);
    const { identity: own } = after.pki.trustpoint('TP')!;
    const usable = after.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]).ok;
    assert.equal(usable, own !== undefined, `write ${at}: a certificate without its key`);
    if (at >= enrolled) assert.ok(usable, `write ${at}: the certificate was lost`);
    if (after.pki.trustpoint('TP')!.ca !== undefined) {
      // What had no answer yet is asked again in a minute; what was never asked for is asked for at startup.
      await after.clock.advance(60_000);
      await settle(after, () => identity(after) !== 'none');
      assert.notEqual(identity(after), 'none', `write ${at}: it never has a certificate`);
    }
    await after.pki.stop();
  }
});

test('a certificate in NVRAM that is newer than the one in a configuration nobody saved is the one in use', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const router = await authenticated(httpTo(() => ca));
  await router.pki.enroll('TP', answers);
  const saved = router.settings;
  await forward(router, ca, 10);
  await router.pki.enroll('TP', { ...answers, fqdn: 'other.lab' });
  await router.pki.settled();
  const renewed = identity(router);
  const after = new TestRouter(unreachable, router.files);
  after.settings = saved;
  await after.pki.start(saved);
  assert.equal(identity(after), renewed);
});

test('a self-signed certificate is renewed by auto-enroll under the next number', async () => {
  const router = new TestRouter().withTrustpoint('TP', {
    rsaKeyPair,
    enrollment: { modeRa: false, retryPeriodMinutes: 1, retryCount: 10, method: { kind: 'selfsigned' } },
    autoEnroll: { percent: 80, regenerate: false },
  });
  await router.pki.start(router.settings);
  assert.ok((await router.pki.selfSign('TP', answers)).ok);
  const old = identity(router);
  for (let days = 0; days < 3650 * 0.81; days += 10) await router.clock.advance(10 * day);
  await settle(router, () => identity(router) !== old);
  const { identity: own, selfSigned } = router.pki.trustpoint('TP')!;
  assert.deepEqual([own?.serial, selfSigned], ['02', true]);
  await router.pki.stop();
});

test('without auto-enroll the operator is warned, then alarmed, and told at the end', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const router = await authenticated(httpTo(() => ca));
  await router.pki.enroll('TP', answers);
  await forward(router, ca, 101);
  const told = router.mnemonics.filter((mnemonic) => mnemonic.startsWith('CERT_EXPIR'));
  const count = (mnemonic: string): number => told.filter((one) => one === mnemonic).length;
  assert.deepEqual([count('CERT_EXPIRY_WARNING'), count('CERT_EXPIRED')], [8, 1]);
  assert.ok(count('CERT_EXPIRY_ALERT') >= 7);
  const first = router.log.find(({ mnemonic }) => mnemonic === 'CERT_EXPIRY_WARNING')?.text ?? '';
  assert.match(
    first,
    /^ID Certificate belonging to trustpoint TP will expire in (60|59) Days .*Auto-Renewal: Not Enabled$/,
  );
  await router.pki.stop();
});

test('every trustpoint warns of every certificate it has: its own, both of two usage keys, and all CAs above', async () => {
  const router = new TestRouter();
  const soon = router.clock.time + 50 * day;
  const make = (subject: string, issuer: string, more: Partial<IssueOrder>): Buffer =>
    issueCertificate({
      serial: 1,
      subject: testName(subject),
      issuer: { name: testName(issuer), ...pair },
      publicKey: pair.publicKey,
      notBefore: router.clock.time - day,
      notAfter: soon,
      hash: 'sha256',
      kind: 'ca',
      alternativeNames: [],
      ...more,
    });
  const chain: readonly ChainCertificate[] = [
    { kind: 'identity', serial: '05', der: make('cn=peer', 'cn=Sub', { serial: 5, kind: 'router', keyUsage: 0x80 }) },
    { kind: 'identity', serial: '06', der: make('cn=peer', 'cn=Sub', { serial: 6, kind: 'router', keyUsage: 0x20 }) },
    { kind: 'ca', serial: '07', der: make('cn=Root', 'cn=Root', { serial: 7 }) },
    { kind: 'ca', serial: '08', der: make('cn=Sub', 'cn=Root', { serial: 8 }) },
  ];
  for (const name of ['ONE', 'TWO']) router.withTrustpoint(name);
  router.commit({
    ...router.settings,
    chains: new Map([
      ['ONE', chain],
      ['TWO', chain],
    ]),
  });
  await router.pki.start(router.settings);
  const told = (): readonly string[] => {
    const texts = router.log.flatMap(({ mnemonic, text }) => (mnemonic === 'CERT_EXPIRY_WARNING' ? text : []));
    return texts
      .map((text) => /^(?:ID|CA) |trustpoint \w+|number \w+/g[Symbol.match](text)?.join(' ') ?? text)
      .toSorted();
  };
  const once = ['ONE', 'TWO'].flatMap((name) => [
    ...['07', '08'].map((serial) => `CA  trustpoint ${name} number ${serial}`),
    ...['05', '06'].map((serial) => `ID  trustpoint ${name} number ${serial}`),
  ]);
  assert.deepEqual(told(), once.toSorted());
  await router.clock.advance(day);
  assert.deepEqual(told(), once.toSorted(), 'told again before the week is over');
  await router.pki.stop();
});

test('by a clock that is not authoritative nothing is renewed and no expiry told; both are made up for when it is', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const router = await authenticated(
    httpTo(() => ca),
    { autoEnroll: { percent: 50, regenerate: false } },
  );
  await router.pki.enroll('TP', answers);
  const old = identity(router);
  router.isClockAuthoritative = false;
  await forward(router, ca, 60);
  const told = (): readonly string[] => router.mnemonics.filter((one) => /^CERT(_EXPIR|RENEW)/.test(one));
  assert.deepEqual(told(), []);
  assert.equal(identity(router), old);
  router.isClockAuthoritative = true;
  router.pki.clockTrusted();
  await router.clock.advance(0);
  await settle(router, () => identity(router) !== old);
  assert.notEqual(identity(router), old);
  assert.deepEqual(told(), ['CERTRENEWAUTO', 'CERT_EXPIRY_WARNING']);
  await router.pki.stop();
});

test('a renewal that fails is tried again, less and less often', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  let isUp = true;
  const http: HttpClient = {
    fetch: (request) =>
      isUp ? httpTo(() => ca).fetch(request) : Promise.resolve({ status: 503, contentType: '', body: Buffer.alloc(0) }),
  };
  const router = await authenticated(http, { autoEnroll: { percent: 50, regenerate: false } });
  await router.pki.enroll('TP', answers);
  const old = identity(router);
  isUp = false;
  await forward(router, ca, 51);
  const failures = (): number => router.mnemonics.filter((mnemonic) => mnemonic === 'CERTFAIL').length;
  await settle(router, () => failures() > 0);
  assert.ok(failures() >= 1);
  isUp = true;
  await forward(router, ca, 2);
  await settle(router, () => identity(router) !== old);
  assert.notEqual(identity(router), old);
  await router.pki.stop();
});

test('a CA near its end tells who follows it under its own signature; both are believed, and the renewal is asked of the new one', async () => {
  const now = await new TestRouter().withServer('CA', {
    lifetime: { ...caServerDefaults.lifetime, caCertificate: 100, certificate: 90 },
  });
  const next = await new TestRouter().withServer('NEXT', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const signer = testPair();
  const signed = await now.pki.authorities.sign('CA', testRequest('cn=RA', signer).toString('base64'));
  assert.ok(signed.ok);
  const [root, follower] = [now.pki.authorities.report('CA')!.ca!, next.pki.authorities.report('NEXT')!.ca!];
  let told = root;
  const body = (content: Buffer) => ({ status: 200, contentType: '', body: content });
  const http: HttpClient = {
    async fetch(request) {
      const operation = new URL(request.url).searchParams.get('operation');
      if (operation === 'GetCACaps') return body(Buffer.from('SCEPStandard\nRenewal\nGetNextCACert\n'));
      if (operation === 'GetNextCACert') {
        const content = certificatesOnly([follower]);
        const order = { content, attributes: [], hash: 'sha256', certificates: [signed.value] } as const;
        return body(signData({ ...order, signer: signed.value, key: signer.privateKey }));
      }
      if (operation === 'GetCACert')
        return body(certificatesOnly([told, signed.value].slice(0, told === root ? 2 : 1)));
      return httpTo(() => (told === root ? now : next)).fetch(request);
    },
  };
  const router = await authenticated(http, { autoEnroll: { percent: 80, regenerate: false } });
  const anchors = (): number => {
    const chosen = router.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]);
    return chosen.ok ? chosen.value.tls.trustAnchorsPem.length : 0;
  };
  const request = await router.pki.requests('TP', answers);
  assert.ok(request.ok);
  const issued = await now.pki.authorities.sign('CA', request.value.request.toString('base64'));
  assert.ok(issued.ok);
  assert.ok(router.pki.importCertificate('TP', issued.value.der.toString('base64')).ok);
  assert.equal(anchors(), 1);
  assert.deepEqual(
    router.pki.timers().map(({ kind }) => kind),
    ['RENEW', 'SHADOW'],
  );
  await forward(router, now, 81);
  await settle(router, () => anchors() === 2);
  assert.equal(anchors(), 2);
  assert.ok(router.mnemonics.includes('CA_ROLLOVER'));
  const ours = (): string => fingerprint(router.pki.trustpoint('TP')!.ca!.der, 'sha256');
  assert.equal(ours(), fingerprint(root.der, 'sha256'), 'our certificate is of the old one still');
  told = follower;
  next.clock.time = router.clock.time;
  assert.equal((await router.pki.enroll('TP', answers)).ok, true);
  assert.equal(state(router), 'granted', router.log.at(-1)?.text);
  await router.pki.stop();
});

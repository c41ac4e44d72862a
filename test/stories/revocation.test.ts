import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificate, type TestCertificate } from '../certificates.ts';
import { nonceOf, ocspAnswer, pointers, revocationList } from '../revocation.ts';
import { telephones, voip } from './configurations.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import type { Phone } from './phone.ts';
import { epoch, type Router, type Scene, story, storyValidity } from './scene.ts';

const minute = 60_000;
const ca = storyAuthority('Root');
const own = storyCertificate(ca, 'west', { ipAddresses: ['10.0.0.1'] });
const crl = 'http://pki.test/root.crl';
const ocsp = 'http://ocsp.test/';

function peerCertificate(
  notAfter = storyValidity.notAfter,
  places: Parameters<typeof pointers>[0] = { crl, ocsp },
): TestCertificate {
  const extensions = pointers(places);
  return certificate('east', {
    issuer: ca,
    key: 'rsa',
    ...storyValidity,
    notAfter,
    ipAddresses: ['10.0.0.2'],
    extensions,
  });
}

/** The authority's web server in a story. */
class Authority {
  readonly revoked: TestCertificate[] = [];
  readonly lifeMs = 30 * minute;
  isDown = false;
  asked = 0;

  constructor(scene: Scene) {
    const { world } = scene;
    world.names.set('pki.test', ['198.51.99.1']).set('ocsp.test', ['198.51.99.1']);
    const times = () => ({ thisUpdate: world.clock.now(), nextUpdate: world.clock.now() + this.lifeMs });
    const answer = (body: () => Buffer) => () => {
      this.asked++;
      if (this.isDown) throw new Error('connection refused');
      return { status: 200, contentType: '', body: body() };
    };
    world.webServers.set(
      'pki.test',
      answer(() => revocationList(ca, { ...times(), revoked: this.revoked, number: this.asked })),
    );
    world.webServers.set('ocsp.test', (request) => {
      const nonce = request.body && nonceOf(request.body);
      const status = this.revoked.length > 0 ? 'revoked' : 'good';
      return answer(() => ocspAnswer(shown, ca, { ...times(), status, ...(nonce === undefined ? {} : { nonce }) }))();
    });
  }
}
let shown = peerCertificate();

interface Stage {
  readonly router: Router;
  readonly phone: Phone;
  readonly authority: Authority;
}

/** A gateway that has a TLS call up to a telephone at 10.0.0.2. */
async function callUp(scene: Scene, check: string, certificateOfPeer = peerCertificate()): Promise<Stage> {
  shown = certificateOfPeer;
  const authority = new Authority(scene);
  const secure = 'sip-ua\n crypto signaling default trustpoint TP\n';
  const peer = voip(10, '9001', '10.0.0.2', 'session transport tcp tls');
  const router = await scene.router(
    '10.0.0.1',
    `crypto pki trustpoint TP\n revocation-check ${check}\n${telephones}${peer}${secure}`,
  );
  await importIdentity(router, 'TP', own, ca);
  const phone = await scene.phone('10.0.0.2', { transport: 'tls', credentials: credentialsOf(shown, ca) });
  await scene.during(phone.call('777', '10.0.0.1'));
  await scene.pass(2000);
  return { router, phone, authority };
}

function live({ router }: Stage): readonly [tls: number, legs: number] {
  return [router.active('tls'), router.legs.length];
}

test(
  'a peer revoked by the next CRL is dropped when live, its call ends, and failures say why',
  story(async (scene) => {
    const stage = await callUp(scene, 'crl');
    const { router, authority } = stage;
    assert.deepEqual(live(stage), [1, 2]);
    await router.configure('crypto pki crl request TP');
    await scene.pass(1000);
    assert.deepEqual(live(stage), [1, 2], 'a new CRL without the peer changes nothing');
    authority.revoked.push(shown);
    await scene.pass(1000);
    await router.configure('crypto pki crl request TP');
    await scene.pass(60_000);
    assert.deepEqual(live(stage), [0, 0]);
    assert.match(
      router.logged('TLS_PEER_DROPPED').join(),
      /no longer accepted\. Reason: certificate verify failed: the certificate of cn=east was revoked on 2026-01-01, by the CRL of http:\/\/pki\.test\/root\.crl \(CERT_REVOKED\), rule: revoked/,
    );
    const failures = (await router.show('show sip-ua connections tcp tls failures')).join('\n');
    assert.match(failures, /Stage {2}: live\n {2}Rule {3}: revoked/);
    await scene.during(stage.phone.call('777', '10.0.0.1').catch(() => undefined));
    await scene.pass(1000);
    assert.deepEqual(live(stage), [0, 0], 'nor does it get in again');
  }),
);

test(
  'a CRL is fetched again before it ends, and so a revocation reaches a live peer without a hand',
  story(async (scene) => {
    const stage = await callUp(scene, 'crl');
    stage.phone.hangUp();
    await scene.pass(1000);
    stage.authority.revoked.push(shown);
    await scene.pass(32 * minute);
    assert.equal(stage.router.active('tls'), 0);
    assert.match(stage.router.logged('TLS_PEER_DROPPED').join(), /by the CRL/);
    assert.match((await stage.router.show('show crypto pki counters')).join('\n'), /CRL - fetch attempts: [2-9]/);
  }),
);

test(
  'a live peer whose responder is down when the last answer runs out stays',
  story(async (scene) => {
    const stage = await callUp(scene, 'ocsp');
    const { authority, router } = stage;
    assert.deepEqual(live(stage), [1, 2]);
    authority.isDown = true;
    await scene.pass(50 * minute);
    assert.ok(router.logged('REVOCATION_FETCH').length > 0);
    assert.deepEqual(live(stage), [1, 2], 'nobody said that it was revoked');
  }),
);

test(
  'OCSP that turns to revoked ends a live connection and its call',
  story(async (scene) => {
    const stage = await callUp(scene, 'ocsp crl');
    stage.authority.revoked.push(shown);
    await scene.pass(32 * minute);
    assert.match(stage.router.logged('TLS_PEER_DROPPED').join(), /revoked on .* by the OCSP responder Root/);
    assert.deepEqual(live(stage), [0, 0]);
  }),
);

test(
  'a certificate that expires ends its live connection',
  story(async (scene) => {
    const stage = await callUp(scene, 'none', peerCertificate(new Date(epoch + 5 * 60_000)));
    await scene.pass(4 * 60_000);
    assert.deepEqual(live(stage), [1, 2]);
    await scene.pass(2 * 60_000);
    assert.deepEqual(live(stage), [0, 0]);
    assert.match(
      stage.router.logged('TLS_PEER_DROPPED').join(),
      /cn=east has expired \(CERT_HAS_EXPIRED\), rule: chain/,
    );
  }),
);

test(
  'a trustpoint that goes takes the connections it validated with it, and leaves those of others',
  story(async (scene) => {
    const stage = await callUp(scene, 'none');
    const { router } = stage;
    await router.configure('crypto pki trustpoint other', 'exit');
    assert.deepEqual(live(stage), [1, 2], 'another trustpoint changes nothing');
    await router.type('configure terminal', 'no crypto pki trustpoint TP', 'yes', 'end');
    await scene.pass(60_000);
    assert.deepEqual(live(stage), [0, 0]);
    assert.match(router.logged('TLS_PEER_DROPPED').join(), /rule: anchor/);
  }),
);

for (const [check, isDown, isRevoked, connections] of [
  ['crl', false, false, 1],
  ['crl', false, true, 0],
  ['crl', true, false, 0],
  ['crl none', true, false, 1],
  ['crl none', false, true, 0],
  ['ocsp', false, false, 1],
  ['ocsp', false, true, 0],
  ['ocsp', true, false, 0],
  ['ocsp crl none', true, false, 1],
  ['none', true, true, 1],
] as const) {
  const servers = `${isDown ? 'servers down' : isRevoked ? 'peer revoked' : 'peer good'}`;
  test(
    `a call into revocation-check ${check}, ${servers}: ${connections === 1 ? 'taken' : 'refused'}`,
    story(async (scene) => {
      const stage = await callUp(scene, 'none');
      stage.phone.hangUp();
      await scene.pass(1000);
      stage.authority.isDown = isDown;
      if (isRevoked) stage.authority.revoked.push(shown);
      await stage.router.configure('crypto pki trustpoint TP', `revocation-check ${check}`);
      const phone = await scene.phone('10.0.0.3', { transport: 'tls', credentials: credentialsOf(shown, ca) });
      await scene.during(phone.call('777', '10.0.0.1').catch(() => undefined));
      await scene.pass(3000);
      assert.equal(stage.router.legs.length, connections * 2);
      const before = stage.router.logged('TLS_HANDSHAKE_FAILED').length;
      assert.equal(before, 1 - connections);
      phone.hangUp();
      await scene.pass(40_000);
    }),
  );
}

test(
  'a responder that never answers holds up nobody else, and the waiting peer is given up in time',
  story(async (scene) => {
    const stage = await callUp(scene, 'none');
    stage.phone.hangUp();
    await scene.pass(1000);
    scene.world.webServers.set('ocsp.test', () => new Promise(() => undefined));
    await stage.router.configure('crypto pki trustpoint TP', 'revocation-check ocsp');
    const waiting = await scene.phone('10.0.0.3', { transport: 'tls', credentials: credentialsOf(shown, ca) });
    const knock = waiting.call('777', '10.0.0.1').catch(() => undefined);
    await scene.pass(500);
    await stage.router.configure('crypto pki trustpoint TP', 'revocation-check none');
    const other = await scene.phone('10.0.0.4', { transport: 'tls', credentials: credentialsOf(shown, ca) });
    await scene.during(other.call('777', '10.0.0.1'));
    await scene.pass(2000);
    assert.equal(stage.router.legs.length, 2);
    await scene.pass(15_000);
    await scene.during(knock);
    assert.match(stage.router.logged('TLS_HANDSHAKE_FAILED').join(), /stage: policy, rule: deadline/);
    other.hangUp();
    await scene.pass(40_000);
  }),
);

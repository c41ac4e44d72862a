import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pki } from '../../src/pki/index.ts';
import { type Router, type Scene, story } from './scene.ts';

const day = 86_400_000;

const authority = [
  'hostname ca',
  'crypto pki server labca',
  ' issuer-name CN=lab CA',
  ' database level names',
  ' lifetime ca-certificate 30',
  ' lifetime certificate 20',
  ' lifetime crl 48',
  ' auto-rollover 5',
  ' no shutdown',
].join('\n');

const client = [
  'hostname west',
  'ip domain name lab.example',
  'crypto pki trustpoint lab',
  ' enrollment url http://10.0.0.9',
  ' enrollment retry count 100',
  ' subject-name CN=west.lab.example',
  ' serial-number none',
  ' ip-address none',
  ' password 0 mine',
  ' revocation-check none',
  ' rsakeypair west 1024',
].join('\n');

/** The router answers SCEP at its address, as its HTTP server would; undefined: nobody does. */
function serve(scene: Scene, router: Router | undefined): void {
  const pki = router?.gateway.world.pki;
  scene.world.webServers.set('10.0.0.9', async ({ method, url, body }) => {
    if (!(pki instanceof Pki)) throw new Error('connection refused');
    const query = new URL(url).searchParams;
    const message = query.get('message');
    return pki.authorities.scep({
      method,
      operation: query.get('operation') ?? '',
      ...(message !== null && { message }),
      ...(body !== undefined && { body }),
    });
  });
}

async function told(router: Router, line: string, pattern: RegExp): Promise<string> {
  const text = (await router.show(line)).join('\n');
  const found = pattern.exec(text);
  assert.ok(found, text);
  return found[1] ?? '';
}

test(
  'a request waits while the CA is restarted, is granted, revoked and listed; CRLs follow each other and the CA its successor',
  story(async (scene) => {
    const host = scene.world.host(['10.0.0.9']);
    let ca = await scene.routerOn(host, authority);
    serve(scene, ca);
    const west = await scene.router('10.0.0.1', client);
    await west.typePatiently('configure terminal', 'crypto pki authenticate lab', 'yes');
    await west.typePatiently('crypto pki enroll lab', 'yes', 'end');
    await told(ca, 'show crypto pki server labca requests', /1 +pending .*cn=west\.lab\.example/);

    await ca.type('write memory');
    await scene.during(ca.gateway.stop());
    serve(scene, undefined);
    await scene.pass(5 * 60_000);
    ca = await scene.routerOn(host);
    serve(scene, ca);
    await told(ca, 'show crypto pki server labca requests', /1 +pending .*cn=west\.lab\.example/);
    await ca.type('crypto pki server labca grant 1');
    await scene.pass(2 * 60_000);
    await told(west, 'show crypto pki certificates', /cn=west\.lab\.example/);
    await told(ca, 'show crypto pki server labca certificates', /^2 .*cn=west\.lab\.example$/m);
    await west.typePatiently('configure terminal', 'crypto pki crl request lab', 'end');
    const list = await west.show('show crypto pki crls');
    assert.deepEqual(list.slice(0, 2), ['CRL Issuer Name:', '    cn=lab CA']);
    assert.ok(list.includes('      ** CDP Not Published - Retrieved via SCEP'), list.join('\n'));

    const timers = await ca.show('show crypto pki timers');
    assert.deepEqual(
      timers.map((line) => line.replace(/^( *\|) *(?:\d+d *)?(?:\d+:)?\d+:\d\d\.\d{3}/, '$1')),
      [
        'CS Timers',
        '|',
        '  |  CS CRL UPDATE labca',
        '  |  CS SHADOW CERT GENERATION labca',
        '  |  CS CERT EXPIRE labca',
      ],
    );

    await ca.type('crypto pki server labca revoke 2');
    await told(ca, 'show crypto pki server labca crl', /Serial Number: 0x02/);
    const first = await told(ca, 'show crypto pki server labca crl', /Next Update: (.*)/);
    await scene.pass(4 * day);
    assert.notEqual(await told(ca, 'show crypto pki server labca crl', /Next Update: (.*)/), first);
    await told(ca, 'show crypto pki server labca crl', /Serial Number: 0x02/);

    const old = await told(ca, 'show crypto pki server', /CA cert fingerprint: (.*)/);
    await scene.pass(22 * day);
    // A key pair is made in time of the real world.
    await ca.gateway.world.pki.settled();
    const next = await told(ca, 'show crypto pki server', /Rollover CA certificate fingerprint: (.*)/);
    assert.equal(await told(ca, 'show crypto pki server', /CA cert fingerprint: (.*)/), old);
    await scene.pass(5 * day);
    await ca.gateway.world.pki.settled();
    assert.equal(await told(ca, 'show crypto pki server', /CA cert fingerprint: (.*)/), next);
    assert.equal(ca.logged('CS_ROLLED_OVER').length, 1);
    await told(ca, 'show crypto pki server labca crl', /Number of CRL entries: 0/);
    await told(ca, 'show crypto pki certificates', /Associated Trustpoints: labca/);
  }),
);

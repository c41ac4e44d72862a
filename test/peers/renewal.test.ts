import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, type Identity, pem } from './certificates.ts';
import { authenticate, enrol, type ScepServer, scepServer, scepTrustpoint } from './enrolment.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp, type SippOptions } from './sipp.ts';
import { startTlsServer } from './stunnel.ts';

const calls = 1000;

suite('a certificate is changed under live calls over TLS', needs('sipp', 'stunnel4', 'scepserver', 'openssl'), () => {
  const scene = new Scene();
  let server: ScepServer;
  let gateway: Gateway;
  let peer: Identity;
  const ports = { sip: 0, tunnel: 0 };

  before(async () => {
    ports.sip = await freePort();
    ports.tunnel = await freePort();
    server = await scepServer(scene);
    await server.start();
    const authority = await Authority.create(scene, 'lab-ca');
    peer = await authority.issue('peer', 'DNS:peer.example.test,IP:127.0.0.1');
    const route = { tag: 1, pattern: '9...', port: ports.tunnel, transport: 'tcp tls' } as const;
    const plain = gatewayConfig({ port: ports.sip, securePort: await freePort(), routes: [route] });
    const more = `crypto pki trustpoint PEER
 enrollment terminal
 revocation-check none
!
${scepTrustpoint('SCEP', server.url)}sip-ua
 crypto signaling default trustpoint SCEP
!
end
`;
    gateway = await Gateway.typed(scene, plain.replace('end\n', more));
    await gateway.type('configure terminal');
    await gateway.type('crypto pki authenticate PEER', /on a line by itself/);
    await gateway.type(`${pem(authority.certificate)}\nquit`, /accept this certificate\? \[yes\/no\]: /);
    await gateway.type('yes', /successfully imported/);
    await gateway.type('end');
    await authenticate(gateway, 'SCEP');
    await enrol(gateway, 'SCEP');
  });
  after(() => scene.close());

  test(`none of ${calls} calls is lost, a drained connection closes behind the last, and a new call shows the new certificate`, async () => {
    const values = { via: 'TLS', contact: `${loopback}:${ports.tunnel};transport=tls` };
    const uas = await Sipp.start(scene, { scenario: 'uas-hold', transport: 'tcp', values });
    const trust = server.certificate;
    await startTlsServer(scene, { identity: peer, trust, target: uas.port, port: ports.tunnel });
    const options: SippOptions = {
      scenario: 'uac-held',
      transport: 'tcp',
      target: ports.sip,
      calls,
      rate: 200,
      extra: ['-l', String(calls)],
    };
    const near = await Sipp.start(scene, options);
    while (near.child.running && near.answered() < calls) await sleep(50);
    const before = await serial(gateway);

    await enrol(gateway, 'SCEP');
    assert.notEqual(await serial(gateway), before);
    assert.match(
      await gateway.type('show call active voice brief | include Total'),
      new RegExp(`Total call-legs: ${2 * calls}\\b`),
    );
    assert.match(await gateway.type('clear sip-ua tcp tls connection all drain'), /1 connection will close/);
    const late = await Sipp.start(scene, { ...options, calls: 1 });
    while (late.child.running && late.answered() < 1) await sleep(50);
    assert.equal(active(await gateway.connections('tcp tls')), 2);

    const result = await near.result();
    assert.deepEqual([result.succeeded, result.failed], [calls, 0], `${result.errors}\n${gateway.output}`);
    assert.equal((await late.result()).succeeded, 1, gateway.output);
    for (let tries = 0; tries < 200 && active(await gateway.connections('tcp tls')) > 1; tries++) await sleep(50);
    assert.equal(active(await gateway.connections('tcp tls')), 1);
    assert.equal((await uas.stop()).failed, 0);
  });
});

async function serial(gateway: Gateway): Promise<string> {
  const shown = await gateway.type('show crypto pki certificates SCEP');
  return /Certificate Serial Number \(hex\): ([0-9A-F]+)/.exec(shown)?.[1] ?? 'none';
}

function active(shown: string): number {
  return Number(/Total active connections +: (\d+)/.exec(shown)?.[1]);
}

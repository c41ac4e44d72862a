import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './child.ts';
import { becomeAuthority } from './document.ts';
import {
  authenticate,
  challenge,
  enrol,
  exported,
  outcome,
  request,
  type ScepServer,
  scepServer,
  scepTrustpoint,
} from './enrolment.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

suite("the gateway enrols with the scep package's server", needs('scepserver', 'openssl', 'faketime'), () => {
  const scene = new Scene();
  let server: ScepServer;
  let gateway: Gateway;

  before(async () => {
    server = await scepServer(scene);
    await server.start();
    const config = (await base()).replace('end\n', `${scepTrustpoint('SCEP', server.url)}end\n`);
    gateway = await Gateway.typed(scene, config);
    await authenticate(gateway, 'SCEP');
  });
  after(() => scene.close());

  test('openssl accepts the certificate, and that which takes its place', async () => {
    const serials = new Set<string>();
    for (let round = 0; round < 2; round++) {
      await enrol(gateway, 'SCEP');
      const certificate = await exported(scene, gateway, 'SCEP');
      assert.match(await run('openssl', ['verify', '-CAfile', server.certificate, certificate]), /: OK/);
      serials.add(await run('openssl', ['x509', '-in', certificate, '-noout', '-serial']));
    }
    assert.equal(serials.size, 2);
    assert.doesNotMatch(gateway.output.replaceAll(/^.*#password .*$/gm, ''), new RegExp(challenge));
  });

  test('a wrong challenge password is rejected, told so, and the certificate stays', async () => {
    await gateway.configure('crypto pki trustpoint SCEP', 'password 0 wrong');
    assert.match(await outcome(gateway, 'SCEP'), /CERTREJECT|CERTFAIL/);
    assert.match(await gateway.type('show crypto pki certificates SCEP'), /Status: Available/);
    await gateway.leave();
  });

  test('while it is down it is asked again by `enrollment retry`, and grants once it is up', async () => {
    const west = new Scene();
    try {
      const late = await scepServer(west);
      const lines = ['enrollment retry period 1', 'enrollment retry count 5'];
      const config = (await base()).replace('end\n', `${scepTrustpoint('SCEP', late.url, lines)}end\n`);
      // A minute of waiting takes eight seconds.
      const patient = await Gateway.typed(west, config, 'nvram', '+0 x8');
      await late.start();
      await authenticate(patient, 'SCEP');
      await late.stop();
      const begun = patient.output.length;
      await request(patient, 'SCEP');
      await patient.child.waitFor(/%PKI-3-SOCKETSEND/, begun);
      assert.match(await patient.type('show crypto pki timers'), /POLL SCEP/);
      await late.start();
      await patient.child.waitFor(/%PKI-6-CERTRET/, begun);
      assert.doesNotMatch(patient.output.slice(begun), /WEAK_CA/);
      const certificate = await exported(west, patient, 'SCEP');
      assert.match(await run('openssl', ['verify', '-CAfile', late.certificate, certificate]), /: OK/);
    } finally {
      await west.close();
    }
  });
});

suite('a request that waits for a human', needs('openssl'), () => {
  const [west, east] = [new Scene(), new Scene()];
  after(async () => {
    await west.close();
    await east.close();
  });

  test('outlives kill -9 of the client: granted meanwhile, it is fetched under its own transaction', async () => {
    const http = await freePort();
    const server = await Gateway.typed(east, await base());
    await becomeAuthority(server, 'ca', http, 'none');
    await bound('tcp', http);
    const trustpoint = scepTrustpoint('LAB', `http://${loopback}:${http}`);
    const client = await Gateway.typed(west, (await base()).replace('end\n', `${trustpoint}end\n`));
    await client.type('write memory', /\[OK\]/);
    await authenticate(client, 'LAB');
    await request(client, 'LAB');
    await client.child.waitFor(/%PKI-6-CERTPENDING/);
    client.child.process.kill('SIGKILL');
    await client.child.exit();
    // From here on a minute of waiting takes eight seconds.
    const again = await Gateway.boot(west, 'nvram', '+0 x8');
    // It asks at once; told to wait, it says until when.
    const asked = async (): Promise<string> => again.type('show crypto pki timers');
    for (let tries = 0; tries < 100 && !/POLL LAB/.test(await asked()); tries++) await sleep(50);
    assert.match(await asked(), /POLL LAB/);
    await server.type('crypto pki server ca grant all');
    await again.child.waitFor(/%PKI-6-CERTRET/);
    assert.match(await again.type('show crypto pki certificates LAB'), /Status: Available/);
    const requests = await server.type('show crypto pki server ca requests');
    assert.equal(requests.match(/granted/g)?.length, 1, 'one transaction');
  });
});

async function base(): Promise<string> {
  return gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
}

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, type Identity } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';
import { startTlsClient, startTlsServer } from './stunnel.ts';

const calls = 20;

suite(
  'calls between TCP and mutual TLS (stunnel, certificates made by openssl)',
  needs('sipp', 'stunnel4', 'openssl'),
  () => {
    const scene = new Scene();
    let gateway: Gateway;
    let authority: Authority;
    let peer: Identity;
    const ports = { sip: 0, secure: 0, clear: 0, tunnel: 0 };

    before(async () => {
      for (const name of ['sip', 'secure', 'clear', 'tunnel'] as const) ports[name] = await freePort();
      authority = await Authority.create(scene, 'lab-ca');
      peer = await authority.issue('peer', 'DNS:peer.example.test,IP:127.0.0.1');
      const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
      const routes = [
        { tag: 1, pattern: '9...', port: ports.tunnel, transport: 'tcp tls' },
        { tag: 2, pattern: '8...', port: ports.clear, transport: 'tcp' },
      ] as const;
      const config = gatewayConfig({ port: ports.sip, securePort: ports.secure, routes, trustpoint: 'peer' });
      gateway = await Gateway.start(scene, config);
      await gateway.importIdentity('peer', authority.certificate, own);
    });
    after(() => scene.close());

    test('calls from TCP to TLS all succeed, over one connection that stays Established', async () => {
      const values = { via: 'TLS', contact: `${loopback}:${ports.tunnel};transport=tls` };
      const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', values });
      const trust = authority.certificate;
      await startTlsServer(scene, { identity: peer, trust, target: uas.port, port: ports.tunnel });

      const near = await call(scene, { scenario: 'uac-call', transport: 'tcp', target: ports.sip, calls, rate: 20 });

      assert.equal(near.succeeded, calls, `${near.errors}\n${gateway.output}`);
      const shown = await gateway.connections('tcp tls');
      assert.match(shown, /Remote-Agent:127\.0\.0\.1, Connections-Count:1\b/);
      assert.match(shown, new RegExp(`^ +${ports.tunnel} +\\d+ Established +0\\b`, 'm'));
      assert.match(shown, /TLS client handshake failures : 0/);
      assert.equal((await uas.stop()).succeeded, calls);
    });

    test('calls from TLS to TCP all succeed', async () => {
      const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port: ports.clear });
      const near = await call(scene, { ...(await secureCaller()), scenario: 'uac-call', calls, rate: 20 });
      assert.equal(near.succeeded, calls, `${near.errors}\n${gateway.output}`);
      assert.equal((await uas.stop()).succeeded, calls);
    });

    test('the connection a TLS caller came on is shown Established while its call is up', async () => {
      const uas = await Sipp.start(scene, { scenario: 'uas-hangup', transport: 'tcp', port: ports.clear });
      const caller = await Sipp.start(scene, { ...(await secureCaller()), scenario: 'uac-held', calls: 1 });
      const established = new RegExp(`^ +(?!${ports.tunnel} )\\d+ +\\d+ Established +0\\b`, 'm');
      let shown = '';
      while (caller.child.running && !established.test(shown)) {
        shown = await gateway.connections('tcp tls');
        await sleep(50);
      }
      assert.match(shown, established);
      assert.equal((await caller.result()).succeeded, 1, gateway.output);
      await uas.stop();
    });

    test('the gateway ends gracefully with its connections up', async () => {
      assert.equal(await gateway.leave(), 0, gateway.output);
    });

    async function secureCaller() {
      const { port } = await startTlsClient(scene, {
        identity: peer,
        trust: authority.certificate,
        target: ports.secure,
      });
      return { transport: 'tcp', target: port, number: '8001', values: { via: 'TLS' } } as const;
    }
  },
);

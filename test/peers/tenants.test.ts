import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority, type Identity } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';
import { startTlsClient, startTlsServer } from './stunnel.ts';

const calls = 5;

/** The example set of Cisco's guide, with a port of the tenant's own: its lines as they are pasted. */
function exampleSet(secure: number, server: string): string {
  return `ip host sip.acme.co 127.0.0.1
!
crypto pki trustpoint CUBE-TrustPoint
 revocation-check none
!
voice class tls-cipher 100
 cipher 1 ECDHE_RSA_AES128_GCM_SHA256
 cipher 2 ECDHE_RSA_AES256_GCM_SHA384
!
voice class tls-profile 100
 trustpoint CUBE-TrustPoint
 cipher 100
 cn-san validate bidirectional
 cn-san 1 sip.acme.co
!
voice class tenant 100
 tls-profile 100
 listen-port secure ${secure}
 session transport tcp tls
 sip-server ${server}
!
dial-peer voice 100 voip
 destination-pattern 9...
 session protocol sipv2
 session target sip-server
 incoming called-number 8...
 voice-class sip tenant 100
 codec g711ulaw
!
`;
}

suite(
  "calls of a tenant over mutual TLS (stunnel, certificates made by openssl): Cisco's example set",
  needs('sipp', 'stunnel4', 'openssl'),
  () => {
    const scene = new Scene();
    let gateway: Gateway;
    let authority: Authority;
    let acme: Identity;
    let stranger: Identity;
    const ports = { sip: 0, secure: 0, tenant: 0, tunnel: 0, clear: 0 };

    before(async () => {
      for (const name of ['sip', 'secure', 'tenant', 'tunnel', 'clear'] as const) ports[name] = await freePort();
      authority = await Authority.create(scene, 'acme-ca');
      acme = await authority.issue('sip.acme.co', 'DNS:sip.acme.co');
      stranger = await authority.issue('other.acme.co', 'DNS:other.acme.co');
      const own = await authority.issue('gw.example.test', 'DNS:gw.example.test');
      const config = gatewayConfig({
        port: ports.sip,
        securePort: ports.secure,
        routes: [{ tag: 2, pattern: '8...', port: ports.clear, transport: 'tcp' }],
        extra: exampleSet(ports.tenant, `dns:sip.acme.co:${ports.tunnel}`),
      });
      gateway = await Gateway.start(scene, config);
      await gateway.importIdentity('CUBE-TrustPoint', authority.certificate, own);
    });
    after(() => scene.close());

    test('calls to the SIP server of the tenant succeed over its profile, and the connection is shown as its own', async () => {
      const values = { via: 'TLS', contact: `127.0.0.1:${ports.tunnel};transport=tls` };
      const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', values });
      const server = { identity: acme, trust: authority.certificate, target: uas.port, port: ports.tunnel };
      await startTlsServer(scene, server);
      const near = await call(scene, { scenario: 'uac-call', transport: 'tcp', target: ports.sip, calls, rate: 5 });
      assert.equal(near.succeeded, calls, `${near.errors}\n${gateway.output}`);
      const shown = await gateway.connections('tcp tls');
      assert.match(
        shown,
        new RegExp(`^ +${ports.tunnel} +\\d+ Established +0 127\\.0\\.0\\.1:\\d+ +TLSv1\\.2 .* 100\\r?$`, 'm'),
      );
      assert.match(shown, new RegExp(`\\[127\\.0\\.0\\.1\\]:${ports.tenant}: +100\\r?$`, 'm'));
      assert.equal((await uas.stop()).succeeded, calls);
    });

    test('a server that proves another name is not called', async () => {
      const { port } = await startTlsServer(scene, {
        identity: stranger,
        trust: authority.certificate,
        target: ports.clear,
      });
      for (const line of ['configure terminal', 'voice class tenant 100', `sip-server dns:sip.acme.co:${port}`, 'end'])
        await gateway.type(line);
      const near = await call(scene, { scenario: 'uac-call', transport: 'tcp', target: ports.sip, calls: 1, rate: 1 });
      assert.equal(near.succeeded, 0);
      assert.match(await gateway.type('show sip-ua connections tcp tls failures'), /sip\.acme\.co/);
    });

    test("calls at the tenant's port are taken from the client its profile names", async () => {
      const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port: ports.clear });
      const near = await call(scene, { ...(await callerAt(ports.tenant, acme)), scenario: 'uac-call', calls, rate: 5 });
      assert.equal(near.succeeded, calls, `${near.errors}\n${gateway.output}`);
      assert.equal((await uas.stop()).succeeded, calls);
      assert.match(await gateway.type('show dial-peer voice 100'), /Successful Calls = [1-9]/);
    });

    test('a client with another name is turned away there, and everybody at the port that has no certificate', async () => {
      for (const [port, identity] of [
        [ports.tenant, stranger],
        [ports.secure, acme],
      ] as const) {
        const caller = { ...(await callerAt(port, identity)), scenario: 'uac-call', calls: 1, rate: 1 } as const;
        assert.equal((await call(scene, caller)).succeeded, 0);
      }
      const failures = await gateway.type('show sip-ua connections tcp tls failures');
      assert.match(failures, /other\.acme\.co|cn-san/);
    });

    async function callerAt(target: number, identity: Identity) {
      const { port } = await startTlsClient(scene, { identity, trust: authority.certificate, target });
      return { transport: 'tcp', target: port, number: '8001', values: { via: 'TLS' } } as const;
    }
  },
);

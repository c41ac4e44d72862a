import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, suite, test } from 'node:test';
import type { Listener, Stream, TlsCredentials } from '../../src/io/index.ts';
import { nodeNetwork } from '../../src/io/node/network.ts';
import { nodeTls } from '../../src/io/node/tls.ts';
import { Authority, type Identity, pem } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { visit } from './s-client.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';
import { startTlsServer } from './stunnel.ts';

suite('TLS sessions are resumed', needs('sipp', 'stunnel4', 'openssl'), () => {
  const scene = new Scene();
  const ports = { sip: 0, secure: 0, tunnel: 0, crl: 0 };
  let gateway: Gateway;
  let authority: Authority;
  let web: Server;
  let crl: Buffer;

  before(async () => {
    for (const name of ['sip', 'secure', 'tunnel', 'crl'] as const) ports[name] = await freePort();
    authority = await Authority.create(scene, 'lab-ca');
    crl = await authority.crl();
    web = createServer((_, response) => response.end(crl));
    await new Promise<void>((resolve) => web.listen(ports.crl, loopback, resolve));
    const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
    const routes = [{ tag: 1, pattern: '9...', port: ports.tunnel, transport: 'tcp tls' }] as const;
    const config = { port: ports.sip, securePort: ports.secure, routes, trustpoint: 'peer' };
    gateway = await Gateway.start(scene, gatewayConfig(config));
    await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
    await bound('tcp', ports.secure);
  });
  after(async () => {
    web.closeAllConnections();
    await new Promise<void>((resolve) => void web.close(() => resolve()));
    await scene.close();
  });

  async function configure(...lines: readonly string[]): Promise<void> {
    for (const line of ['configure terminal', ...lines, 'end']) await gateway.type(line);
  }

  for (const version of ['-tls1_2', '-tls1_3']) {
    test(`openssl comes again with its session, ${version}: it is resumed, and shown so`, async () => {
      const client = await issue(`again${version}`);
      const kept = await visitAndKeep(client, version);
      const before = await resumed('server');
      assert.match(await comeAgain(client, version, kept), /^Reused, [\s\S]*SIP\/2\.0 200 /m);
      assert.equal(await resumed('server'), before + 1);
    });

    test(`after a clear, and under another crypto signaling, a session from before is not resumed, ${version}`, async () => {
      const client = await issue(`changed${version}`);
      const first = await visitAndKeep(client, version);
      await gateway.type(`clear sip-ua tcp tls connection target ipv4:${loopback}:1`);
      assert.match(await comeAgain(client, version, first), /^New, [\s\S]*SIP\/2\.0 200 /m);
      const second = await visitAndKeep(client, version);
      await configure('sip-ua', 'crypto signaling default trustpoint peer cn-san-validate server');
      assert.match(await comeAgain(client, version, second), /^New, [\s\S]*SIP\/2\.0 200 /m);
      await configure('sip-ua', 'crypto signaling default trustpoint peer');
    });

    test(`when the keys of tickets are made anew, a session sealed by those before is resumed, and by those before these it is not, ${version}`, async (t) => {
      const own = await authority.issue(`keys${version}`, 'DNS:gw.example.test,IP:127.0.0.1');
      const client = await issue(`comes${version}`);
      let now = 0;
      const port = await freePort();
      const listener = await ownServer(own, port, () => now);
      t.after(() => listener.close());
      const place = { port, trust: authority.certificate, identity: client };
      const file = `${client.certificate}.keys`;
      const come = (words: readonly string[]): Promise<string> =>
        visit(scene, { ...place, offer: [version, ...words] });
      assert.match(await come(['-sess_out', file]), /^New, [\s\S]*SIP\/2\.0 200 /m);
      for (const [minutes, expected] of [
        [59, /^Reused, /m],
        [61, /^Reused, /m],
        [119, /^Reused, /m],
        [121, /^New, /m],
      ] as const) {
        now = minutes * 60_000;
        assert.match(await come(['-sess_in', file]), expected, `${minutes} minutes`);
      }
    });

    test(`who was revoked meanwhile is refused with his session, and without it too, ${version}`, async (t) => {
      t.after(() => configure('crypto pki trustpoint peer', 'revocation-check none'));
      await configure('crypto pki trustpoint peer', 'fetch private-address', 'revocation-check crl');
      const place = `crlDistributionPoints = URI:http://${loopback}:${ports.crl}/lab.crl`;
      const client = await issue(`revoked${version}`, place);
      const kept = await visitAndKeep(client, version);
      await authority.revoke(client);
      crl = await authority.crl();
      await configure('crypto pki crl request peer');
      const again = await comeAgain(client, version, kept);
      assert.match(again, /^Reused, /m);
      assert.doesNotMatch(again, /SIP\/2\.0 /m);
      const failures = await gateway.type('show sip-ua connections tcp tls failures');
      assert.match(failures, new RegExp(`cn=revoked${version}.* was revoked on`));
      // The keys went with it: whoever was refused so may come with another certificate.
      const later = await comeAgain(client, version, kept);
      assert.match(later, /^New, /m);
      assert.doesNotMatch(later, /SIP\/2\.0 /m);
    });
  }

  test('the gateway comes again to stunnel with its session, and stunnel resumes it', async () => {
    const identity = await authority.issue('peer', `IP:${loopback}`);
    const target = await freePort();
    const server = { identity, trust: authority.certificate, target, port: ports.tunnel, debug: 'info' } as const;
    const tunnel = await startTlsServer(scene, server);
    const before = await resumed('client');
    for (let i = 0; i < 2; i++) await callThrough(target);
    assert.match(tunnel.child.output, /TLS accepted: new session negotiated/);
    assert.match(tunnel.child.output, /TLS accepted: previous session reused/);
    assert.equal(await resumed('client'), before + 1);
  });

  /** Our TLS alone, with a clock of its own: whoever speaks is accepted and answered. */
  function ownServer(own: Identity, port: number, now: () => number): Promise<Listener> {
    const tls = nodeTls(now);
    const credentials: TlsCredentials = {
      certificateChainPem: pem(own.certificate),
      privateKeyPem: pem(own.key),
      trustAnchorsPem: [pem(authority.certificate)],
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      resumption: 'test',
    };
    const answer = async (bare: Stream): Promise<void> => {
      const { stream, judged } = await tls.accept(bare, credentials, 5000);
      judged(true);
      stream.start({ received: () => stream.write('SIP/2.0 200 OK\r\n\r\n'), closed: () => undefined });
    };
    const accepted = (bare: Stream): void => void answer(bare).catch(assert.fail);
    return nodeNetwork().listenTcp({ host: loopback, port }, { accepted, failed: assert.fail });
  }

  /** One call. When sipp leaves, stunnel closes the connection. */
  async function callThrough(port: number): Promise<void> {
    const values = { via: 'TLS', contact: `${loopback}:${ports.tunnel};transport=tls` };
    const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port, values });
    const target = { transport: 'tcp', target: ports.sip, number: '9001' } as const;
    const { succeeded, errors } = await call(scene, { ...target, scenario: 'uac-call' });
    assert.equal(succeeded, 1, `${errors}\n${gateway.output}`);
    await uas.stop();
    while (/Conn-State:Established, Direction:out/.test(await verbose()));
  }

  function verbose(): Promise<string> {
    return gateway.type('show sip-ua connections tcp tls verbose');
  }

  async function resumed(role: 'client' | 'server'): Promise<number> {
    const shown = await gateway.connections('tcp tls');
    return Number(new RegExp(`TLS ${role} sessions resumed {3}: (\\d+)`).exec(shown)?.[1] ?? 0);
  }

  function issue(name: string, more = ''): Promise<Identity> {
    return authority.issue(name, 'DNS:client.example.test,IP:127.0.0.1', 'good', more);
  }

  /** A full handshake; gives the file of the session. */
  async function visitAndKeep(identity: Identity, version: string): Promise<string> {
    const file = `${identity.certificate}.session`;
    assert.match(await knock(identity, [version, '-sess_out', file]), /^New, [\s\S]*SIP\/2\.0 200 /m);
    return file;
  }

  function comeAgain(identity: Identity, version: string, file: string): Promise<string> {
    return knock(identity, [version, '-sess_in', file]);
  }

  function knock(identity: Identity, offer: readonly string[]): Promise<string> {
    return visit(scene, { port: ports.secure, trust: authority.certificate, identity, offer });
  }
});

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority, type Identity } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';
import { startTlsServer } from './stunnel.ts';

suite('the gateway calls a TLS server whose certificate is wrong', needs('sipp', 'stunnel4', 'openssl'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let authority: Authority;
  let stranger: Authority;
  let sip = 0;
  /** The number to call, by the case. */
  const numbers = { expired: '9001', stranger: '9002', elsewhere: '9003', good: '9004' } as const;
  const servers = { expired: 0, stranger: 0, elsewhere: 0, good: 0 };

  before(async () => {
    authority = await Authority.create(scene, 'lab-ca');
    stranger = await Authority.create(scene, 'unknown-ca');
    sip = await freePort();
    for (const name of names(servers)) servers[name] = await freePort();
    const routes = names(servers).map((name, i) => ({
      tag: i + 1,
      pattern: numbers[name],
      port: servers[name],
      transport: 'tcp tls' as const,
    }));
    const config = gatewayConfig({ port: sip, securePort: await freePort(), routes, trustpoint: 'peer' });
    gateway = await Gateway.start(scene, config);
    const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
    await gateway.importIdentity('peer', authority.certificate, own);
    await serve('expired', await authority.issue('expired', `IP:${loopback}`, 'past'));
    await serve('stranger', await stranger.issue('stranger', `IP:${loopback}`));
    await serve('elsewhere', await authority.issue('elsewhere', 'IP:127.0.0.99'));
    await serve('good', await authority.issue('good', `IP:${loopback}`));
  });
  after(() => scene.close());

  const wrong = [
    ['it has expired', 'expired', /expired/i],
    ['its CA is unknown', 'stranger', /issuer|unable.to|self.signed|unknown|untrusted|not trusted/i],
    ['it names another address', 'elsewhere', /name|address|identity|match/i],
  ] as const;

  for (const [title, name, reason] of wrong) {
    test(`because ${title}: the call fails with 503, it is counted, and the log says why`, async () => {
      const failures = await clientFailures();
      const logged = gateway.output.length;
      const target = { transport: 'tcp', target: sip, number: numbers[name] } as const;

      const { succeeded, errors } = await call(scene, { ...target, scenario: 'uac-unavailable' });

      assert.equal(succeeded, 1, `${errors}\n${gateway.output.slice(logged)}`);
      assert.ok((await clientFailures()) > failures);
      await gateway.child.waitFor(/%[A-Z_]+-\d-[A-Z_]+: [^\r\n]*127\.0\.0\.1/, logged);
      assert.match(gateway.output.slice(logged), reason);
    });
  }

  test('a good one beside them is called', async () => {
    const target = { transport: 'tcp', target: sip, number: numbers.good } as const;
    const { succeeded, errors } = await call(scene, { ...target, scenario: 'uac-call' });
    assert.equal(succeeded, 1, `${errors}\n${gateway.output}`);
  });

  async function serve(name: keyof typeof servers, identity: Identity): Promise<void> {
    const values = { via: 'TLS', contact: `${loopback}:${servers[name]};transport=tls` };
    const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', values });
    await startTlsServer(scene, { identity, trust: authority.certificate, target: uas.port, port: servers[name] });
  }

  async function clientFailures(): Promise<number> {
    const shown = await gateway.connections('tcp tls');
    const count = /TLS client handshake failures : (\d+)/.exec(shown);
    assert.ok(count, shown);
    return Number(count[1]);
  }
});

function names<K extends string>(record: Readonly<Record<K, number>>): K[] {
  return Object.keys(record) as K[];
}

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority } from './certificates.ts';
import type { Child } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { startReusing } from './kamailio.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

const kamailioName = 'kam.example.test';
const own = 'gw.example.test';

suite('one TLS connection for calls both ways (Kamailio, RFC 5923)', needs('kamailio', 'sipp', 'openssl'), () => {
  const scene = new Scene();
  const ports = { sip: 0, secure: 0, proxy: 0, clear: 0, far: 0 };
  let gateway: Gateway;
  let proxy: Child;

  before(async () => {
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
    const authority = await Authority.create(scene, 'lab-ca');
    const identity = await authority.issue('proxy', `DNS:${kamailioName}`);
    proxy = await startReusing(scene, {
      name: 'proxy',
      identity,
      trust: authority.certificate,
      host: kamailioName,
      port: ports.proxy,
      clearPort: ports.clear,
      target: ports.far,
      gateway: ports.secure,
      gatewayHost: own,
    });
    const values = { contact: `${loopback}:${ports.far}` };
    await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: ports.far, values });
    gateway = await Gateway.start(scene, configuration(ports));
    await gateway.importIdentity('peer', authority.certificate, await authority.issue('gateway', `DNS:${own}`));
  });
  after(() => scene.close());

  async function gatewayCalls(): Promise<void> {
    const said = await gateway.type('csim start 9001 voice-port 0/3/0', /setup failed = \d+/);
    assert.match(said, /failed = 0/, proxy.output);
  }

  async function proxyCalls(): Promise<void> {
    const near = await call(scene, { transport: 'udp', target: ports.clear, number: '5551', scenario: 'uac-call' });
    assert.equal(near.succeeded, 1, `${near.errors}\n${proxy.output}\n${gateway.output}`);
  }

  /** There is one connection, and so many INVITEs took it each way. */
  async function onOneConnection(direction: 'in' | 'out'): Promise<string> {
    const shown = await gateway.type('show sip-ua connections tcp tls verbose');
    assert.equal(shown.split('Remote-Agent:').length, 2, shown);
    assert.match(shown, new RegExp(`Direction:${direction}\\b`));
    return shown;
  }

  test('the gateway calls the proxy on the connection that the proxy made and offered under its name', async () => {
    await proxyCalls();
    await gatewayCalls();
    const shown = await onOneConnection('in');
    assert.match(shown, new RegExp(`Alias +: ${kamailioName}:${ports.proxy}\\b`));
    await proxyCalls();
    await onOneConnection('in');
  });

  test('the proxy calls the gateway on the connection that the gateway made and offered, told to do so by connection-reuse', async () => {
    await gateway.configure('sip-ua', 'connection-reuse');
    const [, id] = /Conn-Id:(\d+)/.exec(await onOneConnection('in')) ?? [];
    await gateway.type(`clear sip-ua tcp tls connection id ${id} target ipv4:${loopback}:${ports.proxy}`);
    await gatewayCalls();
    await proxy.waitFor(new RegExp(`CALL 9001 OVER tls VIA SIP/2.0/TLS ${own}:${ports.secure};branch=[^;]+;alias`));
    await proxyCalls();
    await onOneConnection('out');
    await gatewayCalls();
    await onOneConnection('out');
  });
});

function configuration(ports: { readonly sip: number; readonly secure: number; readonly proxy: number }): string {
  const extra = `ip host ${kamailioName} ${loopback}
voice service voip
 sip
  localhost dns:${own}
!
voice-port 0/3/0
 device answer
!
dial-peer voice 1 pots
 destination-pattern 5551
 port 0/3/0
!
dial-peer voice 2 voip
 destination-pattern 9...
 session protocol sipv2
 session target dns:${kamailioName}:${ports.proxy}
 session transport tcp tls
 codec g711ulaw
!
`;
  return gatewayConfig({ port: ports.sip, securePort: ports.secure, routes: [], trustpoint: 'peer', extra });
}

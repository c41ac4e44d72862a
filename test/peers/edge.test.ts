import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority } from './certificates.ts';
import type { Child } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { startCore, startEdge } from './kamailio.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

suite(
  'a provider’s edge (Kamailio: Path, outbound) before its registrar (Kamailio: Service-Route)',
  needs('kamailio', 'sipp', 'openssl'),
  () => {
    const scene = new Scene();
    const ports = { sip: 0, secure: 0, edge: 0, edgeClear: 0, core: 0, far: 0 };
    let gateway: Gateway;
    let edge: Child;
    let core: Child;
    let far: Sipp;

    before(async () => {
      for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
      const authority = await Authority.create(scene, 'lab-ca');
      const identity = await authority.issue('edge', 'DNS:edge.example.test,IP:127.0.0.1');
      const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
      const side = { identity, trust: authority.certificate };
      core = await startCore(scene, {
        ...side,
        name: 'core',
        clearPort: ports.core,
        edge: ports.edge,
        target: ports.far,
      });
      edge = await startEdge(scene, {
        ...side,
        name: 'edge',
        port: ports.edge,
        clearPort: ports.edgeClear,
        core: ports.core,
      });
      far = await Sipp.start(scene, {
        scenario: 'uas-hangup',
        transport: 'udp',
        port: ports.far,
        values: { contact: `${loopback}:${ports.far}` },
      });
      gateway = await Gateway.start(scene, configuration(ports));
      await gateway.importIdentity('peer', authority.certificate, own);
      await gateway.type('configure terminal');
      await gateway.type('sip-ua');
      await gateway.type(`registrar ipv4:${loopback}:${ports.edge} expires 600 tcp tls`);
      await gateway.type('end');
      await gateway.child.waitFor(/%SIP-\d-REGISTERED/);
    });
    after(() => scene.close());

    /** There is the connection that the REGISTER took, and no other. */
    async function onOneConnection(): Promise<void> {
      const shown = await gateway.type('show sip-ua connections tcp tls verbose');
      assert.equal(shown.split('Remote-Agent:').length, 2, shown);
      assert.match(shown, new RegExp(`Remote-Agent:127\\.0\\.0\\.1:${ports.edge}, .*Direction:out`));
    }

    test('the edge takes the registration through and names itself, by a token for the connection', async () => {
      await core.waitFor(/PATH OF 5551 <sip:[^@>]+@127\.0\.0\.1:\d+;lr;ob>/);
      assert.match(await gateway.type('show sip-ua register status'), /^5551 .*yes\r?$/m);
    });

    test('a call goes by the Service-Route, and the BYE of the other end comes on the connection of the registration', async () => {
      const said = await gateway.type('csim start 9001 voice-port 0/3/0', /setup failed = \d+/);
      assert.match(said, /failed = 0/, `${edge.output}\n${core.output}`);
      await core.waitFor(new RegExp(`CORE INVITE 9001 ROUTE <sip:127\\.0\\.0\\.1:${ports.core};lr>`));
      await edge.waitFor(/EDGE INVITE OVER tls CONTACT <sip:[^>]*;transport=tls;ob>/);
      await edge.waitFor(/EDGE BYE OVER udp/);
      await onOneConnection();
    });

    test('a call that comes along the Path, and its BYE, take that connection too', async () => {
      const target = { transport: 'udp', target: ports.core, number: '5551' } as const;
      const near = await call(scene, { ...target, scenario: 'uac-call' });
      assert.equal(near.succeeded, 1, `${near.errors}\n${edge.output}\n${core.output}`);
      await onOneConnection();
      assert.equal((await far.stop()).failed, 0);
    });
  },
);

function configuration(ports: { readonly sip: number; readonly secure: number }): string {
  const extra = `voice-port 0/3/0
 device answer
!
dial-peer voice 1 pots
 destination-pattern 5551
 port 0/3/0
!
dial-peer voice 2 voip
 destination-pattern 9...
 session protocol sipv2
 session target registrar
 session transport tcp tls
 codec g711ulaw
!
`;
  return gatewayConfig({ port: ports.sip, securePort: ports.secure, routes: [], trustpoint: 'peer', extra });
}

import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp } from './sipp.ts';

/** `ip name-server` names no port, so it is 53; BIND listens on addresses of an interface only. */
const nameServer = loopback;
const isRoot = process.getuid?.() === 0;
const options = needs('named', 'sipp');

describe('names of targets, with BIND', { ...options, ...(isRoot ? {} : { skip: 'port 53 needs root' }) }, () => {
  const scene = new Scene();
  const ports = { plain: 0, secure: 0, dead: 0, live: 0 };
  let gateway: Gateway;

  before(async () => {
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
    await startNameServer(scene, ports);
    gateway = await Gateway.start(
      scene,
      gatewayConfig({
        port: ports.plain,
        securePort: ports.secure,
        routes: [],
        extra: `ip name-server ${nameServer}\n${peer(1, '7...', 'pointed.test', 'tcp')}${peer(2, '8...', 'custom.test', 'udp')}${peer(3, '6...', `plain.test:${ports.live}`, 'udp')}`,
      }),
    );
  });

  after(() => scene.close());

  test('NAPTR leads to SRV, whose first host is dead: the call reaches the second', async () => {
    const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port: ports.live });
    await call('7001');
    await uas.stop();
    const shown = await gateway.type('show sip-ua targets');
    assert.match(shown, new RegExp(`^tcp +127\\.0\\.0\\.1:${ports.dead} +1 `, 'm'));
  });

  test('SRV by custom names host and port; a name with a port is its address', async () => {
    const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: ports.live });
    await call('8001');
    await call('6001');
    await uas.stop();
  });

  async function call(number: string): Promise<void> {
    const caller = await Sipp.start(scene, {
      scenario: 'uac-call',
      transport: 'udp',
      target: ports.plain,
      number,
      calls: 1,
    });
    assert.equal((await caller.result()).succeeded, 1, gateway.output);
  }
});

function peer(tag: number, pattern: string, host: string, transport: string): string {
  return `dial-peer voice ${tag} voip
 destination-pattern ${pattern}
 session protocol sipv2
 session target dns:${host}
 session transport ${transport}
 codec g711ulaw
!
`;
}

async function startNameServer(scene: Scene, ports: { readonly dead: number; readonly live: number }): Promise<void> {
  const zone = `$TTL 60
@ SOA ns. root. 1 60 60 60 60
@ NS ns.test.
ns A ${nameServer}
host A ${loopback}
pointed NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.nowhere.test.
pointed NAPTR 20 10 "s" "SIP+D2T" "" _voice._tcp.elsewhere.test.
_voice._tcp.elsewhere SRV 1 1 ${ports.dead} host.test.
_voice._tcp.elsewhere SRV 2 1 ${ports.live} host.test.
_sip._udp.custom SRV 1 1 ${ports.live} host.test.
plain A ${loopback}
`;
  scene.write('test.zone', zone);
  const file = scene.write(
    'named.conf',
    `options { directory "${scene.folder}"; listen-on port 53 { ${nameServer}; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; dnssec-validation no; };
controls { };
zone "test" { type primary; file "test.zone"; };
`,
  );
  chmodSync(scene.folder, 0o755);
  const child = scene.start('named', ['-g', '-c', file]);
  await child.waitFor(/running/);
  await bound('udp', 53);
}

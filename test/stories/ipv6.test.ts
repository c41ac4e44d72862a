import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, type Scene, story } from './scene.ts';

const ok = 'csim: call attempted = 1, setup failed = 0, tone failed = 0';
const [west6, east6] = ['2001:db8::1', '2001:db8::2'];
const neighbours = 'voice service voip\n ip address trusted list\n  ipv6 2001:db8::/32\n';
const dual = 'sip-ua\n protocol mode dual-stack\n';

/** Two gateways with addresses of both families; west calls 777 at the IPv6 address of east, written as people do. */
async function pair(scene: Scene, transport: string, westMode: string, eastMode: string) {
  const target = voip(10, '777', '10.0.0.2', `session transport ${transport}`).replace(
    'ipv4:10.0.0.2',
    'ipv6:[2001:DB8:0:0::2]',
  );
  const west = await scene.router(
    ['10.0.0.1', west6],
    telephones.replace('pattern 777', 'pattern 779') + target + westMode,
  );
  const east = await scene.router(['10.0.0.2', east6], telephones + neighbours + eastMode);
  return { west, east };
}

async function identified(...routers: readonly (readonly [Router, string])[]): Promise<void> {
  const ca = storyAuthority('lab ca');
  for (const [router, address] of routers) {
    await importIdentity(router, 'lab', storyCertificate(ca, address, { ipAddresses: [address] }), ca);
    await router.configure('crypto pki trustpoint lab', 'revocation-check none');
    await router.configure('sip-ua', 'crypto signaling default trustpoint lab');
  }
}

for (const transport of ['udp', 'tcp', 'tcp tls']) {
  test(
    `a call over IPv6 by ${transport} has IPv6 in its headers and in its media, and ends on both sides`,
    story(async (scene) => {
      const { west, east } = await pair(scene, transport, dual, 'sip-ua\n protocol mode ipv6\n');
      if (transport === 'tcp tls') await identified([west, west6], [east, east6]);
      const call = west.type('csim start 777 voice-port 0/3/0');
      await scene.pass(1500);
      const [leg] = east.gateway.world.sip.calls().calls;
      assert.deepEqual(
        [leg?.remote?.host, leg?.media?.source.host, leg?.media?.destination?.host],
        [west6, east6, west6],
      );
      assert.match(leg?.requestUri ?? '', /@\[2001:db8::2\]/);
      assert.ok((await scene.during(call)).includes(ok));
      await scene.pass(1000);
      west.assertIdle();
      east.assertIdle();
      const kind = transport === 'tcp tls' ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp';
      assert.equal(west.gateway.world.sip.connectionDetails(kind)[0]?.remote.host, east6);
      const port = kind === 'tls' ? 5061 : 5060;
      assert.deepEqual(await west.show(`clear sip-ua ${transport} connection target ipv6:[2001:DB8:0::2]:${port}`), [
        'Purging the entry from reusable global connection table',
      ]);
    }),
  );
}

test(
  'protocol mode says which families are listened on, and a bound interface gives an address of each',
  story(async (scene) => {
    const { west } = await pair(scene, 'udp', '', dual);
    const listeners = (router: Router): readonly string[] =>
      router.gateway.world.sip.connections('tls').listeners.map(({ local }) => local.host);
    assert.deepEqual(listeners(west), ['0.0.0.0']);
    await west.configure('sip-ua', 'protocol mode dual-stack');
    await scene.pass(10);
    assert.deepEqual(listeners(west), ['0.0.0.0', '::']);
    assert.match((await west.show('show sip-ua status')).join('\n'), /^protocol mode is dual-stack$/m);
    assert.match((await west.show('show sip-ua connections tcp tls brief')).join('\n'), /\[::\]:5061/);
    await west.configure('interface Loopback0', 'ip address 10.0.0.1 255.255.255.0', 'ipv6 address 2001:DB8:0:0::1/64');
    await west.configure('voice service voip', 'sip', 'bind all source-interface Loopback0');
    await scene.pass(10);
    assert.deepEqual(listeners(west).toSorted(), ['10.0.0.1', west6]);
    assert.ok((await west.csim('777', '0/3/0')).includes(ok));
    assert.match(
      west.gateway.configuration(),
      /\ninterface Loopback0\n ip address 10\.0\.0\.1 255\.255\.255\.0\n ipv6 address 2001:DB8::1\/64\n/,
    );
    await west.configure('sip-ua', 'protocol mode ipv6');
    await scene.pass(10);
    assert.deepEqual(listeners(west), [west6]);
    await west.configure('interface Loopback0', 'no ipv6 address 2001:db8::1/64');
    await scene.pass(10);
    assert.deepEqual(listeners(west), []);
  }),
);

test(
  'with protocol mode ipv4 a call to an IPv6 target fails and tells why',
  story(async (scene) => {
    const { west } = await pair(scene, 'udp', '', dual);
    assert.ok(!(await west.csim('777', '0/3/0')).includes(ok));
    west.assertIdle();
  }),
);

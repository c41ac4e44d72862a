import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, type Scene, story } from './scene.ts';

const ok = 'csim: call attempted = 1, setup failed = 0, tone failed = 0';
const tlsDetail = 'show sip-ua connections tcp tls detail';

/** The example set of Cisco's guide, its SIP server by the name that is given. */
function cubeTls(trustpoint: string, server: string): readonly string[] {
  return [
    'voice class tls-cipher 100',
    ' cipher 1 ECDHE_RSA_AES256_GCM_SHA384',
    'voice class tls-profile 100',
    ` trustpoint ${trustpoint}`,
    ' cipher 100',
    ' cn-san validate bidirectional',
    ' cn-san 1 sip.acme.co',
    'voice class tenant 100',
    ' tls-profile 100',
    ' listen-port secure 5071',
    ' session transport tcp tls',
    ` sip-server ${server}`,
    ' url sip',
  ];
}

/** `west` calls `east` as its tenant 100, which has a TLS profile and a port of its own; `east` has telephones. */
async function pair(scene: Scene, names: readonly string[]): Promise<{ west: Router; east: Router }> {
  const ca = storyAuthority('lab ca');
  const west = await scene.router(
    '10.0.0.1',
    `${telephones.replace('pattern 777', 'pattern 779')}ip host sip.acme.co 10.0.0.2
dial-peer voice 10 voip
 destination-pattern 777
 session protocol sipv2
 session target sip-server
 codec g711ulaw
 voice-class sip tenant 100
`,
  );
  const east = await scene.router('10.0.0.2', telephones);
  await importIdentity(west, 'CUBE-TrustPoint', storyCertificate(ca, 'west', { dnsNames: ['west.acme.co'] }), ca);
  await importIdentity(east, 'lab', storyCertificate(ca, 'east', { dnsNames: names }), ca);
  for (const [router, name] of [
    [west, 'CUBE-TrustPoint'],
    [east, 'lab'],
  ] as const)
    await router.configure(`crypto pki trustpoint ${name}`, 'revocation-check none');
  await east.configure('sip-ua', 'crypto signaling default trustpoint lab');
  await west.configure(...cubeTls('CUBE-TrustPoint', 'dns:sip.acme.co:5061'));
  return { west, east };
}

test(
  'the example of the guide makes calls by its tenant: profile, port and server, without any crypto signaling',
  story(async (scene) => {
    const { west } = await pair(scene, ['sip.acme.co']);
    assert.ok((await west.csim('777', '0/3/0')).includes(ok), west.log.join('\n'));
    const shown = (await west.show(tlsDetail)).join('\n');
    assert.match(shown, /^ +5061 +\d+ Established +0 10\.0\.0\.1:\d+ +TLSv1\.2 +\S+ \S+ +100$/m);
    assert.match(shown, /^ {2}0 {13}\[0\.0\.0\.0\]:5071: +100$/m);
    assert.match(shown, /^ {2}0 {13}\[0\.0\.0\.0\]:5061: +0$/m);
  }),
);

test(
  'a server that proves another name than the one the tenant calls is not called',
  story(async (scene) => {
    const { west } = await pair(scene, ['sip.other.example']);
    assert.ok(!(await west.csim('777', '0/3/0')).includes(ok));
    assert.match((await west.show('show sip-ua connections tcp tls failures')).join('\n'), /sip\.acme\.co/);
  }),
);

test(
  "who comes to the tenant's port must prove the name the profile lists, and the call is its dial peer's",
  story(async (scene) => {
    const { west, east } = await pair(scene, ['sip.acme.co']);
    await west.configure(
      'dial-peer voice 20 voip',
      'session protocol sipv2',
      'incoming called-number 779',
      'codec g711ulaw',
      'dial-peer voice 30 voip',
      'session protocol sipv2',
      'incoming called-number 77',
      'codec g711ulaw',
      'voice-class sip tenant 100',
    );
    await east.configure(...voip(10, '779', '10.0.0.1:5071', 'session transport tcp tls').trimEnd().split('\n'));
    assert.ok((await east.csim('779', '0/3/0')).includes(ok), west.log.join('\n'));
    assert.match((await west.show('show call history voice brief')).join('\n'), /\b30\b/);
    const legs = (await west.show('show dial-peer voice 30')).join('\n');
    assert.match(legs, /Successful Calls = 1/);
  }),
);

test(
  'a dial peer whose tenant is gone makes no calls by the global settings, with cause 3',
  story(async (scene) => {
    const { west } = await pair(scene, ['sip.acme.co']);
    await west.configure('no voice class tenant 100', 'sip-ua', 'sip-server dns:sip.acme.co');
    const result = await west.csim('777', '0/3/0');
    assert.ok(!result.includes(ok));
    assert.match(result.join('\n'), /cause = 3 /);
  }),
);

test(
  'the port of a tenant changes while a call is up: the call stands, and the new port takes the next',
  story(async (scene) => {
    const phone = await scene.phone('10.0.0.9', { transport: 'tcp' });
    const west = await scene.router(
      '10.0.0.1',
      `${telephones}voice class tenant 7
 listen-port non-secure 5070
dial-peer voice 70 voip
 session protocol sipv2
 incoming called-number .
 codec g711ulaw
 voice-class sip tenant 7
`,
    );
    assert.match((await west.show('show sip-ua connections udp brief')).join('\n'), /\[0\.0\.0\.0\]:5070: +7$/m);
    await scene.during(phone.call('777', '10.0.0.1', 5070));
    await scene.pass(2000);
    assert.equal(phone.count('200 INVITE'), 1);
    assert.match(phone.newest('200 INVITE')?.headers.get('contact')?.join() ?? '', /@10\.0\.0\.1:5070;/);
    await west.configure('voice class tenant 7', 'listen-port non-secure 5090');
    assert.match((await west.show('show sip-ua connections udp brief')).join('\n'), /\[0\.0\.0\.0\]:5090: +7$/m);
    phone.hangUp();
    await scene.pass(1000);
    assert.equal(phone.count('200 BYE'), 1);
    await scene.during(phone.call('778', '10.0.0.1', 5090));
    await scene.pass(2000);
    assert.equal(phone.count('200 INVITE'), 2);
    phone.hangUp();
    await scene.pass(1000);
    assert.match((await west.show('show dial-peer voice 70')).join('\n'), /Successful Calls = 2/);
  }),
);

for (const transport of ['udp', 'tcp'] as const) {
  test(
    `a tenant on an interface shares the port of every address over ${transport}: its calls are told by the address they come to`,
    story(async (scene) => {
      const phone = await scene.phone('10.0.0.9', { transport });
      const west = await scene.router(
        ['10.0.0.1', '10.0.1.1'],
        `${telephones}interface GigabitEthernet0/1
 ip address 10.0.1.1 255.255.255.0
dial-peer voice 60 voip
 session protocol sipv2
 incoming called-number 77.
 codec g711ulaw
dial-peer voice 70 voip
 session protocol sipv2
 incoming called-number 777
 codec g711ulaw
 voice-class sip tenant 7
`,
      );
      const call = async (host: string, contact = host): Promise<void> => {
        await scene.during(phone.call('777', host));
        await scene.pass(2000);
        assert.equal(phone.newest('200 INVITE')?.headers.get('contact')?.[0]?.includes(`@${contact}:5060`), true);
        phone.hangUp();
        await scene.pass(3000);
      };
      const taken = async (peer: number): Promise<string | undefined> =>
        /Successful Calls = (\d+)/.exec((await west.show(`show dial-peer voice ${peer}`)).join('\n'))?.[1];
      await west.configure('voice class tenant 7', 'bind control source-interface GigabitEthernet0/1');
      await scene.pass(100);
      assert.deepEqual(west.logged('LISTEN_SOCKET'), []);
      const shown = (await west.show(`show sip-ua connections ${transport} brief`)).join('\n');
      assert.match(shown, /\[0\.0\.0\.0\]:5060: +0$/m);
      assert.match(shown, /\[10\.0\.1\.1\]:5060: +7$/m);
      await call('10.0.1.1');
      await call('10.0.0.1');
      assert.deepEqual([await taken(60), await taken(70)], ['0', '2']);
      await west.configure('dial-peer voice 70 voip', 'incoming called-number 776');
      await call('10.0.0.1');
      await west.configure('voice class tenant 7', 'no bind control');
      await scene.pass(100);
      // A UDP socket of every address cannot tell to which of them a datagram came.
      await call('10.0.1.1', transport === 'udp' ? '10.0.0.1' : '10.0.1.1');
      assert.deepEqual([await taken(60), await taken(70)], ['2', '2']);
      assert.deepEqual(west.logged('LISTEN_SOCKET'), []);
      west.assertIdle();
    }),
  );
}

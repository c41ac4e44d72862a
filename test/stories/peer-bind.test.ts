import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { story } from './scene.ts';

const interfaces = `interface GigabitEthernet0/0
 ip address 10.0.0.1 255.255.255.0
interface GigabitEthernet0/1
 ip address 10.0.1.1 255.255.255.0
`;
const [inside, outside] = ['GigabitEthernet0/0', 'GigabitEthernet0/1'];

/** Address in the Via and the Contact, and in the description, of the last INVITE heard. */
function placesOf(phone: {
  readonly messages: readonly { method: string; headers: ReadonlyMap<string, readonly string[]>; body: string }[];
}) {
  const invite = phone.messages.findLast(({ method, headers }) => method === 'INVITE' && headers.has('via'));
  const via = /SIP\/2\.0\/\w+ ([^:;]+)/.exec(invite?.headers.get('via')?.[0] ?? '')?.[1];
  const contact = /@([^:>]+)/.exec(invite?.headers.get('contact')?.[0] ?? '')?.[1];
  const media = /c=IN IP4 (\S+)/.exec(invite?.body ?? '')?.[1];
  return { via, contact, media };
}

for (const transport of ['udp', 'tcp'] as const) {
  test(
    `calls of a dial peer that is bound leave from its interface over ${transport}, are answered there, and others do not`,
    story(async (scene) => {
      const near = await scene.phone('10.0.0.3', { transport });
      const far = await scene.phone('10.0.1.3', { transport });
      const bound = [`session transport ${transport}`, `voice-class sip bind all source-interface ${outside}`];
      const west = await scene.router(
        ['10.0.0.1', '10.0.1.1'],
        `${interfaces}${telephones}voice service voip
 sip
  bind all source-interface ${inside}
${voip(10, '8...', '10.0.0.3', `session transport ${transport}`)}${voip(11, '9...', '10.0.1.3', ...bound)}`,
      );
      await west.csim('8001', '0/3/0');
      assert.deepEqual(placesOf(near), { via: '10.0.0.1', contact: '10.0.0.1', media: '10.0.0.1' });
      assert.match(near.sources.at(-1) ?? '', /^10\.0\.0\.1/);
      await west.csim('9001', '0/3/0');
      assert.deepEqual(placesOf(far), { via: '10.0.1.1', contact: '10.0.1.1', media: '10.0.1.1' });
      assert.match(far.sources.at(-1) ?? '', /^10\.0\.1\.1/);
      assert.equal(far.count('BYE'), 1);

      await scene.during(far.call('777', '10.0.1.1'));
      await scene.pass(2000);
      assert.equal(far.count('200 INVITE'), 1, 'it is heard there, too');
      far.hangUp();
      await scene.pass(500);

      await west.configure('dial-peer voice 11 voip', 'no voice-class sip bind media');
      await west.csim('9001', '0/3/0');
      assert.deepEqual(placesOf(far), { via: '10.0.1.1', contact: '10.0.1.1', media: '10.0.0.1' });
      const shown = (await west.show('show dial-peer voice 11')).map((line) => line.trim());
      assert.ok(shown.includes('voice class sip bind control = enabled, 10.0.1.1,'), shown.join('\n'));
      assert.ok(shown.includes('voice class sip bind media = system,'));
      await west.configure('dial-peer voice 11 voip', 'no voice-class sip bind control');
      await west.csim('9001', '0/3/0');
      assert.deepEqual(placesOf(far), { via: '10.0.0.1', contact: '10.0.0.1', media: '10.0.0.1' });
      west.assertIdle();
    }),
  );
}

test(
  'without a bind of the gateway a bound peer leaves from its interface all the same, and its keepalives with it',
  story(async (scene) => {
    const far = await scene.phone('10.0.1.3', { transport: 'tcp' });
    const bound = [
      'session transport tcp',
      `voice-class sip bind control source-interface ${outside}`,
      'voice-class sip options-keepalive',
    ];
    const west = await scene.router(
      ['10.0.0.1', '10.0.1.1'],
      `${interfaces}${telephones}${voip(11, '9...', '10.0.1.3', ...bound)}`,
    );
    await scene.pass(1000);
    assert.equal(far.count('OPTIONS'), 1);
    await west.csim('9001', '0/3/0');
    assert.deepEqual(placesOf(far), { via: '10.0.1.1', contact: '10.0.1.1', media: '10.0.1.1' });
    assert.equal(west.active('tcp'), 1, 'calls and keepalives share their connection');
  }),
);

test(
  'a peer bound to an interface without address makes no calls, and the log says so; nothing leaves from another address',
  story(async (scene) => {
    const far = await scene.phone('10.0.1.3');
    const west = await scene.router(
      ['10.0.0.1', '10.0.1.1'],
      `${interfaces}${telephones}${voip(11, '9...', '10.0.1.3', 'voice-class sip bind control source-interface Loopback7')}`,
    );
    assert.match(west.logged('NO_ADDRESS').join('\n'), /dial-peer voice 11 voice-class sip bind control Loopback7/);
    assert.match((await west.csim('9001', '0/3/0')).join(), /setup failed = 1/);
    assert.equal(far.heard.length, 0);
    await west.configure('interface Loopback7', 'ip address 10.0.1.1 255.255.255.255');
    assert.match((await west.csim('9001', '0/3/0')).join(), /setup failed = 0/);
    assert.equal(far.count('INVITE'), 1);
  }),
);

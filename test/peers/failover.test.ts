import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { answer, answerInside, begin, hear, heardFirst, type Script, script, whileItRings } from './script.ts';
import { Sipp } from './sipp.ts';

/** What must be the same in the INVITE to the next host, and what must not. */
const seen = {
  log: '[$firstVia]|[$firstFrom]|[$firstTo]|[$call]|[$firstCSeq]|',
  keep: { call: ['Call-ID:', '.*'] },
} as const;
const answers = [answer(200, { sdp: true }), hear('ACK'), hear('BYE'), answerInside(200)];
const answering = script('second', heardFirst(seen), answer(180), ...answers);
const overloaded = script(
  'first',
  heardFirst(seen),
  answer(100),
  answer(503, { headers: ['Retry-After: 77'] }),
  hear('ACK'),
);
const fails = (status: number) =>
  script(
    'fails',
    begin('INVITE', { sdp: true, branch: 'z9hG4bK[pid]f[call_number]' }),
    whileItRings,
    hear(status),
    begin('ACK', {
      branch: 'z9hG4bK[pid]f[call_number]',
      to: '<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]',
    }),
  );

for (const transport of ['udp', 'tcp'] as const)
  suite(`two sipp stand behind one name over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    let port = 0;
    /** Hosts of the name that the number `8N..` is at. */
    const host = (name: number, which: 1 | 2) => `127.0.${name}.${which}`;
    before(async () => {
      port = await freePort();
      const peers = [1, 2, 3, 4].map(
        (name) => `ip host pair${name}.test ${host(name, 1)} ${host(name, 2)}
dial-peer voice 1${name} voip
 destination-pattern 8${name}..
 session protocol sipv2
 session target dns:pair${name}.test:${port}
 session transport ${transport}
 codec g711ulaw
!
`,
      );
      between = await Between.start(
        scene,
        transport,
        `${peers.join('')}sip-ua\n timers trying 100\n retry invite 2\n!\n`,
      );
    });
    after(() => scene.close());

    const place = (name: number, which: 1 | 2, scenario: Script, calls = 1) =>
      Sipp.start(scene, { scenario, transport, port, host: host(name, which), calls });
    const invites = (sipp: Sipp) =>
      sipp
        .logged()
        .trim()
        .split('\n')
        .map((line) => line.split('|'));
    const targets = () => between.gateway.type('show sip-ua targets');

    test('503 sends the same call to the next host with a new branch, and later ones there first, as long as it said', async () => {
      const first = await place(1, 1, overloaded);
      const second = await place(1, 2, answering, 2);
      await between.ask('uac-call', { number: '8100' });
      await between.ask('uac-call', { number: '8100' });
      const results = [await first.result(), await second.result()];
      assert.deepEqual(
        results.map(({ succeeded }) => succeeded),
        [1, 2],
        results.map(({ errors }) => errors).join(),
      );
      const [[via, ...rest] = []] = invites(first);
      const [[nextVia, ...nextRest] = []] = invites(second);
      assert.deepEqual(nextRest.slice(0, 3), rest.slice(0, 3));
      assert.match(via ?? '', /branch=z9hG4bK/);
      assert.notEqual(nextVia, via);
      assert.match(await targets(), new RegExp(`${host(1, 1)}:${port} +1 +7\\d s .*503`));
    });

    test('a host that refuses or is silent is passed over', async () => {
      const second = await place(2, 2, answering);
      await between.ask('uac-call', { number: '8200' });
      assert.equal((await second.result()).succeeded, 1);
      assert.match(await targets(), new RegExp(`${host(2, 1)}:${port} +1 `));
    });

    test('when every host says 503 the caller hears it', async () => {
      const both = [await place(3, 1, overloaded), await place(3, 2, overloaded)];
      await between.ask(fails(503), { number: '8300' });
      for (const one of both) assert.equal((await one.result()).succeeded, 1);
    });

    test('a host that has rung is the call: its 503 goes to the caller, and so does a refusal of the called party', async () => {
      const rang = script('rang', heardFirst(), answer(180), answer(503), hear('ACK'));
      const busy = script('busy', heardFirst(), answer(486), hear('ACK'));
      for (const [scenario, status] of [
        [busy, 486],
        [rang, 503],
      ] as const) {
        const first = await place(4, 1, scenario);
        const second = await place(4, 2, answering);
        await between.ask(fails(status), { number: '8400' });
        assert.equal((await first.result()).succeeded, 1);
        assert.equal((await second.stop()).created, 0);
      }
    });
  });

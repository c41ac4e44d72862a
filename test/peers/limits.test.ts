import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { loopback } from './port.ts';
import { Scene } from './scene.ts';
import { answer, answerInside, begin, hear, heardFirst, pause, say, script } from './script.ts';
import { call, Sipp } from './sipp.ts';

const uri = 'sip:[service]@[remote_ip]:[remote_port]';
const branch = 'z9hG4bK[pid]l[call_number]';
const answers = [heardFirst(), answer(180), answer(200, { sdp: true }), hear('ACK'), hear('BYE'), answerInside(200)];

/** An INVITE that is long somewhere. */
function long({
  number = uri,
  tag = '[pid]a[call_number]',
  more = [],
  body = '',
}: {
  number?: string;
  tag?: string;
  more?: readonly string[];
  body?: string;
}) {
  const head = [
    `INVITE ${number} SIP/2.0`,
    `Via: SIP/2.0/[via] [local_ip]:[local_port];branch=${branch}`,
    `From: <sip:7001@[local_ip]>;tag=${tag}`,
    'To: <sip:[service]@[remote_ip]>',
    'Call-ID: [call_id]',
    'CSeq: 1 INVITE',
    'Contact: <sip:7001@[contact]>',
    'Max-Forwards: 70',
    ...more,
    'Content-Type: application/sdp',
    'Content-Length: [len]',
  ];
  return body === '' ? say(head, true) : say([...head, '', body], false);
}

/** The word of `limit message`, its bound, what is beyond it, and the answer. */
const beyond = [
  ['uri 64', { number: `sip:9001;${'x'.repeat(80)}@[remote_ip]` }, 414],
  ['body 1024', { body: 'v'.repeat(1500) }, 413],
  ['headers 16', { more: Array.from({ length: 12 }, (_, i) => `X-Number-${i}: ${i}`) }, 513],
  ['line 256', { more: [`Subject: ${'s'.repeat(300)}`] }, 513],
  ['head 2048', { more: Array.from({ length: 30 }, () => `Subject: ${'s'.repeat(100)}`) }, 513],
  ['via 4', { more: Array.from({ length: 5 }, (_, i) => `Via: SIP/2.0/UDP hop${i}.invalid;branch=z9hG4bK${i}`) }, 513],
  ['token 64', { tag: 't'.repeat(80) }, 400],
] as const;

for (const transport of ['udp', 'tcp'] as const)
  suite(`sipp goes beyond what it may over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    before(async () => {
      between = await Between.start(scene, transport);
    });
    after(() => scene.close());

    for (const [limit, what, status] of beyond) {
      const endsStream = transport === 'tcp' && /^(?:body|head) /.test(limit);
      const outcome = endsStream ? 'the connection is closed' : status;
      test(`limit message ${limit}: ${outcome}, and the next call goes through`, async () => {
        const name = limit.replace(/ \d+$/, '');
        const sent = long(what);
        await between.gateway.configure('sip-ua', `limit message ${limit}`);
        if (endsStream) {
          const scenario = script(`too-long-${name}`, sent, pause(3000));
          const { succeeded } = await call(scene, { scenario, transport, target: between.port });
          assert.equal(succeeded, 0);
          await between.shows('show sip-ua connections history', new RegExp(`the ${name} of a message is too large`));
        } else await between.ask(script(`long-${name}`, sent, hear(100, { optional: true }), hear(status)));
        await between.play('uac-call', script('answering', ...answers));
        await between.gateway.configure('sip-ua', `no limit message ${name}`);
      });
    }

    test('a call more than its source may have is 503 with Retry-After', async () => {
      const held = script('held', ...answers);
      const more = script(
        'one-more',
        begin('INVITE', { sdp: true, branch }),
        hear(100, { optional: true }),
        hear(503, { check: { 'Retry-After:': '[0-9]+' } }),
        begin('ACK', { branch, to: '<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]' }),
      );
      await between.gateway.configure('sip-ua', 'limit calls per-source 1');
      const far = await Sipp.start(scene, { scenario: held, transport, port: between.far, calls: 1 });
      const first = await Sipp.start(scene, { scenario: 'uac-held', transport, target: between.port, calls: 1 });
      await between.shows('show sip-ua calls', /Total SIP call legs:\s*2\b/);
      await between.ask(more);
      await between.gateway.configure('sip-ua', 'no limit calls per-source');
      await Promise.all([first.stop(), far.stop()]);
    });
  });

suite('sipp is not known and may call over UDP', needs('sipp'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('it is sent no more than it sent, until its first call has shown that it is there', async () => {
    const open = 'voice service voip\n no ip address trusted authenticate\n!\n';
    const between = await Between.start(scene, 'udp', open);
    const far = await Sipp.start(scene, {
      scenario: script('answering', ...answers),
      transport: 'udp',
      port: between.far,
      calls: 4,
    });
    const stranger = {
      transport: 'udp',
      target: between.port,
      host: '127.0.0.8',
      targetHost: loopback,
      scenario: 'uac-call',
    } as const;
    const first = await call(scene, stranger);
    assert.deepEqual([first.succeeded, first.errors], [1, ''], between.gateway.output);
    assert.ok(first.retransmissions > 0, 'its first INVITE was answered at once');
    const later = await call(scene, { ...stranger, calls: 3 });
    assert.deepEqual([later.succeeded, later.retransmissions], [3, 0]);
    assert.equal((await far.result()).succeeded, 4);
  });
});

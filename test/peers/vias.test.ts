import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { answer, answerInside, ask, begin, hear, heardFirst, pause, script, whileItRings } from './script.ts';
import { call } from './sipp.ts';

const branch = (name: string) => `z9hG4bK[pid]${name}[call_number]`;
const told = '<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]';
const answering = script(
  'answering',
  heardFirst(),
  answer(180),
  answer(200, { sdp: true }),
  hear('ACK'),
  hear('BYE'),
  answerInside(200),
);

const telephone =
  'voice-port 0/3/0\n device answer\n!\ndial-peer voice 7 pots\n destination-pattern 777\n port 0/3/0\n!\n';

/** A call whose requests say this of where they come from, and hear that back. */
function callOf(sentBy: string, parameters: string, heard: string, not?: string) {
  const way = { via: `SIP/2.0/[via] ${sentBy};branch=${branch('i')}${parameters}` };
  const check = { 'Via:': heard };
  const back = { check, ...(not === undefined ? {} : { not }) };
  return script(
    'lies',
    begin('INVITE', { ...way, sdp: true }),
    hear(100, back),
    hear(180, back),
    hear(200, { ...back, meets: true }),
    ask('ACK', { via: `SIP/2.0/[via] ${sentBy};branch=${branch('a')}${parameters}` }),
    ask('BYE', { cseq: 2, via: `SIP/2.0/[via] ${sentBy};branch=${branch('b')}${parameters}` }),
    hear(200, { check }),
  );
}

for (const transport of ['udp', 'tcp'] as const)
  suite(`where sipp says over ${transport} that it is, and has been`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    before(async () => {
      between = await Between.start(scene, transport, telephone);
    });
    after(() => scene.close());

    test('a Via that lies about its host and port is answered where the request came from, which it is told', async () => {
      const port = await freePort();
      const heard = `rport=${port}`;
      await between.play(
        callOf('192.0.2.7:9', ';rport', `received=${loopback}.*${heard}|${heard}.*received=${loopback}`),
        answering,
        { port },
      );
      await between.play(callOf('nowhere.invalid', ';rport', `received=${loopback}`), answering);
    });

    test('a Via without rport is answered at the port it names, at the address the request came from', async () => {
      const caller = callOf('nowhere.invalid:[local_port]', '', `received=${loopback}`, ';rport');
      await between.play(caller, answering);
    });

    test('a request of ours that comes back as it left is 482, one sent on to another number comes home', async () => {
      const returned = (method: string, uri: string, name: string, to = '[$firstTo]', cseq = '[$firstCSeq]') =>
        ask(method, {
          head: [
            `${method} ${uri} SIP/2.0`,
            `Via: SIP/2.0/[via] [local_ip]:[local_port];branch=${branch(name)}`,
            ...(method === 'INVITE' ? ['Via:[$firstVia]'] : []),
            'From:[$firstFrom]',
            `To:${to}`,
            '[last_Call-ID:]',
            `CSeq:${cseq}`,
            'Contact: <sip:7001@[contact]>',
            'Max-Forwards: 60',
          ],
          sdp: method === 'INVITE',
        });
      const refused = [answer(486, { to: 'first' }), hear('ACK')];
      const loop = returned('INVITE', 'sip:[service]@[local_ip]:[local_port]', 'r');
      const called = script('returns', heardFirst(), loop, hear(100, { optional: true }), hear(482), ...refused);
      await between.play('uac-busy', called);
      const home = [
        returned('INVITE', `sip:777@${loopback}`, 'h'),
        whileItRings,
        hear(200, { meets: true, keep: { answered: ['To:', '.*'] } }),
        returned('ACK', '[next_url]', 'a', '[$answered]', ' 101 ACK'),
        returned('BYE', '[next_url]', 'b', '[$answered]', ' 102 BYE'),
        hear(200),
      ];
      await between.play('uac-busy', script('sends-on', heardFirst(), ...home, ...refused));
      await between.quiet();
    });

    test('a call that may go no further is 483, one that may go one more hop goes one', async () => {
      const caller = (maxForwards: number) => ({
        head: [
          'INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0',
          `Via: SIP/2.0/[via] [local_ip]:[local_port];branch=${branch('m')}`,
          'From: <sip:7001@[local_ip]:[local_port]>;tag=[pid]a[call_number]',
          'To: <sip:[service]@[remote_ip]:[remote_port]>',
          'Call-ID: [call_id]',
          'CSeq: 1 INVITE',
          'Contact: <sip:7001@[contact]>',
          `Max-Forwards: ${maxForwards}`,
        ],
        sdp: true,
      });
      const acknowledged = begin('ACK', { branch: branch('m'), to: told });
      await between.ask(
        script('last', begin('INVITE', caller(0)), hear(100, { optional: true }), hear(483), acknowledged),
      );
      const called = script('reached', heardFirst({ check: { 'Max-Forwards:': '^ *0' } }), answer(486), hear('ACK'));
      await between.play(script('one-more', begin('INVITE', caller(1)), hear(100), hear(486), acknowledged), called);
    });

    test('whoever is not known is 403, whatever is asked, and with silent-discard hears nothing', async () => {
      const asked = ['INVITE', 'OPTIONS', 'REGISTER', 'MESSAGE'] as const;
      const scenario = script(
        'stranger',
        ...asked.flatMap((method, i) => [
          begin(method, {
            cseq: i + 1,
            callId: `${method}///[call_id]`,
            sdp: method === 'INVITE',
            branch: branch(method),
          }),
          hear(403),
          ...(method === 'INVITE'
            ? [begin('ACK', { callId: `${method}///[call_id]`, branch: branch(method), to: told })]
            : []),
        ]),
      );
      const stranger = { scenario, transport, target: between.port, host: '127.0.0.9', targetHost: loopback } as const;
      const { succeeded, errors } = await call(scene, stranger);
      assert.deepEqual([succeeded, errors], [1, ''], between.gateway.output);
      await between.gateway.configure('voice service voip', 'sip', 'silent-discard untrusted');
      const unheard = script('unheard', begin('INVITE', { sdp: true, repeats: false }), pause(700));
      const silent = await call(scene, { ...stranger, scenario: unheard });
      assert.deepEqual([silent.succeeded, silent.errors], [1, '']);
      await between.gateway.configure('voice service voip', 'sip', 'no silent-discard untrusted');
    });
  });

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { Scene } from './scene.ts';
import { answer, answerInside, ask, askBack, begin, hear, heardFirst, pause, script, whileItRings } from './script.ts';

const branch = (name: string) => `z9hG4bK[pid]${name}[call_number]`;
const told = '<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]';
const acknowledged = begin('ACK', { branch: branch('i'), to: told });
const reliable = ['Supported: 100rel, timer', 'Allow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK'];
const allow = ['Allow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK'];
const sequence = { keep: { rseq: ['RSeq:', '[0-9]+'] }, check: { 'Require:': '100rel' }, meets: true } as const;
const pracked = (rseq: number) =>
  `${hear('PRACK', { check: { 'RAck:': `^ *${rseq} [0-9]+ INVITE` } })}\n${answerInside(200)}`;
const rings = (rseq: number, sdp = false, status = 183) =>
  answer(status, { to: 'first', sdp, headers: [...allow, 'Require: 100rel', `RSeq: ${rseq}`] });
const hangsUp = (cseq: number) => [ask('BYE', { cseq }), hear(200)];
const hungUp = [hear('BYE'), answerInside(200)];

for (const transport of ['udp', 'tcp'] as const)
  suite(`extensions between two sipp over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    before(async () => {
      between = await Between.start(scene, transport);
    });
    after(() => scene.close());

    test('the reason of a BYE and of a CANCEL is told to the other side, and kept', async () => {
      const up = [begin('INVITE', { sdp: true }), whileItRings, hear(200, { meets: true }), ask('ACK')];
      const near = script(
        'is-hung-up',
        ...up,
        hear('BYE', { check: { 'Reason:': 'Q.850;cause=41' } }),
        answerInside(200),
      );
      const bye = askBack('BYE', {
        cseq: 1,
        uri: '[next_url]',
        headers: ['Reason: SIP ;cause=500, Q.850 ;cause=41 ;text="a, b"'],
      });
      await between.play(
        near,
        script('hangs-up', heardFirst(), answer(200, { sdp: true }), hear('ACK'), pause(100), bye, hear(200)),
      );
      const gone = script(
        'elsewhere',
        begin('INVITE', { sdp: true, branch: branch('i') }),
        hear(100),
        hear(180),
        begin('CANCEL', { branch: branch('i'), headers: ['Reason: Q.850;cause=26'] }),
        hear(200),
        hear(487),
        acknowledged,
      );
      const cancelled = hear('CANCEL', { check: { 'Reason:': 'Q.850;cause=26' } });
      await between.play(
        gone,
        script(
          'is-cancelled',
          heardFirst(),
          answer(180),
          cancelled,
          answerInside(200),
          answer(487, { to: 'first' }),
          hear('ACK'),
        ),
      );
      const shown = await between.gateway.type('show call history voice');
      for (const cause of ['29', '1A']) assert.match(shown, new RegExp(`DisconnectCause=${cause}\\b`));
    });

    test('PRACK comes in the order of RSeq, on each side: what is late, early or twice is not acknowledged', async () => {
      const called = script(
        'out-of-order',
        heardFirst(),
        rings(5, true),
        pracked(5),
        rings(7),
        rings(5, true),
        rings(6),
        pracked(6),
        rings(7),
        pracked(7),
        answer(200, { to: 'first' }),
        hear('ACK'),
        ...hungUp,
      );
      await between.play('uac-call', called);

      const prack = (cseq: number, rack: string) => ask('PRACK', { cseq, headers: [`RAck: ${rack}`] });
      const caller = script(
        'acknowledges',
        begin('INVITE', { sdp: true, headers: reliable }),
        hear(100),
        hear(180, sequence),
        prack(2, '1 1 INVITE'),
        hear(481),
        prack(3, '[$rseq] 2 INVITE'),
        hear(481),
        prack(4, '[$rseq] 1 INVITE'),
        hear(200),
        hear(183, { ...sequence, keep: { next: ['RSeq:', '[0-9]+'] } }),
        prack(5, '[$rseq] 1 INVITE'),
        hear(481),
        prack(6, '[$next] 1 INVITE'),
        hear(200),
        hear(200, { meets: true, not: 'm=audio' }),
        ask('ACK'),
        ...hangsUp(7),
      );
      const ringing = [
        heardFirst(),
        rings(1, false, 180),
        pracked(1),
        pause(300),
        rings(2, true),
        pracked(2),
        pause(300),
      ];
      const answered = [answer(200, { to: 'first' }), hear('ACK'), ...hungUp];
      await between.play(caller, script('rings-twice', ...ringing, ...answered));
    });

    test('an early call is changed by UPDATE, and by the offer in a PRACK', async () => {
      const called = script(
        'early-changes',
        heardFirst(),
        rings(1, true),
        pracked(1),
        hear('UPDATE', { check: { body: 'a=sendonly' } }),
        answerInside(200, allow, 'recvonly'),
        hear('UPDATE', { not: 'a=sendonly' }),
        answerInside(200, allow, 'sendrecv'),
        answer(200, { to: 'first', headers: allow }),
        hear('ACK'),
        ...hungUp,
      );
      const caller = script(
        'changes-early',
        begin('INVITE', { sdp: true, headers: reliable }),
        hear(100),
        hear(183, { ...sequence, check: { ...sequence.check, body: 'm=audio' } }),
        ask('PRACK', { cseq: 2, headers: ['RAck: [$rseq] 1 INVITE'], sdp: 'sendonly' }),
        hear(200, { check: { body: 'a=recvonly' } }),
        ask('UPDATE', { cseq: 3, sdp: 'sendrecv', headers: allow }),
        hear(200, { check: { body: 'm=audio' }, not: 'a=recvonly' }),
        hear(200, { meets: true }),
        ask('ACK'),
        ...hangsUp(4),
      );
      await between.play(caller, called);
    });

    test('UPDATEs that cross are 491 to the later one, and ours is made again', async () => {
      const called = script(
        'crosses',
        heardFirst(),
        answer(200, { sdp: true, headers: allow }),
        hear('ACK'),
        hear('UPDATE', {
          check: { body: 'a=sendonly' },
          keep: { theirVia: ['Via:', '.*'], theirCSeq: ['CSeq:', '.*'] },
        }),
        askBack('UPDATE', { cseq: 1, uri: '[next_url]', sdp: 'sendonly' }),
        hear(491),
        answer(491, { to: 'first', via: '[$theirVia]', cseq: '[$theirCSeq]' }),
        hear('UPDATE', { check: { body: 'a=sendonly' }, timeoutMs: 5000 }),
        answerInside(200, allow, 'recvonly'),
        ...hungUp,
      );
      const caller = script(
        'updates',
        begin('INVITE', { sdp: true, headers: allow }),
        whileItRings,
        hear(200, { meets: true }),
        ask('ACK'),
        ask('UPDATE', { cseq: 2, sdp: 'sendonly', headers: allow, repeats: false }),
        hear(200, { check: { body: 'a=recvonly' } }),
        ...hangsUp(3),
      );
      await between.play(caller, called);
    });

    test('a called party that wants a longer session gets the same call with that', async () => {
      const called = script(
        'long-session',
        heardFirst({ check: { 'Session-Expires:': '1800', 'Min-SE:': '1800' }, keep: { call: ['Call-ID:', '.*'] } }),
        answer(422, { headers: ['Min-SE: 4000'] }),
        hear('ACK'),
        heardFirst({ check: { 'Session-Expires:': '4000', 'Min-SE:': '4000', 'CSeq:': '102' } }),
        answer(200, { sdp: true, headers: ['Require: timer', 'Session-Expires: 4000;refresher=uas'] }),
        hear('ACK'),
        ...hungUp,
      );
      await between.play('uac-call', called);
    });

    test('what is required and not known is 420, and 100rel follows rel1xx of the gateway', async () => {
      const invite = (status: number, check: Readonly<Record<string, string>>, headers: readonly string[]) =>
        script(
          'required',
          begin('INVITE', { sdp: true, branch: branch('i'), headers }),
          hear(100, { optional: true }),
          hear(status, { check }),
          acknowledged,
        );
      await between.ask(invite(420, { 'Unsupported:': 'levitation, flight' }, ['Require: levitation, 100rel, flight']));
      await between.gateway.configure('voice service voip', 'sip', 'rel1xx disable');
      await between.ask(invite(420, { 'Unsupported:': '^ *100rel' }, ['Require: 100rel']));
      await between.gateway.configure('voice service voip', 'sip', 'rel1xx require 100rel');
      await between.ask(invite(421, { 'Require:': '^ *100rel' }, ['Supported: timer']));
      const demanded = script(
        'demanded',
        heardFirst({ check: { 'Require:': '100rel' } }),
        answer(420, { headers: ['Unsupported: 100rel'] }),
        hear('ACK'),
      );
      await between.play(invite(420, {}, ['Supported: 100rel']), demanded);
      await between.gateway.configure('voice service voip', 'sip', 'no rel1xx');
    });
  });

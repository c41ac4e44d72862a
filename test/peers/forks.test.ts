import { after, before, suite, test } from 'node:test';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { Scene } from './scene.ts';
import { answer, answerInside, ask, begin, hear, heardFirst, pause, script, whileItRings } from './script.ts';

const hold = 600;
/** In To of what comes: the leg of the called side it is for. */
const leg = (tag: string) => ({ check: { 'To:': `tag=[0-9]+${tag}[0-9]+` } });
const acknowledged = (tag: string) => hear('ACK', leg(tag));
const ended = (tag: string) => `${hear('BYE', leg(tag))}\n${answerInside(200)}`;

const caller = script(
  'caller',
  begin('INVITE', { sdp: true }),
  whileItRings,
  hear(200, { meets: true }),
  ask('ACK'),
  pause(hold),
  ask('BYE', { cseq: 2 }),
  hear(200),
);

/** The ends of calls whose INVITE was forked on its way, as a proxy lets us see them: many tags behind one Call-ID. */
for (const transport of ['udp', 'tcp'] as const)
  suite(`sipp forks a call of the gateway over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    before(async () => {
      between = await Between.start(scene, transport);
    });
    after(() => scene.close());

    test('three legs ring, one answers: the call is that one, and the second that answers gets ACK and BYE', async () => {
      const called = script(
        'forked',
        heardFirst(),
        answer(180, { tag: 'a' }),
        answer(183, { tag: 'b', sdp: true }),
        answer(180, { tag: 'c' }),
        answer(200, { tag: 'b', sdp: true }),
        acknowledged('b'),
        answer(200, { tag: 'c', sdp: true, to: 'first' }),
        acknowledged('c'),
        ended('c'),
        ended('b'),
      );
      await between.play(caller, called, { calls: 5 });
      await between.quiet();
    });

    test('a leg that answers when the call is over gets ACK and BYE, and its repetition too', async () => {
      const called = script(
        'late',
        heardFirst(),
        answer(180, { tag: 'a' }),
        answer(200, { tag: 'b', sdp: true }),
        acknowledged('b'),
        ended('b'),
        pause(200),
        answer(200, { tag: 'a', sdp: true, to: 'first' }),
        acknowledged('a'),
        ended('a'),
        answer(200, { tag: 'a', sdp: true, to: 'first' }),
        acknowledged('a'),
        ended('a'),
      );
      await between.play(caller, called, { calls: 5 });
    });

    test('ringing of two legs is acknowledged by PRACK in the dialog of each', async () => {
      const reliable = (tag: string, rseq: number) =>
        answer(183, { tag, sdp: true, to: 'first', headers: ['Require: 100rel', `RSeq: ${rseq}`] });
      const pracked = (tag: string, rseq: number) =>
        `${hear('PRACK', { check: { ...leg(tag).check, 'RAck:': `^ *${rseq} [0-9]+ INVITE` } })}\n${answerInside(200)}`;
      const called = script(
        'reliable',
        heardFirst({ check: { 'Supported:': '100rel' } }),
        reliable('a', 17),
        pracked('a', 17),
        reliable('b', 901),
        pracked('b', 901),
        reliable('a', 18),
        pracked('a', 18),
        answer(200, { tag: 'b', to: 'first' }),
        acknowledged('b'),
        ended('b'),
      );
      await between.play(caller, called, { calls: 3 });
    });
  });

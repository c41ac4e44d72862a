import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { Scene } from './scene.ts';
import { answer, answerInside, ask, begin, hear, heardFirst, pause, script, whileItRings } from './script.ts';

/** Answers are repeated soon, and three times at most. */
const soon = `sip-ua
 timers connect 100
 retry response 3
 timers rel1xx 100
 retry rel1xx 3
!
`;
/** sipp neither repeats by itself nor passes over what comes again. */
const asWritten = { extra: ['-nr'] };
const branch = (name: string) => `z9hG4bK[pid]${name}[call_number]`;

const answers = [heardFirst(), answer(180), answer(200, { sdp: true }), hear('ACK')];
const answering = script('answering', ...answers, hear('BYE'), answerInside(200));
const unanswered = script(
  'ringing',
  heardFirst(),
  answer(180),
  hear('CANCEL'),
  answerInside(200),
  answer(487, { to: 'first' }),
  hear('ACK'),
);
const hangsUp = [ask('BYE', { cseq: 2 }), hear(200)];
/** To a failure: part of the INVITE's transaction. */
const giveUp = (name: string, to = '<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]') =>
  begin('ACK', { branch: branch(name), to });

for (const transport of ['udp', 'tcp'] as const)
  suite(`sipp and the gateway repeat themselves over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    before(async () => {
      between = await Between.start(scene, transport, soon);
    });
    after(() => scene.close());

    test('a 200 is repeated until its ACK comes, and then no more', async () => {
      const caller = script(
        'late-ack',
        begin('INVITE', { sdp: true }),
        whileItRings,
        hear(200, { meets: true }),
        hear(200),
        hear(200),
        ask('ACK'),
        pause(1000),
        ...hangsUp,
      );
      await between.play(caller, answering, asWritten);
    });

    test('a 200 that is never acknowledged ends both legs with BYE', async () => {
      const caller = script(
        'no-ack',
        begin('INVITE', { sdp: true }),
        whileItRings,
        hear(200, { meets: true }),
        hear(200),
        hear(200),
        hear(200),
        hear('BYE', { check: { 'Reason:': 'Q.850;cause=102' } }),
        answerInside(200),
      );
      await between.play(caller, answering, asWritten);
    });

    test('a ringing that is to be acknowledged by PRACK and is not is repeated, then 504, and the called side gets CANCEL', async () => {
      const caller = script(
        'no-prack',
        begin('INVITE', { sdp: true, branch: branch('i'), headers: ['Supported: 100rel'] }),
        hear(100),
        hear(180),
        hear(180),
        hear(180),
        hear(180),
        hear(504, { meets: true }),
        giveUp('i'),
      );
      await between.play(caller, unanswered, asWritten);
    });

    test('a 200 that comes again gets its ACK again', async () => {
      const again = [answer(200, { sdp: true, to: 'first' }), hear('ACK')];
      const called = script('again', ...answers, ...again, ...again, hear('BYE'), answerInside(200), ...again);
      const caller = script(
        'patient',
        begin('INVITE', { sdp: true }),
        whileItRings,
        hear(200, { meets: true }),
        ask('ACK'),
        pause(500),
        ...hangsUp,
      );
      await between.play(caller, called, { calls: 5 });
    });

    test('a CANCEL that crosses the 200 of the called party ends that leg with ACK and BYE', async () => {
      const rest = [hear('ACK'), hear('BYE'), answerInside(200)];
      const answered = answer(200, { sdp: true, to: 'first' });
      const first = script('crossing', heardFirst(), answer(180), hear('CANCEL'), answerInside(200), answered, ...rest);
      await between.play('uac-cancel', first, { calls: 5 });
      const late = script(
        'crossed',
        heardFirst(),
        answer(180),
        hear('CANCEL', { keep: { cancelled: ['CSeq:', '.*'] } }),
        answered,
        ...rest,
        answer(200, { to: 'first', cseq: '[$cancelled]' }),
      );
      await between.play('uac-cancel', late);
      await between.quiet();
    });

    test('a CANCEL waits until the called side has said something', async () => {
      const caller = script(
        'hasty',
        begin('INVITE', { sdp: true, branch: branch('i') }),
        hear(100),
        // Until the INVITE is on its way to the called party, be it over a connection that must be made.
        pause(150),
        begin('CANCEL', { branch: branch('i') }),
        hear(200),
        hear(487),
        giveUp('i'),
      );
      const called = script(
        'slow',
        heardFirst(),
        pause(400),
        answer(100),
        hear('CANCEL', { check: { 'Reason:': 'Q.850;cause=16' } }),
        answerInside(200),
        answer(487, { to: 'first' }),
        hear('ACK'),
      );
      await between.play(caller, called);
      const sudden = script(
        'sudden',
        heardFirst(),
        pause(400),
        answer(200, { sdp: true }),
        hear('ACK'),
        hear('BYE'),
        answerInside(200),
      );
      await between.play(caller, sudden);
    });

    test('a CANCEL that comes as the call is answered is 200 and changes nothing, one for no INVITE is 481', async () => {
      const caller = script(
        'too-late',
        begin('INVITE', { sdp: true, branch: branch('i') }),
        whileItRings,
        hear(200, { meets: true }),
        begin('CANCEL', { branch: branch('i') }),
        hear(200),
        ask('ACK'),
        begin('CANCEL', { branch: branch('other') }),
        hear(481),
        pause(200),
        ...hangsUp,
      );
      await between.play(caller, answering, asWritten);
    });

    test('an INVITE that comes by two ways is 482 on the second', async () => {
      const caller = script(
        'merged',
        begin('INVITE', { sdp: true, branch: branch('i') }),
        hear(100),
        begin('INVITE', { sdp: true, branch: branch('j') }),
        hear(180, { optional: true }),
        hear(482),
        giveUp('j'),
        hear(200, { meets: true }),
        ask('ACK'),
        ...hangsUp,
      );
      const slow = script(
        'slow-answer',
        heardFirst(),
        pause(300),
        answer(200, { sdp: true }),
        hear('ACK'),
        hear('BYE'),
        answerInside(200),
      );
      await between.play(caller, slow, asWritten);
    });

    test('a request of the dialog that is older than one before it is 500, and changes nothing', async () => {
      const caller = script(
        'late',
        begin('INVITE', { cseq: 7, sdp: true }),
        whileItRings,
        hear(200, { meets: true }),
        ask('ACK', { cseq: 7 }),
        ask('UPDATE', { cseq: 9 }),
        hear(200),
        ask('BYE', { cseq: 8 }),
        hear(500),
        pause(200),
        ask('BYE', { cseq: 10 }),
        hear(200),
      );
      await between.play(caller, answering);
    });

    // Over TCP nothing is lost, and what is over is forgotten at once.
    const repeated = transport === 'udp' ? test : test.skip;
    repeated('requests that come again are answered again, and reach the called side once', async () => {
      const invite = begin('INVITE', { sdp: true, branch: branch('i') });
      const bye = ask('BYE', { cseq: 2, branch: branch('b') });
      const caller = script(
        'repeating',
        invite,
        hear(100),
        hear(180),
        invite,
        hear(180),
        hear(200, { meets: true }),
        ask('ACK'),
        invite,
        ask('ACK'),
        pause(300),
        bye,
        hear(200),
        bye,
        hear(200),
        ask('BYE', { cseq: 3 }),
        hear(481),
        begin('OPTIONS', { cseq: 4, branch: branch('o'), callId: 'o///[call_id]' }),
        hear(200),
        begin('OPTIONS', { cseq: 4, branch: branch('o'), callId: 'o///[call_id]' }),
        hear(200),
      );
      const called = script(
        'once',
        heardFirst(),
        answer(180),
        pause(300),
        answer(200, { sdp: true }),
        hear('ACK'),
        hear('BYE'),
        answerInside(200),
        pause(300),
      );
      await between.play(caller, called, asWritten);
    });
  });

suite('sipp is silent over UDP', needs('sipp'), () => {
  const scene = new Scene();
  let between: Between;
  before(async () => {
    between = await Between.start(scene, 'udp');
    await between.gateway.configure(
      'sip-ua',
      'timers trying 100',
      'retry invite 3',
      'timers disconnect 100',
      'retry bye 2',
    );
  });
  after(() => scene.close());

  test('an INVITE is repeated as often as retry invite says, and the caller is told that nobody answered', async () => {
    const invites = ['INVITE', 'INVITE', 'INVITE', 'INVITE'].map((method) => hear(method));
    const caller = script(
      'unanswered',
      begin('INVITE', { sdp: true, branch: branch('i') }),
      hear(100),
      hear(504),
      giveUp('i'),
    );
    await between.play(caller, script('silent', ...invites, pause(1500)), asWritten);
    assert.match(await between.gateway.type('show sip-ua retry'), /^invite retry count = 3\b/m);
  });

  test('a BYE is repeated as often as retry bye says, and the call is over all the same', async () => {
    const byes = ['BYE', 'BYE', 'BYE'].map((method) => hear(method));
    await between.play('uac-call', script('deaf', ...answers, ...byes, pause(1500)), asWritten);
    assert.match(await between.gateway.type('show sip-ua timers'), /^trying 100, .*disconnect 100\b/m);
    await between.quiet();
  });
});

suite('sipp loses what it sends and receives over UDP', needs('sipp'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('every call comes up and ends though one message in ten is lost, on both sides', async () => {
    const between = await Between.start(scene, 'udp');
    const caller = script(
      'losing',
      begin('INVITE', { sdp: true }),
      whileItRings,
      hear(200, { meets: true }),
      ask('ACK'),
      pause(200),
      ...hangsUp,
      // A 200 whose ACK was lost comes again.
      pause(4000),
    );
    const up = [heardFirst(), answer(180), answer(200, { sdp: true, repeats: true }), hear('ACK')];
    const called = script('lost', ...up, hear('BYE'), answerInside(200), pause(4000));
    const lossy = { extra: ['-lost', '10', '-recv_timeout', '40000', '-nd'] };
    await between.play(caller, called, { ...lossy, calls: 40 });
    await between.quiet();
    const shown = await between.gateway.type('show sip-ua statistics');
    assert.match(shown, /Retry Statistics\s+Invite [1-9]\d*, Bye [1-9]\d*, Cancel 0, Response [1-9]/);
  });
});

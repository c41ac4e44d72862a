import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Relay } from './relay.ts';
import { Scene } from './scene.ts';
import {
  answer,
  answerInside,
  ask,
  begin,
  hear,
  heardFirst,
  newVia,
  pause,
  script,
  unlessProved,
  whileItRings,
} from './script.ts';
import { call, Sipp } from './sipp.ts';

const answering = `sip-ua
 authentication username gateway password 0 opensesame realm trunk.test
 authentication username gateway password 0 letmeout realm proxy.test
!
`;
const challenging = `dial-peer voice 20 voip
 session protocol sipv2
 incoming called-number 9...
 codec g711ulaw
 authentication username trunk password 0 opensesame realm gw.test challenge
!
`;

type Challenge = readonly [algorithm: string, nonce: string, more?: string];
const offers = (header: string, realm: string, challenges: readonly Challenge[]) =>
  challenges.map(
    ([algorithm, nonce, more = '']) =>
      `${header}: Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${more}`,
  );
const user = (...challenges: readonly Challenge[]) => offers('WWW-Authenticate', 'trunk.test', challenges);
const proxy = (...challenges: readonly Challenge[]) => offers('Proxy-Authenticate', 'proxy.test', challenges);
/** To the INVITE, with the ACK to it. */
const refused = (status: 401 | 407, headers: readonly string[]) => [
  answer(status, { to: 'first', headers }),
  hear('ACK'),
];
const holds = (...parts: readonly string[]) => parts.join('.*');
const count = (n: number) => `nc=0000000${n}`;
const stale = ', stale=true';

for (const transport of ['udp', 'tcp'] as const)
  suite(`sipp challenges the gateway over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    before(async () => {
      between = await Between.start(scene, transport, answering);
    });
    after(() => scene.close());

    test('an answer in MD5 is right in INVITE and BYE, whose nonce it uses on; the ACK proves what the INVITE did', async () => {
      const proves = ['gateway', 'opensesame'] as const;
      const no = [answer(403, { to: 'first' }), hear('ACK')];
      const called = script(
        'md5',
        heardFirst({ not: 'Authorization' }),
        ...refused(401, user(['MD5', 'n1'])),
        heardFirst({ check: { 'Authorization:': holds('nonce=.n1', count(1)) }, proves }),
        unlessProved('invited', ...no),
        answer(200, { sdp: true }),
        hear('ACK', { check: { 'Authorization:': holds('nonce=.n1', count(1)) } }),
        hear('BYE', { check: { 'Authorization:': holds('nonce=.n1', count(2)) }, proves }),
        unlessProved('over', answerInside(403), pause(60_000)),
        answerInside(200),
      );
      await between.play('uac-call', called, { calls: 3 });
    });

    test('of several challenges the strongest known is answered, a stale nonce is left for the new one, in BYE too', async () => {
      const all = ['Proxy-Authorization:', 'realm=.proxy.test'] as const;
      const answered = (nonce: string, n: number) => ({
        check: { [all[0]]: holds(all[1], `nonce=.${nonce}.`, 'algorithm=SHA-256', count(n)) },
        not: '(MD5|NEW-9)',
      });
      const called = script(
        'stale',
        heardFirst(),
        ...refused(407, proxy(['NEW-9', 'n0'], ['MD5', 'n1'], ['SHA-256', 'n2'])),
        heardFirst(answered('n2', 1)),
        ...refused(407, proxy(['MD5', 'n3', stale], ['SHA-256', 'n4', stale])),
        heardFirst(answered('n4', 1)),
        answer(200, { sdp: true }),
        hear('ACK', answered('n4', 1)),
        hear('BYE', answered('n4', 2)),
        answerInside(407, proxy(['SHA-256', 'n5', stale])),
        hear('BYE', answered('n5', 1)),
        answerInside(200),
      );
      await between.play('uac-call', called, { calls: 3 });
    });

    test('a proxy and the called party each get the answer of their realm', async () => {
      const both = {
        'Proxy-Authorization:': holds('username=.gateway.', 'realm=.proxy.test.', 'nonce=.p1.'),
        msg: holds('[^-]Authorization: Digest username=.gateway.', 'realm=.trunk.test.', 'nonce=.u1.'),
      };
      const called = script(
        'two-realms',
        heardFirst(),
        ...refused(407, proxy(['SHA-256', 'p1'])),
        heardFirst({ check: { 'Proxy-Authorization:': 'nonce=.p1.' } }),
        ...refused(401, user(['MD5', 'u1'])),
        heardFirst({ check: both }),
        answer(200, { sdp: true }),
        hear('ACK', { check: both }),
        hear('BYE'),
        answerInside(200),
      );
      await between.play('uac-call', called);
    });

    test('a password that is not taken is tried once, and so is a realm that nobody knows', async () => {
      const wrong = script(
        'wrong',
        heardFirst(),
        ...refused(401, user(['MD5', 'n1'])),
        heardFirst({ check: { 'Authorization:': 'nonce=.n1.' } }),
        ...refused(401, user(['MD5', 'n2'])),
      );
      const unknown = script(
        'unknown',
        heardFirst(),
        ...refused(401, offers('WWW-Authenticate', 'x', [['MD5', 'n1']])),
      );
      const caller = script(
        'refused',
        begin('INVITE', { sdp: true, branch: 'z9hG4bK[pid]r[call_number]' }),
        hear(100),
        hear(403),
        begin('ACK', { branch: 'z9hG4bK[pid]r[call_number]' }),
      );
      await between.play(caller, wrong);
      await between.play(caller, unknown);
      const shown = await between.gateway.type('show logging | include CHALLENGE');
      assert.match(shown, /credentials for realm trunk\.test were not accepted/);
      assert.match(shown, /no credentials for realm x/);
      assert.doesNotMatch(between.gateway.output, /opensesame/);
    });
  });

suite('the gateway challenges sipp', needs('sipp'), () => {
  const scene = new Scene();
  let between: Between;
  let old: Relay;
  const via = `${newVia}[branch];rport`;
  const branch = (name: string) => `z9hG4bK[pid]${name}[call_number]`;
  const way = (name: string) => `${newVia}${branch(name)};rport`;
  const told = '<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]';
  const another = 'another///[call_id]';
  const named = (callId: string | undefined) => (callId === undefined ? {} : { callId });
  const proof = (password: string) => `[authentication username=trunk password=${password}]`;
  const challenged = [
    begin('INVITE', { sdp: true, via: way('a') }),
    hear(100),
    hear(401, { auth: true, check: { 'WWW-Authenticate:': holds('realm=.gw.test.', 'algorithm=MD5', 'qop=.auth.') } }),
    begin('ACK', { via: way('a'), to: told }),
  ];

  before(async () => {
    between = await Between.start(scene, 'udp', challenging);
    // SIPp answers the first challenge only, and knows MD5 only.
    old = await Relay.start(between.port, /^WWW-Authenticate: [^\n]*SHA-256[^\n]*\n/m);
  });
  after(async () => {
    old.close();
    await scene.close();
  });

  test('a caller who knows the password comes through, is not challenged in the call, and may use the nonce on', async () => {
    const proved = (cseq: number, callId?: string) => [
      begin('INVITE', { ...named(callId), cseq, sdp: true, via, headers: [proof('opensesame')] }),
      whileItRings,
      hear(200, { meets: true }),
      ask('ACK', { ...named(callId), cseq, via }),
    ];
    const caller = script(
      'proves',
      ...challenged,
      ...proved(2),
      ask('UPDATE', { cseq: 3, via }),
      hear(200),
      ask('BYE', { cseq: 4, via }),
      hear(200),
      ...proved(11, another),
      ask('BYE', { ...named(another), cseq: 12, via }),
      hear(200),
    );
    const called = script(
      'called',
      heardFirst({ not: 'Authorization' }),
      answer(200, { sdp: true }),
      hear('ACK'),
      hear('BYE'),
      answerInside(200),
    );
    const uas = { scenario: called, transport: 'udp', port: between.far, calls: 4 } as const;
    const uac = { scenario: caller, transport: 'udp', target: old.port, calls: 2, ...thisCall() } as const;
    const far = await Sipp.start(scene, uas);
    const near = await call(scene, uac);
    assert.deepEqual([near.succeeded, near.errors], [2, ''], between.gateway.output);
    assert.equal((await far.result()).succeeded, 4);
  });

  test('a wrong password is 403, and so is an answer that was made for another number', async () => {
    const guesser = (password: string) =>
      script(
        'guesses',
        ...challenged,
        begin('INVITE', { cseq: 2, sdp: true, via: way('b'), headers: [proof(password)] }),
        hear(100),
        hear(403),
        begin('ACK', { cseq: 2, via: way('b'), to: told }),
      );
    await between.ask(guesser('guess'), { target: old.port, ...thisCall() });
    await between.ask(guesser('opensesame'), { target: old.port, ...thisCall('0900') });
    const shown = await between.gateway.type('show logging | include UNPROVED');
    assert.match(shown, /was refused: wrong password/);
    assert.match(shown, /was refused: an answer for another request/);
  });

  /** What SIPp says that it proves. */
  function thisCall(number = '9001'): { readonly extra: readonly string[] } {
    return { extra: ['-auth_uri', `${number}@${loopback}:${old.port}`] };
  }
});

for (const transport of ['udp', 'tcp'] as const)
  suite(`sipp is the registrar of the gateway over ${transport}`, needs('sipp'), () => {
    const scene = new Scene();
    after(() => scene.close());

    test(`a number proves itself, asks for longer, counts its nonce up, takes a new one, and goes`, async () => {
      const registered = (check: Readonly<Record<string, string>>) => heardFirst({ method: 'REGISTER', check });
      const proved = (nonce: string, n: number) => holds(`nonce=.${nonce}.`, 'algorithm=SHA-256', count(n));
      const took = (expires: number) => answer(200, { contact: `<[$bound]>;expires=${expires}` });
      const registrar = script(
        'registrar',
        registered({ 'To:': 'sip:7001@', 'Expires:': '3600' }),
        answer(401, { headers: user(['MD5', 'n0'], ['SHA-256', 'n1']) }),
        registered({ 'Authorization:': proved('n1', 1) }),
        answer(423, { headers: ['Min-Expires: 7200'] }),
        heardFirst({
          method: 'REGISTER',
          check: { 'Authorization:': proved('n1', 2), 'Expires:': '7200' },
          keep: { bound: ['Contact:', 'sip:7001@[0-9.:]*[a-z;=]*'] },
        }),
        took(7200),
        registered({ 'Authorization:': proved('n1', 3), 'Expires:': '^ *0' }),
        answer(401, { headers: user(['SHA-256', 'n2', stale]) }),
        registered({ 'Authorization:': proved('n2', 1), 'Expires:': '^ *0' }),
        answer(200),
      );
      const port = await freePort();
      const place = `registrar ipv4:${loopback}:${port} expires 3600${transport === 'tcp' ? ' tcp' : ''}`;
      const far = await Sipp.start(scene, { scenario: registrar, transport, port, calls: 1 });
      const phone =
        'voice-port 0/3/0\n device answer\n!\ndial-peer voice 7001 pots\n destination-pattern 7001\n port 0/3/0\n!\n';
      const { gateway } = await Between.start(scene, transport, `${phone}${answering}sip-ua\n ${place}\n!\n`);
      for (let attempt = 0; attempt < 100; attempt++) {
        if (/^7001 .* yes/m.test(await gateway.type('show sip-ua register status'))) break;
        await sleep(50);
      }
      await gateway.configure('sip-ua', `no ${place}`);
      const { code, errors } = await far.result();
      assert.equal(code, 0, `${errors}\n${gateway.output}`);
    });
  });

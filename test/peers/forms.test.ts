import { after, before, suite, test } from 'node:test';
import { Between } from './between.ts';
import { needs } from './peer.ts';
import { Scene } from './scene.ts';
import { answer, answerInside, ask, begin, hear, heardFirst, pause, say, script, whileItRings } from './script.ts';

const hangsUp = (cseq: number) => [ask('BYE', { cseq }), hear(200)];
const up = [hear(200, { meets: true }), ask('ACK'), ...hangsUp(2)];
const hungUp = [hear('ACK'), hear('BYE'), answerInside(200)];
const answering = script('answering', heardFirst(), answer(200, { sdp: true }), ...hungUp);
const caller = (invite: string) => script('caller', invite, whileItRings, ...up);

/** What the standard lets a peer write, and few write. */
for (const transport of ['udp', 'tcp'] as const)
  suite(`sipp writes over ${transport} as the standard lets it`, needs('sipp'), () => {
    const scene = new Scene();
    let between: Between;
    before(async () => {
      between = await Between.start(scene, transport);
    });
    after(() => scene.close());

    test('compact names, folded lines, blanks, odd case, quotes, UTF-8 and headers that nobody knows', async () => {
      const invite = say(
        [
          'INVITE sip:[service]@[remote_ip]:[remote_port];unknown=1;lr SIP/2.0',
          'v  :  SIP / 2.0 / [via]',
          '[fold] [local_ip]:[local_port] ; branch = z9hG4bK[pid]c[call_number] ; hidden ; with="a;b,\\"c" ',
          'X-Nobody-Knows: <sip:a@b>;;;,,, "',
          'f: "Jürgen \\"J, <j>\\" \\\\" <sip:7001@[local_ip]:[local_port]> ; x ;',
          '[fold]\ttag=[pid]a[call_number]',
          'T:sip:[service]@[remote_ip]',
          'i: [call_id]',
          'cSEQ: 0001',
          '[fold]INVITE',
          'm: "a@b" <sip:7001@[contact]>;expires=3;q=0.3',
          'MAX-FORWARDS: 0070',
          'k: timer',
          'k: replaces , 100rel',
          's:',
          'u: presence',
          'x:1800 ; refresher = uac',
          'c: APPLICATION / SDP ; charset = utf-8',
          'l: [len]',
        ],
        true,
        true,
      );
      const to = 'sip:[service]@[remote_ip][peer_tag_param]';
      const said = script(
        'compact',
        invite,
        whileItRings,
        hear(200, { meets: true, check: { 'Session-Expires:': '1800', 'CSeq:': '^ *1 INVITE' } }),
        ask('ACK', { to }),
        ask('BYE', { cseq: 2, to }),
        hear(200),
      );
      await between.play(said, answering);
    });

    test('a called party that answers and hangs up in compact names and folded lines', async () => {
      const own = ';\n[fold]tag=[pid]b[call_number]';
      const head = (status: number, cseq = '[$firstCSeq]') => [
        `SIP/2.0 ${status}`,
        'v:[$firstVia]',
        'f:[$firstFrom]',
        `t:[$firstTo]${own}`,
        'i: [call_id]',
        `CSEQ:${cseq}`,
        'm:',
        '[fold]<sip:9001@[contact]>',
      ];
      const called = script(
        'compact-answers',
        heardFirst(),
        say([...head(180), 'l:0'], false),
        say([...head(200), 'k:timer', 'c:application/sdp', 'l: [len]'], true),
        hear('ACK'),
        pause(200),
        say(
          [
            'BYE [next_url] SIP/2.0',
            'v: SIP/2.0/[via] [local_ip]:[local_port];branch=[branch]',
            `f:[$firstTo]${own}`,
            't:[$firstFrom]',
            'i: [call_id]',
            'CSeq: 1',
            '[fold]BYE',
            'l: 0',
          ],
          false,
        ),
        hear(200),
      );
      await between.play('uac-held', called);
    });

    test('lists of Via come back whole and in their order, those of Record-Route become Route the other way round', async () => {
      const invite = begin('INVITE', {
        sdp: true,
        via: 'SIP/2.0/[via] [local_ip]:[local_port];branch=z9hG4bK[pid]v[call_number],SIP/2.0/TLS \\x5B2001:db8::9:1\\x5D:6050;branch=z9hG4bK2;received=2001:db8::9:255 ,\n[fold]SIP/2.0/UDP third.invalid;branch=z9hG4bK3',
        headers: ['Via: SIP/2.0/SCTP fourth.invalid;branch=z9hG4bK4'],
      });
      const whole = { check: { msg: '\\[2001:db8::9:1\\]:6050.*third.invalid.*fourth.invalid' } };
      const said = script(
        'passed-on',
        invite,
        hear(100, whole),
        hear(200, { ...whole, meets: true }),
        ask('ACK'),
        ...hangsUp(2),
      );
      const route = (n: number) => `<sip:hop${n}@[local_ip]:[local_port];transport=[transport];lr>`;
      const called = script(
        'routed',
        heardFirst(),
        answer(200, {
          sdp: true,
          headers: [`Record-Route: ${route(3)} ,\n[fold]${route(2)}`, `Record-Route: "one" ${route(1)};x="y"`],
        }),
        hear('ACK', { check: { msg: 'Route:.*hop1@.*hop2@.*hop3@' } }),
        hear('BYE', { check: { msg: 'Route:.*hop1@.*hop2@.*hop3@' } }),
        answerInside(200),
      );
      await between.play(said, called);
    });

    test('addresses in references of IPv6, escapes and parameters in the number called, tel URIs', async () => {
      const from = (uri: string) => `<${uri}>;tag=[pid]a[call_number]`;
      const ways = [
        [
          'sip:9%30%301;phone-context=+1;isub=7@[remote_ip]:[remote_port];user=phone',
          from('sip:%37001@\\x5B2001:db8::1\\x5D:5060'),
        ],
        ['sip:9001@[remote_ip]:[remote_port];maddr=\\x5B2001:db8::10\\x5D', from('tel:+1-201-555-0123;ext=7')],
        [
          'sip:9001:secret@\\x5B2001:DB8::1\\x5D:[remote_port]',
          '"" <sips:7001@example.test;transport=tcp>;tag=[pid]a[call_number]',
        ],
        ['tel:9001', from('sip:[local_ip]')],
      ] as const;
      for (const [uri, whose] of ways) {
        const invite = begin('INVITE', { uri, from: whose, to: `<${uri}>`, sdp: true });
        const rest = { from: whose, to: `<${uri}>[peer_tag_param]` };
        const said = script(
          'addressed',
          invite,
          whileItRings,
          hear(200, { meets: true }),
          ask('ACK', rest),
          ask('BYE', { ...rest, cseq: 2 }),
          hear(200),
        );
        await between.play(said, answering);
      }
    });

    test('a status that nobody knows counts as the first of its hundred', async () => {
      const called = script(
        'unknown-2xx',
        heardFirst(),
        answer(198),
        answer(188),
        answer(299, { sdp: true }),
        ...hungUp,
      );
      await between.play('uac-call', called);
      const branch = 'z9hG4bK[pid]s[call_number]';
      const to = '<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]';
      const invite = begin('INVITE', { sdp: true, branch });
      for (const status of [499, 599, 699]) {
        const told = script('told', invite, hear(100), hear(status), begin('ACK', { branch, to }));
        await between.play(told, script('says', heardFirst(), answer(status), hear('ACK')));
      }
    });

    test('what cannot be read is refused with what is wrong, and the next call goes through', async () => {
      const branch = 'z9hG4bK[pid]w[call_number]';
      const head = (changed: Readonly<Record<string, string>>) => {
        const lines = {
          start: 'INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0',
          via: `Via: SIP/2.0/[via] [local_ip]:[local_port];branch=${branch}`,
          from: 'From: <sip:7001@[local_ip]>;tag=[pid]a[call_number]',
          to: 'To: <sip:[service]@[remote_ip]>',
          callId: 'Call-ID: [call_id]',
          cseq: 'CSeq: 1 INVITE',
          contact: 'Contact: <sip:7001@[contact]>',
          hops: 'Max-Forwards: 70',
          type: 'Content-Type: application/sdp',
          length: 'Content-Length: [len]',
          ...changed,
        };
        return say(Object.values(lines), true);
      };
      const wrong: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
        [400, { from: 'From: "Bob <sip:7001@[local_ip]>;tag=[pid]a[call_number]' }],
        [400, { contact: 'Contact: <sip:7001@[contact]' }],
        [400, { hops: 'Max-Forwards: -1' }],
        [400, { to: 'To: <sip:9001@x>, <sip:9002@x>' }],
        [415, { type: 'Content-Type: text/html' }],
        [415, { type: 'Content-Type: application/sdp', coding: 'Content-Encoding: gzip' }],
        [416, { start: 'INVITE http://[remote_ip]/ SIP/2.0' }],
        [420, { require: 'Require: timer, nothing' }],
        [505, { start: 'INVITE sip:[service]@[remote_ip] SIP/3.0' }],
      ];
      for (const [status, changed] of wrong) {
        const told = script('wrong', head(changed), hear(100, { optional: true }), hear(status));
        await between.ask(told);
      }
      const unknown = { start: 'FROBNICATE sip:[service]@[remote_ip] SIP/2.0', cseq: 'CSeq: 7 FROBNICATE' };
      await between.ask(script('unknown', head(unknown), hear(405, { check: { 'Allow:': 'INVITE, ACK' } })));
      await between.play(caller(begin('INVITE', { sdp: true })), answering);
    });
  });

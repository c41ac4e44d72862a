import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from '../test-console.ts';

/** The block of running-config that begins with `first`, up to the `!` after it. */
function block(console: TestConsole, first: string): readonly string[] {
  const lines = console.running;
  const from = lines.indexOf(first);
  return from < 0 ? [] : lines.slice(from, lines.indexOf('!', from));
}

/** [kind, typed, read back]: undefined is nothing, the default. */
const settings: readonly ['pots' | 'voip', string, string | undefined][] = [
  ['voip', 'description the other side', 'description the other side'],
  ['voip', 'destination-pattern 9001', 'destination-pattern 9001'],
  ['voip', 'incoming called-number .', 'incoming called-number .'],
  ['voip', 'answer-address +4420', 'answer-address +4420'],
  ['voip', 'session protocol sipv2', 'session protocol sipv2'],
  ['voip', 'session target ipv4:172.18.201.177', 'session target ipv4:172.18.201.177'],
  ['voip', 'session target ipv4:172.18.201.177:5070', 'session target ipv4:172.18.201.177:5070'],
  ['voip', 'session target dns:liotta.com', 'session target dns:liotta.com'],
  ['voip', 'session transport tcp tls', 'session transport tcp tls'],
  ['voip', 'session transport system', undefined],
  ['voip', 'voice-class sip url sips', 'voice-class sip url sips'],
  ['voip', 'voice-class sip rel1xx require "100rel"', 'voice-class sip rel1xx require 100rel'],
  ['voip', 'voice-class sip rel1xx supported 100rel', 'voice-class sip rel1xx supported 100rel'],
  ['voip', 'voice-class sip rel1xx disable', 'voice-class sip rel1xx disable'],
  ['voip', 'voice-class sip rel1xx system', undefined],
  ['voip', 'dtmf-relay rtp-nte', 'dtmf-relay rtp-nte'],
  ['voip', 'dtmf-relay sip-notify rtp-nte', 'dtmf-relay rtp-nte sip-notify'],
  ['voip', 'codec g711ulaw', 'codec g711ulaw'],
  ['voip', 'codec g711alaw bytes 80', 'codec g711alaw bytes 80'],
  ['voip', 'codec g729r8', undefined],
  ['voip', 'no vad', 'no vad'],
  ['voip', 'default vad', undefined],
  ['voip', 'preference 3', 'preference 3'],
  ['voip', 'huntstop', 'huntstop'],
  ['voip', 'max-conn 2', 'max-conn 2'],
  ['voip', 'max-redirects 3', 'max-redirects 3'],
  ['voip', 'max-redirects 1', undefined],
  ['voip', 'voice-class sip asserted-id pai', 'voice-class sip asserted-id pai'],
  ['voip', 'voice-class sip asserted-id ppi', 'voice-class sip asserted-id ppi'],
  ['voip', 'voice-class sip asserted-id disable', 'voice-class sip asserted-id disable'],
  ['voip', 'voice-class sip asserted-id system', undefined],
  ['voip', 'shutdown', 'shutdown'],
  ['pots', 'destination-pattern 9011T', 'destination-pattern 9011T'],
  ['pots', 'port 0/3/1', 'port 0/3/1'],
  ['pots', 'port 0/0/0:15', 'port 0/0/0:15'],
  ['pots', 'port 1/0:23', 'port 1/0:23'],
  ['pots', 'no digit-strip', 'no digit-strip'],
  ['pots', 'forward-digits 4', 'forward-digits 4'],
  ['pots', 'forward-digits extra', 'forward-digits extra'],
  ['pots', 'prefix 5,', 'prefix 5,'],
];
for (const [kind, typed, shown] of settings) {
  test(`${typed} on a ${kind} peer reads back as ${shown ?? 'nothing'}, and no takes it away`, async () => {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(`dial-peer voice 1 ${kind}`, typed), []);
    const opened = `dial-peer voice 1 ${kind}`;
    assert.deepEqual(block(console, opened), shown === undefined ? [opened] : [opened, ` ${shown}`]);
    const words = typed.replace(/^(no|default) /, '');
    const undo = typed.startsWith('no ') ? words : `no ${words}`;
    if (shown === undefined) return;
    assert.deepEqual(await console.configure(opened, undo), []);
    assert.deepEqual(block(console, opened), [opened]);
  });
}

const refusals: readonly ['pots' | 'voip', string, RegExp][] = [
  ['voip', 'destination-pattern asdfqw4r3~2', /^Incorrect format for E\.164 Number/],
  ['voip', 'session target enum:16', /Invalid session target/],
  ['voip', 'session target ipv4:300.1.1.1', /Invalid session target/],
  ['voip', 'session target ipv4:10.0.0.1:70000', /Invalid session target/],
  ['voip', 'codec g711ulaw bytes 100', /multiple of 80/],
  ['pots', 'port x', /Invalid voice port/],
  ['pots', 'port 0/0/0:32', /Invalid voice port/],
  ['pots', 'port 0/0/0:', /Invalid voice port/],
  ['pots', 'port 0/0/0:1:5', /Invalid voice port/],
  ['pots', 'prefix 12x', /Invalid prefix/],
];
for (const [kind, typed, sentence] of refusals) {
  test(`${typed} is refused and changes nothing`, async () => {
    const console = new TestConsole();
    const answer = await console.configure(`dial-peer voice 1 ${kind}`, typed);
    assert.match(answer.join('\n'), sentence);
    assert.deepEqual(block(console, `dial-peer voice 1 ${kind}`), [`dial-peer voice 1 ${kind}`]);
  });
}

test('a VoIP setting is no command on a POTS peer', async () => {
  const answer = await new TestConsole().configure('dial-peer voice 1 pots', 'codec g711ulaw');
  assert.match(answer.join('\n'), /Invalid input/);
});

test('a peer is entered again without its kind, not as another kind, and removed by its number', async () => {
  const console = new TestConsole();
  await console.configure('dial-peer voice 1 pots', 'port 0/3/1');
  assert.deepEqual(await console.configure('dial-peer voice 1', 'prefix 9'), []);
  assert.match((await console.configure('dial-peer voice 1 voip')).join(), /is of type pots/);
  assert.match((await console.configure('dial-peer voice 2')).join(), /Incomplete/);
  assert.deepEqual(block(console, 'dial-peer voice 1 pots'), ['dial-peer voice 1 pots', ' port 0/3/1', ' prefix 9']);
  await console.configure('no dial-peer voice 1');
  assert.equal(console.store.running.dialPlan.peers.size, 0);
});

test('a voice port keeps its device and caller identification', async () => {
  const console = new TestConsole();
  await console.configure('voice-port 0/3/1', 'caller-id enable type 1', 'device no-answer', 'description desk');
  const shown = [' description desk', ' device no-answer', ' caller-id enable type 1'];
  assert.deepEqual(block(console, 'voice-port 0/3/1'), ['voice-port 0/3/1', ...shown]);
  await console.configure('voice-port 0/3/1', 'no caller-id enable', 'no device', 'no description');
  assert.deepEqual(block(console, 'voice-port 0/3/1'), ['voice-port 0/3/1']);
  await console.configure('no voice-port 0/3/1');
  assert.equal(console.store.running.voicePorts.size, 0);
});

test('csim start asks the call room and prints what became of the call', async () => {
  const asked: unknown[] = [];
  const console = new TestConsole({
    calls: {
      simulate: async (called, port) => {
        asked.push([called, port]);
        return { called, calling: '777', answered: true, cause: 16, reason: 'normal call clearing' };
      },
    },
  });
  const screen = await console.type('csim start 9001 voice-port 0/3/1', 'csim start 5');
  assert.deepEqual(asked, [
    ['9001', '0/3/1'],
    ['5', undefined],
  ]);
  assert.deepEqual(screen.slice(1, 5), [
    'csim: called number = 9001, loop count = 1 ping count = 0',
    '',
    'csim: loop = 1, failed = 0',
    'csim: call attempted = 1, setup failed = 0, tone failed = 0',
  ]);
});

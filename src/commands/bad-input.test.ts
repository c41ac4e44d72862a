import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

/**
 * A line of each mode that is wrong, with `^` before the word that is. What IOS says, its caret under the first character of
 * that word, and nothing else: the configuration is what it was.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  '': [
    // keyword
    'hostnam e ^x y',
    '^frobnicate 1',
    'dial-peer ^foo',
    'dial-peer voice 1 ^isdn',
    'voice service ^foo',
    'voice class ^foo 1',
    'ip ^foo',
    'no ^frobnicate',
    'default ^frobnicate',
    'no dial-peer ^foo',
    // range
    'dial-peer voice ^0 pots',
    'dial-peer voice ^2147483648 pots',
    'dial-peer voice ^-1 pots',
    'dial-peer voice ^1x pots',
    'dial-peer hunt ^8',
    'dial-peer terminator ^ab',
    'dial-peer terminator ^Z',
    'ip http port ^0',
    'voice class codec ^10001',
    'voice class tls-profile ^0',
    'voice translation-rule ^0',
    // address
    'ip name-server ^1.2.3',
    'ip name-server ^1.2.3.256',
    'ip name-server 1.1.1.1 ^x',
    'ip host a ^1.2.3.4.5',
    // superfluous
    'hostname west ^east',
    'dial-peer voice 1 pots ^5',
    'sip-ua ^now',
    'dial-peer hunt 1 ^2',
  ],
  'sip-ua': [
    'retry invite ^0',
    'retry invite ^11',
    'retry invite ^x',
    'retry ^foo 3',
    'retry invite 3 ^4',
    'retry register 3 exhausted-random-interval ^maximum 3',
    'timers trying ^99',
    'timers expires ^59999',
    'timers hold ^14',
    'timers connection aging ^4',
    'timers connection establish tls ^21',
    'timers keepalive active ^9',
    'timers ^foo 1',
    'max-forwards ^71',
    'transport ^sctp',
    'transport tcp ^ssl',
    'transport tcp tls ^v1.4',
    'transport tcp tls v1.1 ^minimum',
    'transport udp ^tls',
    'crypto signaling ^all trustpoint a',
    'crypto signaling remote-addr ^10.0.0 255.0.0.0 trustpoint a',
    'crypto signaling remote-addr 10.0.0.0 ^255.0.255.0 trustpoint a',
    'crypto signaling remote-addr 10.0.0.0 ^/33 trustpoint a',
    'crypto signaling default trustpoint a ^strong-cipher',
    'crypto signaling default trustpoint a strict-cipher ^x',
    'crypto signaling default tls-profile ^0',
    'crypto signaling default trustpoint a ecdsa-cipher curve-size ^256',
    'srv version ^3',
    'keepalive trigger ^11',
    'connection-reuse ^foo',
  ],
  'voice service voip': [
    'allow-connections ^mgcp to sip',
    'allow-connections sip to ^mgcp',
    'shutdown ^later',
    'no shutdown forced ^now',
    'srtp ^maybe',
  ],
  'voice service voip/sip': [
    'url ^http',
    'url sip ^sips',
    'session transport ^sctp',
    'session transport udp ^tls',
    'session ^foo',
    'bind ^signalling source-interface Loopback0',
    'bind all ^interface Loopback0',
    'listen-port secure ^0',
    'listen-port ^65536',
    'listen-port ^insecure 5060',
    'call service ^start',
    'call service stop ^softly',
    'min-se ^89',
    'registrar server expires max ^119',
  ],
  'dial-peer voice 1 voip': [
    'preference ^11',
    'max-conn ^0',
    'permission ^some',
    'session protocol ^h323',
    'session transport ^foo',
    'session transport tcp tls ^now',
    'voice-class sip url ^http',
    'voice-class codec ^0',
    'voice-class codec 1 ^offer-none',
    'codec ^g999',
    'codec g711ulaw bytes ^9',
    'codec g711ulaw bytes 80 ^loose',
    'dtmf-relay ^sms',
    'dtmf-relay rtp-nte ^rtp-nte',
    'vad ^off',
    'huntstop ^now',
    'translation-profile ^both X',
    'incoming ^caller 1',
    '^port 0/3/1',
    '^prefix 9',
  ],
  'dial-peer voice 1 pots': [
    'forward-digits ^33',
    'forward-digits ^some',
    'digit-strip ^3',
    '^session target ipv4:1.1.1.1',
    '^codec g711ulaw',
  ],
  'voice-port 0/3/0': [
    'cptone us ^x',
    'signal ^foo',
    'ring frequency ^26',
    'timeouts initial ^121',
    'shutdown ^now',
    'cptone ^xx',
    'caller-id enable type ^3',
  ],
  'crypto pki trustpoint a': ['enrollment retry count ^0', 'enrollment retry period ^61', 'auto-enroll ^101'],
  'voice class tls-cipher 1': ['cipher ^14 AES128_GCM_SHA256', 'cipher 1 ^NULL_MD5', 'cipher 1 AES128_GCM_SHA256 ^x'],
  'voice class tls-profile 1': ['cn-san ^0 a.b', 'cn-san validate ^none', 'sni ^receive', 'cipher ^10001'],
  'voice class codec 1': ['codec preference ^25 g711ulaw', 'codec preference 1 ^g999', 'codec ^g711ulaw'],
  'voice translation-rule 1': ['rule ^0 /1/ /2/', 'rule ^101 /1/ /2/', 'rule 1 /1/ /2/ ^kind x'],
  'voice translation-profile a': ['translate ^somebody 1', 'translate called ^0'],
  'interface Loopback0': ['ip address ^1.2.3 255.0.0.0', 'ip address 1.2.3.4 ^255.0.0.255', 'ip ^adress 1.2.3.4'],
};

/** Lines that end too soon. */
const incomplete: Readonly<Record<string, readonly string[]>> = {
  '': [
    'hostname',
    'dial-peer',
    'dial-peer voice',
    'no dial-peer voice',
    'ip host a',
    'voice class tls-profile',
    'voice translation-rule',
    'no',
  ],
  'sip-ua': [
    'retry',
    'retry invite',
    'timers',
    'timers connection',
    'transport',
    'crypto signaling',
    'crypto signaling default',
    'crypto signaling default trustpoint',
    'crypto signaling remote-addr',
    'crypto signaling remote-addr 10.0.0.0 255.0.0.0',
    'crypto signaling default trustpoint a client-vtp',
    'crypto signaling default trustpoint a ecdsa-cipher curve-size',
    'sip-server',
  ],
  'voice service voip': ['allow-connections sip', 'allow-connections sip to'],
  'voice service voip/sip': ['url', 'session transport', 'bind all source-interface', 'listen-port', 'call service'],
  'dial-peer voice 1 voip': ['session target', 'codec', 'dtmf-relay', 'translation-profile incoming', 'incoming'],
  'dial-peer voice 1 pots': ['forward-digits', 'port', 'prefix'],
  'voice class tls-cipher 1': ['cipher', 'cipher 1'],
  'voice translation-rule 1': ['rule', 'rule 1', 'rule 1 /1/', 'rule 1 reject'],
};

function wayTo(mode: string): readonly string[] {
  return mode === '' ? [] : mode === 'voice service voip/sip' ? ['voice service voip', 'sip'] : [mode];
}

async function answerTo(
  mode: string,
  line: string,
): Promise<{ readonly prompt: string; readonly said: readonly string[] }> {
  const console = new TestConsole();
  await console.configure(...wayTo(mode));
  const before = console.running;
  const screen = await console.type('configure terminal', ...wayTo(mode), line);
  assert.deepEqual(console.running, before, `${mode}: ${line}`);
  const at = screen.findIndex((text) => text.endsWith(`#${line}`));
  return { prompt: (screen[at] ?? '').slice(0, -line.length), said: screen.slice(at + 1) };
}

test('the caret stands under the first character of the word that is wrong, and nothing is changed', async () => {
  for (const [mode, lines] of Object.entries(table)) {
    for (const marked of lines) {
      const column = marked.indexOf('^');
      const line = marked.replace('^', '');
      const { prompt, said } = await answerTo(mode, line);
      const caret = `${' '.repeat(prompt.length + column)}^`;
      assert.deepEqual(said, [caret, "% Invalid input detected at '^' marker.", ''], `${mode}: ${marked}`);
    }
  }
});

test('a line that ends too soon is incomplete, and nothing is changed', async () => {
  for (const [mode, lines] of Object.entries(incomplete)) {
    for (const line of lines) {
      const { said } = await answerTo(mode, line);
      assert.deepEqual(said, ['% Incomplete command.', ''], `${mode}: ${line}`);
    }
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { underBlock } from './block.ts';
import { loadConfiguration } from './load-configuration.ts';
import { commandReference } from './reference.ts';
import { undefinedReferences } from './references.ts';

const { language } = commandReference();

async function missing(text: string): Promise<readonly string[]> {
  const { tree, problems } = await loadConfiguration(text, { language });
  assert.deepEqual(problems, []);
  return undefinedReferences(tree).map(({ block, line, names }) => `${underBlock(block, line)} (${names})`);
}

const voip = 'dial-peer voice 1 voip';
const pots = 'dial-peer voice 2 pots';
const sip = 'voice service voip\n sip';
const profile = 'voice class tls-profile 5';

/** The block, the line that names something, what it names, and what defines that. */
const table: readonly (readonly [block: string, line: string, names: string, definition?: string])[] = [
  [voip, 'translation-profile outgoing A', 'voice translation-profile A'],
  [voip, 'translation-profile incoming A', 'voice translation-profile A'],
  [voip, 'voice-class codec 77', 'voice class codec 77'],
  [voip, 'incoming uri via A', 'voice class uri A', 'voice class uri A sip'],
  [voip, 'destination uri A', 'voice class uri A', 'voice class uri A sip'],
  [voip, 'voice-class sip options-keepalive profile 44', 'voice class sip-options-keepalive 44'],
  [voip, 'destination dpg 33', 'voice class dpg 33'],
  [voip, 'destination e164-pattern-map 66', 'voice class e164-pattern-map 66'],
  [voip, 'incoming called e164-pattern-map 66', 'voice class e164-pattern-map 66'],
  [voip, 'incoming calling e164-pattern-map 66', 'voice class e164-pattern-map 66'],
  [voip, 'session server-group 9', 'voice class server-group 9'],
  [voip, 'voice-class sip tenant 9', 'voice class tenant 9'],
  [voip, 'voice-class sip bind control source-interface Vlan7', 'interface Vlan7'],
  [pots, 'port 0/9/9', 'voice-port 0/9/9'],
  [pots, 'translation-profile incoming A', 'voice translation-profile A'],
  ['voice-port 0/3/0', 'translation-profile incoming A', 'voice translation-profile A'],
  ['voice translation-profile A', 'translate called 99', 'voice translation-rule 99'],
  ['voice class dpg 1', 'dial-peer 99', 'dial-peer voice 99', 'dial-peer voice 99 voip'],
  ['voice class tenant 1', 'tls-profile 22', 'voice class tls-profile 22'],
  ['voice class tenant 1', 'bind media source-interface Vlan7', 'interface Vlan7'],
  [profile, 'trustpoint A', 'crypto pki trustpoint A'],
  [profile, 'client-vtp A', 'crypto pki trustpoint A'],
  [profile, 'cipher 9', 'voice class tls-cipher 9'],
  ['sip-ua', 'crypto signaling default trustpoint A', 'crypto pki trustpoint A'],
  ['sip-ua', 'crypto signaling remote-addr 10.0.0.1 255.255.255.255 tls-profile 7', 'voice class tls-profile 7'],
  [sip, 'bind control source-interface Vlan7', 'interface Vlan7'],
  ['crypto pki trustpoint B', 'chain-validation continue A', 'crypto pki trustpoint A'],
  ['crypto pki trustpoint B', 'match certificate A', 'crypto pki certificate map A', 'crypto pki certificate map A 10'],
  ['crypto pki trustpoint B', 'source interface Vlan7', 'interface Vlan7'],
  ['crypto pki profile enrollment P', 'enrollment credential A', 'crypto pki trustpoint A'],
  ['', 'voip-incoming translation-profile A', 'voice translation-profile A'],
  ['', 'ip http source-interface Vlan7', 'interface Vlan7'],
  ['', 'ip ssh source-interface Vlan7', 'interface Vlan7'],
  ['', 'logging source-interface Vlan7', 'interface Vlan7'],
];

for (const [block, line, names, definition = names] of table) {
  test(`"${line}" is told while there is no ${names}, and no longer when there is, wherever it stands`, async () => {
    const text = `${block === '' ? line : `${block}\n  ${line}`}\n`;
    const told = [...block.split('\n').filter((one) => one !== ''), line].map((one) => one.trim()).join(': ');
    assert.deepEqual(await missing(text), [`${told} (${names})`]);
    assert.deepEqual(await missing(`${text}${definition}\n`), []);
    assert.deepEqual(await missing(`${definition}\n${text}`), []);
  });
}

test('a line that names two things is told for each that is not there', async () => {
  assert.deepEqual(await missing(`${profile}\n trustpoint A client B\ncrypto pki trustpoint A\n`), [
    'voice class tls-profile 5: trustpoint A client B (crypto pki trustpoint B)',
  ]);
});

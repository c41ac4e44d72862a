import type { Args } from '../../cli/index.ts';
import { type CipherName, cipherNames, type TlsCipherClass } from '../../sip/settings.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import type { Tree } from '../tree.ts';
import { withNumber, withoutNumber } from './numbered.ts';

const setting = settingsOf<TlsCipherClass>();
const lens = entryLens<number, TlsCipherClass>(
  (tree) => tree.tlsClasses.ciphers,
  (tree, ciphers) => ({ ...tree, tlsClasses: { ...tree.tlsClasses, ciphers } }),
);

/** Table keys: they are the names. */
const names = Object.keys(cipherNames) as CipherName[];

/** Thirteen suites, as the newest releases take. */
const cipher = `cipher <preference:int(1-13)> {${names.join(' | ')}}` as const;

function named(words: Readonly<Record<string, unknown>>): CipherName | undefined {
  return names.find((name) => words[name] === true);
}

export const tlsCipherMode = configMode<TlsCipherClass>({
  name: 'config-class-tls-cipher',
  prompt: 'config-class',
  lens,
  settings: [
    setting(cipher as 'cipher <preference:int(1-13)> {x}', 'Cipher suite by preference', {
      standard: 'none',
      set: (record, words) => {
        const name = named(words as Args<string>);
        return name === undefined ? record : { ...record, ciphers: withNumber(record.ciphers, words.preference, name) };
      },
      unset: (record, { preference }) => ({ ...record, ciphers: withoutNumber(record.ciphers, preference) }),
      noSyntax: 'cipher <preference:int(1-13)> [<name:word>]',
      print: ({ ciphers }) => [...ciphers].map(([preference, name]) => `cipher ${preference} ${name}`),
    }),
  ],
});

export const tlsCipherOpener = opener('voice class tls-cipher <tag:int(1-10000)>', 'List of TLS cipher suites', {
  mode: 'config-class-tls-cipher',
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.tlsClasses.ciphers.has(tag) ? tree : lens.write(tree, tag, { tag, ciphers: new Map() }, world.config.batch),
  remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
});

export function printTlsCiphers(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.tlsClasses.ciphers.keys(), (tag) => [
      `voice class tls-cipher ${tag}`,
      ...tlsCipherMode.print(tree, tag, all),
    ]),
  );
}

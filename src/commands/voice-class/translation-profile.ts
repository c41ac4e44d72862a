import type { NumberKind, TranslationProfile } from '../../call/index.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { numberKinds } from '../number-kinds.ts';
import { blocks } from '../section.ts';
import type { Tree } from '../tree.ts';

const setting = settingsOf<TranslationProfile>();
const lens = entryLens<string, TranslationProfile>(
  (tree) => tree.voiceClasses.profiles,
  (tree, profiles) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, profiles } }),
);

type Words = Readonly<Partial<Record<NumberKind, true | undefined>>>;

function kindOf(words: Words): NumberKind {
  return numberKinds.find(([kind]) => words[kind])?.[0] ?? 'called';
}

const which = '{calling | called | redirect-called | redirect-target | callback-number}';

export const translationProfileMode = configMode<TranslationProfile>({
  name: 'cfg-translation-profile',
  prompt: 'cfg-translation-profile',
  lens,
  settings: [
    setting(`translate ${which} <tag:int(1-2147483647)>`, 'Translation rule set of a kind of number', {
      standard: 'none',
      set: (profile, words) => ({ ...profile, rules: { ...profile.rules, [kindOf(words)]: words.tag } }),
      unset: (profile, words) => {
        const { [kindOf(words)]: _, ...rules } = profile.rules;
        return { ...profile, rules };
      },
      noSyntax: `translate ${which} [<tag:int(1-2147483647)>]`,
      print: ({ rules }) =>
        numberKinds.flatMap(([kind, word]) => (rules[kind] === undefined ? [] : [`translate ${word} ${rules[kind]}`])),
    }),
  ],
});

export const translationProfileOpener = opener(
  'voice translation-profile <name:word>',
  'Define a translation profile',
  {
    mode: 'cfg-translation-profile',
    focus: ({ name }) => name,
    create: (tree, { name }, { world }) =>
      tree.voiceClasses.profiles.has(name) ? tree : lens.write(tree, name, { name, rules: {} }, world.config.batch),
    remove: (tree, { name }, { world }) => lens.remove(tree, name, world.config.batch),
  },
);

export function printTranslationProfiles(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.profiles.keys(), (name) => [
      `voice translation-profile ${name}`,
      ...translationProfileMode.print(tree, name, all),
    ]),
  );
}

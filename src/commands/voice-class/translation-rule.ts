import { compileSed, isReplacement, type TranslationRule, type TranslationRules } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import type { Tree } from '../tree.ts';
import { withNumber, withoutNumber } from './numbered.ts';

const setting = settingsOf<TranslationRules>();
const lens = entryLens<number, TranslationRules>(
  (tree) => tree.voiceClasses.rules,
  (tree, rules) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, rules } }),
);

/** `/text/` without its slashes. Throws when there are none. */
function between(typed: string): string {
  const text = /^\/(.*)\/$/s.exec(typed)?.[1];
  if (text === undefined) throw new CommandError(`% Invalid translation rule: ${typed} is not written between slashes`);
  return text;
}

function checkedMatch(typed: string): string {
  const text = between(typed);
  if (compileSed(text) === undefined) throw new CommandError(`% Invalid translation rule: ${typed} cannot be matched`);
  return text;
}

function checkedReplacement(typed: string): string {
  const text = between(typed);
  if (!isReplacement(text)) throw new CommandError(`% Invalid translation rule: ${typed} cannot replace anything`);
  return text;
}

function typeText(word: string, pair: TranslationRule['type']): string {
  return pair === undefined ? '' : ` ${word} ${pair.from}${pair.to === undefined ? '' : ` ${pair.to}`}`;
}

function printRule(number: number, { match, replace, type, plan }: TranslationRule): string {
  const what = replace === undefined ? `reject /${match}/` : `/${match}/ /${replace}/`;
  return `rule ${number} ${what}${typeText('type', type)}${typeText('plan', plan)}`;
}

const types = ['abbreviated', 'any', 'international', 'national', 'network', 'reserved', 'subscriber', 'unknown'];
const plans = ['any', 'data', 'ermes', 'isdn', 'national', 'private', 'reserved', 'telex', 'unknown'];

/** A word of these, whole or shortened. */
function oneOf(words: readonly string[], typed: string): string {
  const found = words.filter((word) => word.startsWith(typed.toLowerCase()));
  const one = words.find((word) => word === typed.toLowerCase()) ?? (found.length === 1 ? found[0] : undefined);
  if (one === undefined) throw new CommandError(`% Invalid translation rule: ${typed} is none of ${words.join(', ')}`);
  return one;
}

interface Words {
  readonly number: number;
  readonly rejected?: string | undefined;
  readonly match?: string | undefined;
  readonly replace?: string | undefined;
  readonly typeFrom?: string | undefined;
  readonly typeTo?: string | undefined;
  readonly planFrom?: string | undefined;
  readonly planTo?: string | undefined;
}

function pair(words: readonly string[], from?: string, to?: string): TranslationRule['type'] {
  if (from === undefined) return undefined;
  return { from: oneOf(words, from), ...(to === undefined ? {} : { to: oneOf(words, to) }) };
}

function ruleOf(words: Words): TranslationRule {
  const type = pair(types, words.typeFrom, words.typeTo);
  const plan = pair(plans, words.planFrom, words.planTo);
  return {
    match: checkedMatch(words.rejected ?? words.match ?? ''),
    ...(words.rejected === undefined ? { replace: checkedReplacement(words.replace ?? '') } : {}),
    ...(type === undefined ? {} : { type }),
    ...(plan === undefined ? {} : { plan }),
  };
}

const typed = '[type <type-from:word> <type-to:word>] [plan <plan-from:word> <plan-to:word>]';
const rejected = 'reject <rejected:word> [type <type-from:word>] [plan <plan-from:word>]';

export const translationRuleMode = configMode<TranslationRules>({
  name: 'cfg-translation-rule',
  prompt: 'cfg-translation-rule',
  lens,
  settings: [
    setting(`rule <number:int(1-100)> {${rejected} | <match:word> <replace:word> ${typed}}`, 'Translation rule', {
      standard: 'none',
      set: (record, words) => ({ ...record, rules: withNumber(record.rules, words.number, ruleOf(words)) }),
      unset: (record, { number }) => ({ ...record, rules: withoutNumber(record.rules, number) }),
      noSyntax: 'rule <number:int(1-100)> [<rest:line>]',
      print: ({ rules }) => [...rules].map(([number, rule]) => printRule(number, rule)),
    }),
  ],
});

export const translationRuleOpener = opener(
  'voice translation-rule <tag:int(1-2147483647)>',
  'Define a translation rule set',
  {
    mode: 'cfg-translation-rule',
    focus: ({ tag }) => tag,
    create: (tree, { tag }, { world }) =>
      tree.voiceClasses.rules.has(tag) ? tree : lens.write(tree, tag, { tag, rules: new Map() }, world.config.batch),
    remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
  },
);

export function printTranslationRules(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.rules.keys(), (tag) => [
      `voice translation-rule ${tag}`,
      ...translationRuleMode.print(tree, tag, all),
    ]),
  );
}

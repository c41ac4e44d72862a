import { type Translated, type TranslationProfile, type TranslationRules, translate } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';

function rulesOf({ config }: World, tag: number): TranslationRules {
  const rules = config.running.voiceClasses.rules.get(tag);
  if (rules === undefined) throw new CommandError(`% Translation rule set ${tag} is not defined`);
  return rules;
}

interface Tried {
  readonly number: string;
  readonly result: Translated;
}

/** `test voice translation-rule`. Numbers of SIP have no type and no plan. */
function printTried({ number, result }: Tried): readonly string[] {
  if (result.kind === 'unmatched') return [`${number} Didn't match with any of rules`];
  if (result.kind === 'rejected') return [`${number} blocked on rule ${result.rule}`];
  return [
    `Matched with rule ${result.rule}`,
    `Original number: ${number}      Translated number: ${result.number}`,
    'Original number type: none      Translated number type: none',
    'Original number plan: none      Translated number plan: none',
  ];
}

function printRules(sets: readonly TranslationRules[]): readonly string[] {
  return sets.flatMap(({ tag, rules }) => [
    `Translation-rule tag: ${tag}`,
    ...[...rules].flatMap(([number, { match, replace, type, plan }]) => [
      `        Rule ${number}:`,
      `        Match pattern: ${match}`,
      replace === undefined ? '        Reject' : `        Replace pattern: ${replace}`,
      `        Match type: ${type?.from ?? 'none'}                Replace type: ${type?.to ?? 'none'}`,
      `        Match plan: ${plan?.from ?? 'none'}                Replace plan: ${plan?.to ?? 'none'}`,
      '',
    ]),
  ]);
}

function printProfiles(profiles: readonly TranslationProfile[]): readonly string[] {
  return profiles.flatMap(({ name, rules }) => [
    `Translation Profile: ${name}`,
    `        Rule for Calling number: ${rules.calling ?? ''}`.trimEnd(),
    `        Rule for Called number: ${rules.called ?? ''}`.trimEnd(),
    `        Rule for Redirect number: ${rules.redirectCalled ?? ''}`.trimEnd(),
    `        Rule for Redirect-Target number: ${rules.redirectTarget ?? ''}`.trimEnd(),
    `        Rule for Callback number: ${rules.callbackNumber ?? ''}`.trimEnd(),
    '',
  ]);
}

export const translationShows: NonNullable<CommandSet['exec']> = [
  show(
    'test voice translation-rule <tag:int(1-2147483647)> <number:word>',
    'What a rule set makes of a number',
    (world, { tag, number }): Tried => ({ number, result: translate(rulesOf(world, tag).rules, number) }),
    printTried,
  ),
  show(
    'show voice translation-rule [<tag:int(1-2147483647)>]',
    'Display translation rule sets',
    (world, { tag }) =>
      tag === undefined ? [...world.config.running.voiceClasses.rules.values()] : [rulesOf(world, tag)],
    printRules,
  ),
  show(
    'show voice translation-profile [<name:word>]',
    'Display translation profiles',
    ({ config }, { name }) =>
      [...config.running.voiceClasses.profiles.values()].filter((one) => name === undefined || one.name === name),
    printProfiles,
  ),
];

import { compileSed, expand, type SedPattern } from './sed-pattern.ts';
import type { TranslationRule, VoiceClasses } from './settings.ts';

/** What a rule set makes of a number. */
export type Translated =
  | { readonly kind: 'translated'; readonly rule: number; readonly number: string }
  | { readonly kind: 'rejected'; readonly rule: number }
  | { readonly kind: 'unmatched' };

/** Compiled once for a rule, which never changes. */
const compiled = new WeakMap<TranslationRule, SedPattern | undefined>();

function patternOf(rule: TranslationRule): SedPattern | undefined {
  if (!compiled.has(rule)) compiled.set(rule, compileSed(rule.match));
  return compiled.get(rule);
}

/** `any` and `unknown` are all a SIP number can be: it has no type and no plan. */
function concernsUntyped({ type, plan }: TranslationRule): boolean {
  return [type, plan].every((pair) => pair === undefined || pair.from === 'any' || pair.from === 'unknown');
}

/** The first rule that matches decides (in the order of their numbers). */
export function translate(rules: ReadonlyMap<number, TranslationRule>, number: string): Translated {
  for (const [rule, one] of [...rules].toSorted(([a], [b]) => a - b)) {
    const match = concernsUntyped(one) ? patternOf(one)?.find(number) : undefined;
    if (match === undefined) continue;
    if (one.replace === undefined) return { kind: 'rejected', rule };
    const translated = number.slice(0, match.start) + expand(one.replace, match) + number.slice(match.end);
    return { kind: 'translated', rule, number: translated };
  }
  return { kind: 'unmatched' };
}

/** Who calls whom. */
export interface Numbers {
  readonly calling: string;
  readonly called: string;
}

/**
 * The numbers as `voice translation-profile`s make them, one after the other; a profile or a rule set that is not there
 * changes nothing. Undefined: a rule rejects the call.
 */
export function translateNumbers(
  classes: VoiceClasses,
  profiles: readonly (string | undefined)[],
  numbers: Numbers,
): Numbers | undefined {
  let next: Numbers | undefined = numbers;
  for (const profile of profiles) next = next && translateOnce(classes, profile, next);
  return next;
}

function translateOnce(classes: VoiceClasses, profile: string | undefined, numbers: Numbers): Numbers | undefined {
  const { calling, called } = (profile === undefined ? undefined : classes.profiles.get(profile)?.rules) ?? {};
  const one = (rule: number | undefined, number: string): string | undefined => {
    const rules = rule === undefined ? undefined : classes.rules.get(rule)?.rules;
    const result = rules === undefined ? undefined : translate(rules, number);
    if (result?.kind === 'rejected') return undefined;
    return result?.kind === 'translated' ? result.number : number;
  };
  const next = { calling: one(calling, numbers.calling), called: one(called, numbers.called) };
  return next.calling === undefined || next.called === undefined
    ? undefined
    : { calling: next.calling, called: next.called };
}

import type { CallTranslation } from '../../port/index.ts';
import { type Setting, settingsOf } from '../config-mode.ts';

function translated(
  { incoming, outgoing }: CallTranslation,
  which: { readonly incoming?: true | undefined },
  name: string | undefined,
): CallTranslation {
  const next = which.incoming ? { incoming: name, outgoing } : { incoming, outgoing: name };
  return {
    ...(next.incoming === undefined ? {} : { incoming: next.incoming }),
    ...(next.outgoing === undefined ? {} : { outgoing: next.outgoing }),
  };
}

/** `translation-profile`: what becomes of the numbers of calls through a dial peer or a voice port. */
export function translationSetting<R extends { readonly translation: CallTranslation }>(help: string): Setting<R> {
  return settingsOf<R>()('translation-profile {incoming | outgoing} <name:word>', help, {
    standard: 'none',
    set: (record, args) => ({ ...record, translation: translated(record.translation, args, args.name) }),
    unset: (record, args) => ({ ...record, translation: translated(record.translation, args, undefined) }),
    noSyntax: 'translation-profile {incoming | outgoing} [<name:word>]',
    print: ({ translation: { incoming, outgoing } }) => [
      ...(incoming === undefined ? [] : [`translation-profile incoming ${incoming}`]),
      ...(outgoing === undefined ? [] : [`translation-profile outgoing ${outgoing}`]),
    ],
  });
}

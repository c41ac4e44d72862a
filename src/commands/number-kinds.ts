import type { NumberKind } from '../call/index.ts';

/** Kinds of numbers, and what `translate` calls them. */
export const numberKinds: readonly (readonly [NumberKind, string])[] = [
  ['calling', 'calling'],
  ['called', 'called'],
  ['redirectCalled', 'redirect-called'],
  ['redirectTarget', 'redirect-target'],
  ['callbackNumber', 'callback-number'],
];

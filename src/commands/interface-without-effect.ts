import { type KeptWithoutEffect, withoutEffect } from './kept.ts';
import type { Tree } from './tree.ts';

/** Interfaces that wait for an address nobody gives them. */
export function interfacesWithoutEffect({ interfaces }: Tree): readonly KeptWithoutEffect[] {
  const reason = 'the host asks for its addresses itself: write down the one it was given';
  return [...interfaces.values()].flatMap(({ name, addressFrom: from }) =>
    from === undefined ? [] : [withoutEffect([`interface ${name}`], `ip address ${from}`, reason)],
  );
}

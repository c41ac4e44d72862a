import { harmless } from '../inert-reason.ts';
import { type KeptWithoutEffect, withoutEffect } from '../kept.ts';
import type { Tree } from '../tree.ts';
import type { LineSettings } from './settings.ts';

const ofTerminal = harmless('belongs to the terminal of a router');
const noTelnet = harmless('Telnet is not offered');

/** Lines under `line ...` that have no effect here, and why. What neighbours have alike is told once: `line vty 0 4`. */
export function linesWithoutEffect(tree: Tree): readonly KeptWithoutEffect[] {
  const told: { readonly kind: string; readonly first: number; last: number; readonly inside: readonly string[] }[] =
    [];
  for (const [name, line] of tree.access.lines) {
    const [kind = '', number = ''] = name.split(' ');
    const inside = insideOf(line);
    const before = told.at(-1);
    const follows = before?.kind === kind && before.last === Number(number) - 1;
    if (follows && before.inside.join('\n') === inside.join('\n')) before.last = Number(number);
    else told.push({ kind, first: Number(number), last: Number(number), inside });
  }
  return told.flatMap(({ kind, first, last, inside }) => {
    const block = [`line ${kind} ${first === last ? first : `${first} ${last}`}`];
    return inside.map((text) => withoutEffect(block, text, text === telnet ? noTelnet : ofTerminal));
  });
}

const telnet = 'transport input telnet';

function insideOf({ kept, transportInput }: LineSettings): readonly string[] {
  return transportInput === 'telnet' ? [...kept, telnet] : kept;
}

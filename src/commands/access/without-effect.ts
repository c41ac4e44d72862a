import type { Tree } from '../tree.ts';

/** Lines under `line ...` that have no effect here, and why. */
export function linesWithoutEffect(tree: Tree): readonly { place: string; line: string; reason: string }[] {
  return [...tree.access.lines].flatMap(([name, line]) => [
    ...line.kept.map((text) => ({ place: `line ${name}`, line: text, reason: 'belongs to the terminal of a router' })),
    ...(line.transportInput === 'telnet'
      ? [{ place: `line ${name}`, line: 'transport input telnet', reason: 'Telnet is not offered' }]
      : []),
  ]);
}

import type { Section } from './section.ts';
import type { Tree } from './tree.ts';

/** The configuration as text, as it is stored and loaded: sections in their order, a `!` after each, `end` at the end. */
export function printConfiguration(tree: Tree, sections: readonly Section[], all = false): string {
  const lines = ['!'];
  for (const section of sections) {
    const printed = section.print(tree, all);
    if (printed.length > 0) lines.push(...printed, '!');
  }
  return `${[...lines, 'end'].join('\n')}\n`;
}

/** `show running-config`: the same text below its heading; `all`, with every default. */
export function showRunning(tree: Tree, sections: readonly Section[], all = false): readonly string[] {
  return underHeading(printConfiguration(tree, sections, all));
}

/** A configuration's text below the heading it is shown with. */
export function underHeading(text: string): readonly string[] {
  const bytes = Buffer.byteLength(text);
  return ['Building configuration...', '', `Current configuration : ${bytes} bytes`, ...text.trimEnd().split('\n')];
}

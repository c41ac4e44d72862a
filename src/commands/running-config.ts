import type { Section } from './section.ts';
import type { Tree } from './tree.ts';

/** The configuration as text, as it is stored and loaded: sections in their order, a `!` after each, `end` at the end. */
export function printConfiguration(tree: Tree, sections: readonly Section[]): string {
  const lines = ['!'];
  for (const section of sections) {
    const printed = section.print(tree);
    if (printed.length > 0) lines.push(...printed, '!');
  }
  return `${[...lines, 'end'].join('\n')}\n`;
}

/** `show running-config`: the text below its heading. */
export function underHeading(text: string): readonly string[] {
  const bytes = Buffer.byteLength(text);
  return ['Building configuration...', '', `Current configuration : ${bytes} bytes`, ...text.trimEnd().split('\n')];
}

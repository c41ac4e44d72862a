/** Where in its file a line of the configuration was typed, and how. */
import type { TypedLine } from './cli/index.ts';
import { withoutSecrets } from './cli/index.ts';
import type { Block } from './commands/index.ts';

/** The lines of a file by their blocks, found again by what running-config makes of them. */
export class Source {
  readonly #blocks = new Map<string, TypedLine[]>();

  constructor(lines: readonly TypedLine[]) {
    for (const line of lines) {
      const key = keyOf(line.block);
      const block = this.#blocks.get(key);
      if (block === undefined) this.#blocks.set(key, [line]);
      else block.push(line);
    }
  }

  /**
   * The line that was typed for this one: the last that says the same, else one that says it with more words, else one that
   * begins and ends alike (`bind all ...` for `bind media ...`). Undefined: it came from elsewhere.
   */
  find(block: Block, line: string): TypedLine | undefined {
    const typed = this.#linesOf(block);
    const wanted = withoutSecrets(line);
    return (
      typed.findLast((one) => withoutSecrets(one.line) === wanted) ??
      typed.findLast((one) => one.line.startsWith(`${wanted} `)) ??
      typed.findLast((one) => wanted.startsWith(`${one.line} `) || isAlike(one.line, wanted))
    );
  }

  /** A header may be typed shorter than it reads back: `voice class uri A` for `voice class uri A sip`. */
  #linesOf(block: Block): readonly TypedLine[] {
    const key = keyOf(block);
    const exact = this.#blocks.get(key);
    if (exact !== undefined) return exact;
    const others = [...this.#blocks].filter(([one]) => one.startsWith(`${key} `) || key.startsWith(`${one} `));
    return others.flatMap(([one, lines]) => (one === '' ? [] : lines));
  }
}

function keyOf(block: Block): string {
  return block
    .join('\n')
    .toLowerCase()
    .replace(/^line console /, 'line con ');
}

function isAlike(typed: string, wanted: string): boolean {
  const [a, b] = [typed.split(' '), wanted.split(' ')];
  return a.length === b.length && a[0] === b[0] && a.at(-1) === b.at(-1);
}

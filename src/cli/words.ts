/** A word of a typed line and where it begins, from 0. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/** The words of a line. Blanks and tabs separate, in any number; quotes are letters like any other. */
export function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  for (let i = 0; i <= line.length; i++) {
    const blank = i === line.length || line[i] === ' ' || line[i] === '\t';
    if (!blank && start < 0) start = i;
    if (blank && start >= 0) {
      words.push({ text: line.slice(start, i), column: start });
      start = -1;
    }
  }
  return words;
}

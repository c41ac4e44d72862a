/** Why a line is not carried out. */
export type Refusal =
  /** `column`: where in the line the first bad character stands. */
  | { readonly kind: 'invalid'; readonly column: number; readonly line: string }
  | { readonly kind: 'ambiguous'; readonly line: string }
  | { readonly kind: 'incomplete' }
  /** `show` or `clear` alone. */
  | { readonly kind: 'subcommand wanted'; readonly word: string }
  /** One word that is no command, typed in EXEC: IOS takes it for the name of a computer. */
  | { readonly kind: 'unknown word' }
  /** The handler's own words, one or more lines. */
  | { readonly kind: 'refused'; readonly lines: readonly string[] }
  | { readonly kind: 'too long' }
  /** The handler failed in a way it should not have. */
  | { readonly kind: 'fault' };

/** The lines a terminal shows. The caret is counted from the start of the prompt the line was typed behind. */
export function refusalLines(refusal: Refusal, promptLength: number): readonly string[] {
  if (refusal.kind === 'refused') return refusal.lines;
  const sentence = refusalSentence(refusal);
  if (refusal.kind === 'invalid') return [`${' '.repeat(promptLength + refusal.column)}^`, sentence, ''];
  return refusal.kind === 'incomplete' ? [sentence, ''] : [sentence];
}

/** The sentence alone, for a report that has no terminal line to point at. */
export function refusalSentence(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'invalid':
      return "% Invalid input detected at '^' marker.";
    case 'ambiguous':
      return `% Ambiguous command:  "${refusal.line}"`;
    case 'incomplete':
      return '% Incomplete command.';
    case 'subcommand wanted':
      return `% Type "${refusal.word} ?" for a list of subcommands`;
    case 'unknown word':
      return '% Unknown command or computer name, or unable to find computer address';
    case 'refused':
      return (
        refusal.lines.find((line) => line.startsWith('%')) ?? refusal.lines.find((line) => line !== '') ?? '% Refused'
      );
    case 'too long':
      return '% Line is too long';
    case 'fault':
      return '% Internal error: the command was not carried out';
  }
}

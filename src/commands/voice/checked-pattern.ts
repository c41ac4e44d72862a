import { checkPattern } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';

/** The pattern as typed. Throws the two lines IOS prints for one it cannot read. */
export function checkedPattern(pattern: string): string {
  const wrong = checkPattern(pattern);
  if (wrong !== undefined) throw new CommandError(wrong);
  return pattern;
}

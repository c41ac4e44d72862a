import type { Reason } from './inert-reason.ts';
import type { SectionName } from './section-order.ts';

/**
 * What is accepted without effect: commands of a router that a gateway in software has nothing to do for. They are kept
 * as typed, read back at their place in running-config, and named by `dialpeer check` and `show configuration inert`.
 * Whatever is not here and not a command is refused, as on IOS.
 */
export interface InertCommand {
  /** The mode it is typed in. */
  readonly mode: string;
  /** Keywords, then groups and arguments. Two lines that begin with the same keywords replace each other... */
  readonly syntax: string;
  /** ...unless it may stand several times (`ip route`). */
  readonly many?: true;
  /** ...or once with this last word and once without it (`secondary`). */
  readonly rank?: string;
  /** Global commands: the section of running-config that reads it back. */
  readonly section?: SectionName;
  /** Opens a block of lines: the mode's name, and what stands between the brackets of its prompt. */
  readonly opens?: { readonly mode: string; readonly prompt: string };
  /** The `no` form is a line of its own that is kept too (`no aaa new-model`). Else `no` removes the line. */
  readonly keepsNo?: true;
  /** What an empty router has, in the form that says it: such a line is not kept, and `show running-config all` prints it. */
  readonly standard?: string;
  /** Syntax of the `no` form where it may end earlier than behind the leading keywords, or must not. */
  readonly noSyntax?: string;
  /** Takes no `no` and no `default`: an empty router has it too. */
  readonly lasting?: true;
  /** The syntax has a `password [0 | 6 | 7] <password:word>`: it reads back as type 7, and takes the place of another. */
  readonly secret?: true;
  /** Reads back otherwise than typed: from the words of the line, keywords written out. */
  readonly readBack?: (words: readonly string[]) => string;
  /** Why it has no effect. */
  readonly reason: Reason;
}

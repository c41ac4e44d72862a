import { CommandError, command } from './command.ts';
import type { FilteredOutput } from './filtered-output.ts';

/** What may stand behind `|` to write the output into a file, with its help. */
export const fileKinds = {
  append: 'Append redirected output to URL (URLs supporting append operation only)',
  redirect: 'Redirect output to URL',
  tee: 'Copy output to URL',
} as const;

export type FileKind = keyof typeof fileKinds;

/** Between `tee` and its URL. */
export const appendWord = '/append';

export interface FileFilter {
  readonly kind: FileKind;
  readonly appends: boolean;
  readonly url: string;
}

/** Writes the text into the file at `url`, or behind what it holds. A `CommandError` says why it was not written. */
export type SaveOutput<World> = (world: World, url: string, text: string, appends: boolean) => Promise<void>;

/** Where files lie, for `?`. */
export const filePlaces = ['flash:', 'nvram:', 'tftp:'] as const;

export function isFileKind(kind: string): kind is FileKind {
  return kind in fileKinds;
}

/** Never typed: who may use commands of its level may write files. */
export const savingCommand = command<string, unknown>('| {append | redirect | tee}', 'Write into a file', () => {});

/** The largest text that is written, in characters. */
const longestText = 32 * 1024 * 1024;

/** Gathers the output and saves it once all of it is there, so that a command that fails writes nothing. */
export function outputFile(
  { kind, url }: FileFilter,
  print: (line: string) => void,
  save: (text: string) => Promise<void>,
): FilteredOutput {
  const lines: string[] = [];
  let length = 0;
  return {
    print: (line) => {
      if (kind === 'tee') print(line);
      length += line.length + 1;
      if (length <= longestText) lines.push(`${line}\n`);
    },
    end: () => {
      if (length > longestText) throw new CommandError(`%Error writing ${url} (File too large)`);
      return save(lines.join(''));
    },
  };
}

import type { FilteredOutput } from './filtered-output.ts';
import { compileLinePattern } from './line-pattern.ts';
import { type FileFilter, type FileKind, fileKinds } from './output-file.ts';

/** What may stand behind `|`, with its help. */
const filterKinds = {
  begin: 'Begin with the line that matches',
  count: 'Count number of lines which match',
  exclude: 'Exclude lines that match',
  include: 'Include lines that match',
  section: 'Filter a section of output',
} as const;

type FilterKind = keyof typeof filterKinds;

/** Ours: the record of a `show` instead of its lines. It takes no pattern. */
export const jsonKind = 'json';

type AnyKind = FilterKind | FileKind | typeof jsonKind;

/** All of them, with their help, for a command that has a record or has none, and a session that may write files or may not. */
export function filtersFor(hasRecord: boolean, saves: boolean): readonly (readonly [kind: AnyKind, help: string])[] {
  const all: readonly (readonly [AnyKind, string])[] = [
    ...(Object.entries(filterKinds) as [FilterKind, string][]),
    ...(saves ? (Object.entries(fileKinds) as [FileKind, string][]) : []),
    ...(hasRecord ? ([[jsonKind, 'The record that is shown, as JSON (dialpeer extension)']] as const) : []),
  ];
  return all.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export const patternHelp = 'Regular Expression';

export type OutputFilter = LineFilter | FileFilter | { readonly kind: typeof jsonKind };

export interface LineFilter {
  readonly kind: FilterKind;
  readonly pattern: string;
}

/** Passes on to `print` what the filter lets through. Holds nothing back, so its memory is constant. */
export function filtered(filter: LineFilter, print: (line: string) => void): FilteredOutput {
  const matches = lineMatcher(filter.pattern);
  const idle = (): void => {};
  switch (filter.kind) {
    case 'include':
      return { print: (line) => matches(line) && print(line), end: idle };
    case 'exclude':
      return { print: (line) => matches(line) || print(line), end: idle };
    case 'begin':
      return { print: latched(matches, print), end: idle };
    case 'section':
      return { print: sections(filter.pattern, print), end: idle };
    case 'count':
      return counted(matches, print);
  }
}

function latched(matches: (line: string) => boolean, print: (line: string) => void): (line: string) => void {
  let begun = false;
  return (line) => {
    begun ||= matches(line);
    if (begun) print(line);
  };
}

/** A line that matches and the lines below it that are further in; `exclude` in front of the pattern: all others. */
function sections(typed: string, print: (line: string) => void): (line: string) => void {
  const [lead = '', how] = /^(include|exclude)\s+/.exec(typed) ?? [];
  const matches = lineMatcher(typed.slice(lead.length));
  const isWanted = how !== 'exclude';
  let header = Number.POSITIVE_INFINITY;
  return (line) => {
    const indent = line.length - line.trimStart().length;
    if (indent <= header) header = matches(line) ? indent : Number.POSITIVE_INFINITY;
    if (header < Number.POSITIVE_INFINITY === isWanted) print(line);
  };
}

function counted(matches: (line: string) => boolean, print: (line: string) => void): FilteredOutput {
  let count = 0;
  return {
    print: (line) => {
      if (matches(line)) count++;
    },
    end: () => print(`Number of lines which match regexp = ${count}`),
  };
}

/** Whether a line matches: a regular expression of IOS, or plain text when it is none. Neither is slow, whatever is typed. */
export function lineMatcher(pattern: string): (line: string) => boolean {
  return (/[.*+?()[\]\\_]/.test(pattern) ? compileLinePattern(pattern) : undefined) ?? plainMatcher(pattern);
}

/** Texts joined by `|`, each perhaps held to an end of the line: one plain search per text. */
function plainMatcher(pattern: string): (line: string) => boolean {
  const tests = pattern.split('|').map((text) => {
    const fromStart = text.startsWith('^');
    const toEnd = text.endsWith('$') && text.length > (fromStart ? 1 : 0);
    const plain = text.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
    if (fromStart && toEnd) return (line: string) => line === plain;
    if (fromStart) return (line: string) => line.startsWith(plain);
    if (toEnd) return (line: string) => line.endsWith(plain);
    return (line: string) => line.includes(plain);
  });
  return (line) => tests.some((test) => test(line));
}

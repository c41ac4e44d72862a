import type { Resolved } from './language.ts';

/** A line that was carried out, keywords written out, and those that opened the modes it stands in. */
export interface PerformedLine {
  readonly block: readonly string[];
  readonly line: string;
}

type Line = Pick<Resolved<never>, 'form' | 'written'>;

/** `places`: the modes that were entered, each with the line that opened it where one did. */
export function performedLine(places: readonly { readonly opener?: Line }[], line: Line): PerformedLine {
  return {
    block: places.flatMap(({ opener }) => (opener === undefined ? [] : [writtenLine(opener)])),
    line: writtenLine(line),
  };
}

function writtenLine({ form, written }: Line): string {
  const words = written().map(({ text }) => text);
  return [...(form === 'set' ? [] : [form]), ...words].join(' ');
}

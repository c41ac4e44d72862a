import { isWordAt, octetAt } from './octets.ts';

/** The methods of a call, by the letter they begin with. */
const usual: readonly (string | undefined)[] = byFirstLetter([
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'PRACK',
  'UPDATE',
]);

function byFirstLetter(methods: readonly string[]): (string | undefined)[] {
  const table = new Array<string | undefined>(128).fill(undefined);
  for (const method of methods) table[method.charCodeAt(0)] = method;
  return table;
}

/** The method that is `[start, end)` of the loaded text. The usual ones are constants: cheap to compare, and no slice. */
export function readMethod(text: string, start: number, end: number): string {
  const candidate = usual[octetAt(start, end) & 127];
  return candidate !== undefined && isWordAt(start, end, candidate) ? candidate : text.slice(start, end);
}

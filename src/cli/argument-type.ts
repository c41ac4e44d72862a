import type { ArgumentValues } from './syntax.ts';

/** How one kind of argument is recognised, read and hinted at. */
export interface ArgumentType {
  /** What `?` prints in the place of the word. */
  readonly hint: string;
  /** What `?` says about it when the mode's glossary has nothing on the argument. */
  readonly help: string;
  /** `help` tells so little that the command's own sentence tells more. */
  readonly isVague: boolean;
  /** How much a match tells: 2 a checked form, 1 any word, 0 any rest of a line. */
  readonly weight: 0 | 1 | 2;
  /** The value of a typed word, or undefined when the word is no such argument. */
  read(word: string): string | number | undefined;
}

const largestDec = 0xffff_ffff;

function text(hint: string, help: string, accepts: (word: string) => boolean): ArgumentType {
  return { hint, help, isVague: false, weight: 2, read: (word) => (accepts(word) ? word : undefined) };
}

const argumentTypes: Readonly<Record<keyof ArgumentValues, ArgumentType>> = {
  word: { hint: 'WORD', help: 'A word', isVague: true, weight: 1, read: (word) => word },
  line: { hint: 'LINE', help: 'The rest of the line', isVague: true, weight: 0, read: (rest) => rest },
  ipv4: text('A.B.C.D', 'IP address', (word) => ipv4Number(word) !== undefined),
  mask: text('A.B.C.D', 'IP mask', isContiguousMask),
  prefix: text('/nn', 'Length of the mask', (word) => /^\/(?:[0-9]|[12][0-9]|3[0-2])$/.test(word)),
  host: text('Hostname or A.B.C.D', 'Name or IP address', isHost),
  url: text('WORD', 'URL', (word) => /^[A-Za-z][A-Za-z0-9+.-]{0,31}:/.test(word)),
  hex: text('Hex-data', 'Hexadecimal digits', (word) => /^[0-9A-Fa-f]+$/.test(word)),
  number: text('WORD', 'Decimal digits', (word) => /^[0-9]+$/.test(word)),
  dec: integer(0, largestDec),
};

/** The argument type that a syntax names: `word`, `int(1-10)`. Throws a `TypeError` for a name there is no type for. */
export function argumentType(name: string): ArgumentType {
  const range = /^int\((-?\d+)-(-?\d+)\)$/.exec(name);
  if (range) return integer(Number(range[1]), Number(range[2]));
  if (!Object.hasOwn(argumentTypes, name)) throw new TypeError(`no argument type "${name}"`);
  return argumentTypes[name as keyof ArgumentValues];
}

function integer(low: number, high: number): ArgumentType {
  const read = (word: string): number | undefined => {
    if (word.length > 20 || !/^-?[0-9]+$/.test(word)) return undefined;
    const value = Number(word);
    return value >= low && value <= high ? value : undefined;
  };
  return { hint: `<${low}-${high}>`, help: 'Number', isVague: true, weight: 2, read };
}

/** A dotted address as a number, undefined when it is none. */
function ipv4Number(word: string): number | undefined {
  if (!/^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$/.test(word)) return undefined;
  const bytes = word.split('.').map(Number);
  return bytes.some((byte) => byte > 255) ? undefined : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function isContiguousMask(word: string): boolean {
  const mask = ipv4Number(word);
  if (mask === undefined) return false;
  const zeros = ~mask >>> 0;
  return (zeros & (zeros + 1)) === 0;
}

function isHost(word: string): boolean {
  if (word.length > 255 || !/^[A-Za-z0-9_.:[\]-]+$/.test(word)) return false;
  return /^[0-9.]+$/.test(word) ? ipv4Number(word) !== undefined : true;
}

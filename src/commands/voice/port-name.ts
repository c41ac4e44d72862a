import { CommandError } from '../../cli/index.ts';

/** A voice port's name, `SLOT/PORT` or `SLOT/SUBUNIT/PORT`, as typed. Throws when it is none. */
export function portName(typed: string): string {
  const numbers = typed.split('/', 4);
  const wellFormed = numbers.length === 2 || numbers.length === 3;
  if (!wellFormed || !numbers.every((number) => /^\d{1,2}$/.test(number)))
    throw new CommandError(`% Invalid voice port: ${typed}`);
  return numbers.map(Number).join('/');
}

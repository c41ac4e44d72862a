const pattern = /^\+?[0-9A-D*#.]{1,32}$/i;

/** `num-exp EXTENSION NUMBER`, by extension: in both a dot stands for any digit. */
export type Expansions = ReadonlyMap<string, string>;

/** Whether the two can stand in a `num-exp`: digits and dots, and no digit in the second that the first does not have. */
export function isExpansion(extension: string, number: string): boolean {
  return pattern.test(extension) && pattern.test(number) && dots(number) <= dots(extension);
}

/**
 * The number that an extension stands for: of those that describe the whole of it, the one that names most of its digits. What its
 * dots stand for goes into the dots of the number, the last digit into the last one. Once only: what comes of it is not expanded.
 */
export function expand(called: string, expansions: Expansions | undefined): string {
  if (expansions === undefined || expansions.size === 0) return called;
  let best: string | undefined;
  for (const extension of expansions.keys()) {
    if (fits(called, extension) && (best === undefined || dots(extension) < dots(best))) best = extension;
  }
  const number = best === undefined ? undefined : expansions.get(best);
  if (best === undefined || number === undefined) return called;
  const free = [...called].filter((_, i) => best[i] === '.');
  let next = free.length - dots(number);
  return number.replaceAll('.', () => free[next++] ?? '');
}

function fits(called: string, extension: string): boolean {
  if (called.length !== extension.length) return false;
  for (let i = 0; i < called.length; i++) if (extension[i] !== '.' && extension[i] !== called[i]) return false;
  return true;
}

function dots(text: string): number {
  return text.split('.').length - 1;
}

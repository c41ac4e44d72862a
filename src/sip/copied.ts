/**
 * Copies of slices. A slice keeps the whole text it was cut from in memory, here a received message or more, for as long as a
 * call may last or a transaction waits.
 */
export function copied(texts: readonly string[]): string[] {
  if (texts.length === 0) return [];
  const all = Buffer.from(texts.join(''), 'latin1').toString('latin1');
  let at = 0;
  return texts.map((text) => {
    const start = at;
    at += text.length;
    return all.slice(start, at);
  });
}

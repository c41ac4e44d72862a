/** Work area: what is copied at a time is seldom longer. */
const area = Buffer.alloc(4096);

/**
 * Copies of slices. A slice keeps the whole text it was cut from in memory, here a received message or more, for as long as a
 * call may last or a transaction waits.
 */
export function copied(texts: readonly string[]): string[] {
  if (texts.length === 0) return [];
  const all = copy(texts.join(''));
  let at = 0;
  return texts.map((text) => {
    const start = at;
    at += text.length;
    return all.slice(start, at);
  });
}

function copy(text: string): string {
  if (text.length > area.length) return Buffer.from(text, 'latin1').toString('latin1');
  return area.toString('latin1', 0, area.write(text, 'latin1'));
}

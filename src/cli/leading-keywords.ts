/** The words of a syntax in front of its first argument or group: what its `no` form needs at least. */
export function leadingKeywords(syntax: string): string {
  const words = syntax.trim().split(/\s+/);
  const end = words.findIndex((word) => /^[<{[]/.test(word));
  return words.slice(0, end < 0 ? words.length : end).join(' ');
}

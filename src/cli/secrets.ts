/** Words behind which something secret may stand. Whoever exports or imports keys types the passphrase in the line. */
const telltales = ['password', 'secret', 'key', 'key-string', 'passphrase', 'import', 'export', 'community'] as const;

/** A line of a pasted private key, or of any other object in Base64. */
const encoded = /^[A-Za-z0-9+/]{40,}={0,2}$/;

/** A typed line as it may be logged: what follows a word like `password`, also a shortened one, is `***`. */
export function withoutSecrets(line: string): string {
  if (encoded.test(line.trim())) return '***';
  for (const { 0: word, index } of line.matchAll(/\S+/g)) {
    const typed = word.toLowerCase();
    const tells = typed.length >= 2 && telltales.some((telltale) => telltale.startsWith(typed));
    const end = index + word.length;
    if (tells && line.slice(end).trim() !== '') return `${line.slice(0, end)} ***`;
  }
  return line;
}

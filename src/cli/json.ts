/**
 * A record as JSON, in lines. Maps become objects, sets become arrays, bytes base64, big integers and dates text; what JSON
 * cannot say (functions, undefined) and objects of a class (a key, a socket) are left out. A record that holds itself is cut there.
 */
export function jsonLines(record: unknown): readonly string[] {
  return (JSON.stringify(plain(record, []), undefined, 2) ?? 'null').split('\n');
}

function plain(value: unknown, within: readonly object[]): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return value.message;
  if (within.includes(value)) return undefined;
  const deeper = [...within, value];
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, (item) => plain(item, deeper));
  if (!(value instanceof Map) && !isRecord(value)) return undefined;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [String(key), plain(item, deeper)]));
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

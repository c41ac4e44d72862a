/**
 * `next`, with every part that says the same as the part of `old` in its place replaced by that very part. Services
 * compare by identity, so what a file left as it was is not touched. Looks into plain records, arrays, maps and bytes.
 */
export function reuse<T>(old: T, next: T): T {
  if (Object.is(old, next) || typeof old !== 'object' || typeof next !== 'object' || old === null || next === null) {
    return next;
  }
  // The shape of what comes back is the shape of `next`: its own parts, or equal ones.
  if (Array.isArray(old) && Array.isArray(next)) return reuseArray(old, next) as T;
  if (old instanceof Map && next instanceof Map) return reuseMap(old, next) as T;
  if (old instanceof Uint8Array && next instanceof Uint8Array)
    return (Buffer.compare(old, next) === 0 ? old : next) as T;
  if (isRecord(old) && isRecord(next)) return reuseRecord(old, next) as T;
  return next;
}

function reuseArray(old: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const shared = next.map((item, i) => (i < old.length ? reuse(old[i], item) : item));
  return shared.length === old.length && shared.every((item, i) => Object.is(item, old[i])) ? old : shared;
}

/** The order counts: it is the order in which running-config prints. */
function reuseMap(
  old: ReadonlyMap<unknown, unknown>,
  next: ReadonlyMap<unknown, unknown>,
): ReadonlyMap<unknown, unknown> {
  const shared = new Map<unknown, unknown>();
  const oldKeys = old.keys();
  let same = old.size === next.size;
  for (const [key, value] of next) {
    const kept = old.has(key) ? reuse(old.get(key), value) : value;
    shared.set(key, kept);
    same &&= Object.is(oldKeys.next().value, key) && Object.is(kept, old.get(key));
  }
  return same ? old : shared;
}

function reuseRecord(old: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): object {
  const shared: Record<string, unknown> = {};
  let same = Object.keys(old).length === Object.keys(next).length;
  for (const [key, value] of Object.entries(next)) {
    shared[key] = Object.hasOwn(old, key) ? reuse(old[key], value) : value;
    same &&= Object.hasOwn(old, key) && Object.is(shared[key], old[key]);
  }
  return same ? old : shared;
}

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return Object.getPrototypeOf(value) === Object.prototype;
}

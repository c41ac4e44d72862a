/**
 * Who may edit a collection in place. Those of a configuration are immutable, so every edit copies; a file of ten thousand dial
 * peers would copy fifty million entries. A batch (one file being loaded) therefore remembers those it has copied
 * itself: nobody else has seen them, and until the batch is committed they may be edited as they are.
 */
export class Batch {
  readonly #mine = new WeakSet<object>();
  readonly #lines = new WeakMap<readonly string[], Set<string>>();

  owns(collection: object): boolean {
    return this.#mine.has(collection);
  }

  adopt<T extends object>(collection: T): T {
    this.#mine.add(collection);
    return collection;
  }

  /** The lines of a list this batch owns, for looking them up. */
  linesOf(list: readonly string[]): Set<string> {
    const known = this.#lines.get(list);
    if (known !== undefined) return known;
    const lines = new Set(list);
    this.#lines.set(list, lines);
    return lines;
  }
}

/** `map` with `key` set to `value`; the place of a key already there is kept. Constant time inside a batch. */
export function withEntry<K, V>(batch: Batch | undefined, map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.has(key) && map.get(key) === value) return map;
  return writable(batch, map).set(key, value);
}

/** `map` without `key`; the same map when it was not there. */
export function withoutEntry<K, V>(batch: Batch | undefined, map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const next = writable(batch, map);
  next.delete(key);
  return next;
}

function writable<K, V>(batch: Batch | undefined, map: ReadonlyMap<K, V>): Map<K, V> {
  if (batch?.owns(map) && map instanceof Map) return map;
  const copy = new Map(map);
  return batch === undefined ? copy : batch.adopt(copy);
}

/** Whether the list has the line. Constant time for a list the batch owns. */
export function hasLine(batch: Batch | undefined, list: readonly string[], line: string): boolean {
  return batch?.owns(list) ? batch.linesOf(list).has(line) : list.includes(line);
}

/** The list with a line it does not have yet at its end. Constant time inside a batch. */
export function withLine(batch: Batch | undefined, list: readonly string[], line: string): readonly string[] {
  if (!batch?.owns(list) || !Array.isArray(list)) {
    const copy = [...list, line];
    return batch === undefined ? copy : batch.adopt(copy);
  }
  batch.linesOf(list).add(line);
  list.push(line);
  return list;
}

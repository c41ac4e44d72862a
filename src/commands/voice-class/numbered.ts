/** Maps whose keys are numbers and whose order is that of the numbers, whichever was typed first. */

/** The map with a value, in its place. */
export function withNumber<V>(map: ReadonlyMap<number, V>, key: number, value: V): ReadonlyMap<number, V> {
  return new Map(
    [...map]
      .filter(([other]) => other !== key)
      .concat([[key, value]])
      .toSorted(([a], [b]) => a - b),
  );
}

/** The map without one key. */
export function withoutNumber<V>(map: ReadonlyMap<number, V>, key: number): ReadonlyMap<number, V> {
  const next = new Map(map);
  next.delete(key);
  return next;
}

import type { Pattern, PatternMatch } from './pattern.ts';

interface Entry<T> {
  readonly pattern: Pattern;
  readonly value: T;
}

/**
 * Patterns by the literal digits they begin with: a lookup visits one bucket for each beginning of the number, so ten
 * thousand patterns with numbers of their own cost no more than ten.
 */
export class PatternIndex<T> {
  readonly #buckets = new Map<string, Entry<T>[]>();
  #longestLead = 0;

  add(pattern: Pattern, value: T): void {
    const bucket = this.#buckets.get(pattern.lead);
    if (bucket === undefined) this.#buckets.set(pattern.lead, [{ pattern, value }]);
    else bucket.push({ pattern, value });
    this.#longestLead = Math.max(this.#longestLead, pattern.lead.length);
  }

  /** Takes out a value added with this pattern. */
  remove(pattern: Pattern, value: T): void {
    const bucket = this.#buckets.get(pattern.lead);
    const at = bucket?.findIndex((entry) => entry.value === value) ?? -1;
    if (bucket === undefined || at < 0) return;
    bucket.splice(at, 1);
    if (bucket.length === 0) this.#buckets.delete(pattern.lead);
  }

  /** Tells every value whose pattern matches the number, the most literal first. */
  find(number: string, found: (value: T, match: PatternMatch) => void): void {
    if (this.#buckets.size === 0) return;
    for (let length = Math.min(number.length, this.#longestLead); length >= 0; length--) {
      const bucket = this.#buckets.get(number.slice(0, length));
      if (bucket === undefined) continue;
      for (const { pattern, value } of bucket) {
        const match = pattern.match(number);
        if (match !== undefined) found(value, match);
      }
    }
  }
}

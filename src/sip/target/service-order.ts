import type { ServiceRecord } from '../../io/index.ts';

/**
 * Service records in the order to try them (RFC 2782): by priority, and among equals at random, the likelier the heavier.
 * `draw` gives whole numbers from 0 up to the given one.
 */
export function inServiceOrder(
  records: readonly ServiceRecord[],
  draw: (upTo: number) => number,
): readonly ServiceRecord[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    weighted(
      records.filter((record) => record.priority === priority),
      draw,
    ),
  );
}

function weighted(records: readonly ServiceRecord[], draw: (upTo: number) => number): readonly ServiceRecord[] {
  // Those of weight 0 come first in the running sum, so that they have their small chance.
  const left = [...records].sort((a, b) => Number(a.weight !== 0) - Number(b.weight !== 0));
  const chosen: ServiceRecord[] = [];
  while (left.length > 0) {
    const mark = draw(left.reduce((sum, { weight }) => sum + weight, 0));
    let sum = 0;
    const at = left.findIndex(({ weight }) => {
      sum += weight;
      return sum >= mark;
    });
    chosen.push(...left.splice(Math.max(0, at), 1));
  }
  return chosen;
}

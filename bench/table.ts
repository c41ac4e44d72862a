import type { Measurement } from './measure.ts';

const columns = ['transport', 'rate', 'system', 'calls', 'failed', 'calls/s', 'calls/CPU-s', 'ratio'] as const;

/** One row for each transport, rate and system, with the median of its runs; the ratio is to Kamailio in the same row group. */
export function printTable(measurements: readonly Measurement[]): string {
  const groups = Map.groupBy(measurements, (m) => `${m.transport} ${m.rate}`);
  const rows = [...groups.values()].flatMap(rowsOfGroup);
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [columns, rule, ...rows].map((row) => printRow(row, widths)).join('');
}

function rowsOfGroup(group: readonly Measurement[]): string[][] {
  const bySystem = Map.groupBy(group, (m) => m.system);
  const anchor = efficiency(bySystem.get('kamailio') ?? []);
  return [...bySystem].map(([system, runs]) => {
    const [first] = runs;
    const own = efficiency(runs);
    return [
      first?.transport ?? '',
      `${first?.rate}`,
      system,
      `${median(runs.map((m) => m.completed))}`,
      `${median(runs.map((m) => m.failed))}`,
      median(runs.map((m) => m.completed / m.wallSeconds)).toFixed(0),
      own.toFixed(0),
      anchor > 0 ? (own / anchor).toFixed(2) : '-',
    ];
  });
}

/** Completed calls for each CPU second: the median of the runs; 0 when there is none. */
function efficiency(runs: readonly Measurement[]): number {
  return median(runs.map((m) => m.completed / Math.max(m.cpuSeconds, 0.01)));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

function printRow(cells: readonly string[], widths: readonly number[]): string {
  return `| ${cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join(' | ')} |\n`;
}

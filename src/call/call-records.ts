import type { CallRecord } from './report.ts';

const most = 100;

/** The newest records of calls that ended, written round and round. */
export class CallRecords {
  readonly #records: CallRecord[] = [];
  #count = 0;

  add(record: CallRecord): void {
    this.#records[this.#count++ % most] = record;
  }

  /** Oldest first. */
  all(): readonly CallRecord[] {
    const oldest = this.#count % most;
    return [...this.#records.slice(oldest), ...this.#records.slice(0, oldest)];
  }
}

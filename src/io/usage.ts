/** What this program has used of its host since it began. */
export interface ProcessUsage {
  readonly pid: number;
  /** CPU time, user and system together. */
  readonly cpuMs: number;
  /** How often it was given the processor. */
  readonly switches: number;
  /** Share of one processor, 0 to 1, over the last five seconds, minute and five minutes (or since start, if that is shorter). */
  readonly load: { readonly fiveSeconds: number; readonly oneMinute: number; readonly fiveMinutes: number };
  /** Bytes. */
  readonly memory: {
    readonly resident: number;
    readonly heapUsed: number;
    readonly heapTotal: number;
    /** The most the heap may grow to. */
    readonly heapLimit: number;
    /** Buffers outside the heap. */
    readonly external: number;
  };
}

/** The program as its host sees it. */
export interface ProcessMeter {
  usage(): ProcessUsage;
  /** Milliseconds it has waited for something to do. */
  waitedMs(): number;
  /** How many files and sockets the process may have open; undefined: nobody says. */
  readonly descriptorsAtMost?: number | undefined;
}

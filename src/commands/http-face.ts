/** What commands see of the HTTP server. */
export interface HttpFace {
  report(): HttpReport;
}

export interface HttpReport {
  /** Undefined while nothing listens. */
  readonly port: number | undefined;
  readonly limits: { readonly connections: number; readonly eachSource: number; readonly idleMs: number };
  readonly connections: {
    readonly current: number;
    readonly accepted: number;
    readonly refusedOfSource: number;
    readonly refusedOfAll: number;
  };
}

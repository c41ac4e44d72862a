import type { TransportName } from '../settings.ts';

/** Where a request is to go: an address, or a name that stands for some. The transport is configured, never found out. */
export interface Target {
  readonly host: string;
  readonly isName: boolean;
  /** Absent: whatever the name's service records say, else the transport's own. */
  readonly port?: number;
  readonly transport: TransportName;
  /** Which of those that answer for the name is asked first, though its records no longer say so. */
  readonly prefer?: Candidate;
  /** Whose connections are used; absent: nobody's. */
  readonly tenant?: number;
  /** How old an answer about the name may be, in milliseconds; absent: as for any name. */
  readonly namesHeldMs?: number;
  /** The interface to leave from; absent: as the tenant or the gateway is bound. */
  readonly bind?: string | undefined;
}

/** One place that answers for a target. */
export interface Candidate {
  readonly host: string;
  readonly port: number;
}

export function defaultPort(transport: TransportName): number {
  return transport === 'tls' ? 5061 : 5060;
}

/**
 * sip: signalling. `message`, `transaction` and `dialog` are pure: text and time in, values out. `transport` owns the sockets and
 * the connection tables. `agent` owns transactions, dialogs and sessions and is what calls are made through
 * (`session.ts` is that contract). `report.ts` holds the records that displays print; this page is the face commands read.
 *
 * Who tells whom: the transport hands a message to the agent; the agent asks its tables which transaction and which session
 * it belongs to, and does what they say; a session tells its call leg. Downwards the same rooms in reverse.
 *
 * **Standards:** RFC 3261 with 6026, 3263 (A/AAAA only), 3264 (carried), 3581, 4320, 5626 4.4.1, 5630 (sips over TLS), 5923.
 */
import type {
  CallsReport,
  ClearedConnection,
  ClearTarget,
  ConnectionsReport,
  SipStatistics,
  StatusReport,
} from './report.ts';
import type { TransportName } from './settings.ts';
import type { TlsFailure } from './transport/index.ts';

export interface SipFace {
  connections(transport: TransportName): ConnectionsReport;
  /** Closes the socket by id, removes the reusable entry by target, or both. */
  clear(transport: TransportName, what: ClearTarget): ClearedConnection;
  /** Lets connections end with their last dialog; gives how many. */
  drain(transport: 'tcp' | 'tls', what: ClearTarget): number;
  status(): StatusReport;
  calls(): CallsReport;
  statistics(): SipStatistics;
  clearStatistics(): void;
  /** The TLS set-ups that failed, oldest first; at most 100. */
  failures(): readonly TlsFailure[];
}

export { callsReport } from './agent/calls-report.ts';
export { agentMessages } from './agent/messages.ts';
export { type AgentCounters, SipUserAgent } from './agent/user-agent.ts';
export type {
  CallReport,
  CallsReport,
  ClearedConnection,
  ClearTarget,
  ConnectionRow,
  ConnectionsReport,
  MessageCount,
  SipStatistics,
  StatusReport,
} from './report.ts';
export type { SipTrace } from './trace.ts';
export {
  SipTransport,
  type TlsFailure,
  type TlsPolicy,
  transportMessages,
  transportSettings,
} from './transport/index.ts';

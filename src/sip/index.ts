/**
 * sip: signalling. `message`, `transaction`, `dialog`, `auth` and `screen` are pure: text and time in, values out. `target` finds who
 * answers for a name. `transport` owns the sockets and the connection tables. `agent` owns transactions (`transaction-owner`), takes
 * requests in (`intake`), turns strangers away (`doorkeeper`), keeps dialogs and sessions (`session-table`), finds the way to peers
 * (`ways`), and is what calls are made through (`session.ts` is that contract); `registration` keeps our numbers registered through it,
 * `keepalive` asks places with OPTIONS whether they live. `report.ts` holds the records that displays print; this page is the face commands read.
 *
 * Who tells whom: the transport hands a message to the agent; the agent asks its tables which transaction and which session
 * it belongs to, and does what they say; a session tells its call leg. Downwards the same rooms in reverse.
 *
 * **Standards:** RFC 3261 with 6026, 3262, 3263, 2782, 3311, 3326, 4028, 5393 4, 3264 (carried), 3581, 4320, 5626 4.4.1, 5630 (sips over TLS), 5923; those of `auth` and
 * `registration`.
 */

import type { RegistrationReport } from './registration/index.ts';
import type {
  CallsReport,
  ClearedConnection,
  ClearTarget,
  ConnectionsReport,
  OverloadReport,
  SipStatistics,
  StatusReport,
  TrustReport,
} from './report.ts';
import type { TransportName } from './settings.ts';
import type { TargetReport } from './target/index.ts';
import type { ClosedConnection, ConnectionDetail, TlsFailure } from './transport/index.ts';

export interface SipFace {
  connections(transport: TransportName): ConnectionsReport;
  /** Every one of them with all that is known of it. */
  connectionDetails(transport: TransportName): readonly ConnectionDetail[];
  /** The TCP and TLS connections that ended, oldest first; at most 200. */
  closedConnections(): readonly ClosedConnection[];
  /** Closes the socket by id, removes the reusable entry by target, or both. */
  clear(transport: TransportName, what: ClearTarget): ClearedConnection;
  /** Lets connections end with their last dialog; gives how many. */
  drain(transport: 'tcp' | 'tls', what: ClearTarget): number;
  status(): StatusReport;
  calls(): CallsReport;
  /** Every number we register, with every registrar. */
  registrations(): RegistrationReport;
  statistics(): SipStatistics;
  clearStatistics(): void;
  /** The TLS set-ups that failed, oldest first; at most 100. */
  failures(): readonly TlsFailure[];
  /** What peers make us hold and do, and the bounds on it. */
  overload(): OverloadReport;
  /** Who may call. */
  trust(): TrustReport;
  /** The places that failed lately, and for how long they are asked last. */
  targets(): readonly TargetReport[];
}

export type { AgentCounters } from './agent/agent-parts.ts';
export { callsReport } from './agent/calls-report.ts';
export type { Screening } from './agent/doorkeeper.ts';
export { agentMessages, tellOverload } from './agent/messages.ts';
export { StatisticsCounter } from './agent/statistics.ts';
export { SipUserAgent } from './agent/user-agent.ts';
export {
  type KeepaliveState,
  Keepalives,
  type KeepaliveTarget,
  keepaliveMessages,
  keyOfTarget,
} from './keepalive/index.ts';
export { limitsOf } from './limits.ts';
export {
  type RegistrationReport,
  type RegistrationRow,
  type RegistrationSettings,
  Registrations,
  registerTarget,
  registrationMessages,
} from './registration/index.ts';
export type {
  CallReport,
  CallsReport,
  ClearedConnection,
  ClearTarget,
  ConnectionRow,
  ConnectionsReport,
  MessageCount,
  OverloadReport,
  SipStatistics,
  StatusReport,
  TrustReport,
} from './report.ts';
export { printTrustedEntry, type Source, type TrustedEntry, TrustedSources } from './screen/index.ts';
export type { IncomingInvite } from './session.ts';
export type { TargetReport } from './target/index.ts';
export { settingsOfTenant } from './tenant.ts';
export { callIdOf, displayMessage, type SipTrace, traceHead } from './trace.ts';
export {
  type ClosedConnection,
  type ConnectionDetail,
  type JudgedPeer,
  type PeerBind,
  SipTransport,
  type TlsFailure,
  type TlsOffer,
  type TlsPolicy,
  type TlsRole,
  transportMessages,
  transportSettings,
} from './transport/index.ts';

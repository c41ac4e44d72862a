import type { Clock, Random } from '../../io/index.ts';
import type { Source } from '../screen/index.ts';
import type { InviteReceiver } from '../session.ts';
import type { SipSettings } from '../settings.ts';
import type { Names } from '../target/index.ts';
import type { SipTrace } from '../trace.ts';
import type { Flow, SipTransport } from '../transport/index.ts';
import type { Screening } from './doorkeeper.ts';
import type { AgentLog } from './messages.ts';

/** What a user agent works with. */
export interface AgentParts {
  /** Asked for each time: transport and user agent are made for each other. */
  readonly transport: () => Pick<SipTransport, 'open' | 'listenPort'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: AgentLog;
  readonly settings: SipSettings;
  /** Whether a source may ask for anything; asked before anything is made for a request. */
  readonly screen: (source: Source) => Screening;
  /** Told of every new call. */
  readonly receiver: InviteReceiver;
  /** What names stand for: `ip host` first, then DNS. */
  readonly names: Names;
  /** Written into User-Agent and Server. */
  readonly product: string;
  /** Told of every flow that ends. */
  readonly flowClosed?: (flow: Flow, broken: boolean) => void;
  /** Whether a registrar sends us requests on this very flow (RFC 5626). */
  readonly keepsFlow?: (flow: Flow) => boolean;
  /** How long the program has waited for something to do; absent: nobody measures that. */
  readonly waitedMs?: () => number;
  /** Absent: nothing is traced. */
  readonly trace?: SipTrace;
}

export interface AgentCounters {
  readonly received: number;
  readonly malformed: number;
  readonly strayResponses: number;
  /** Requests of sources that may not call, and how many of them got no answer. */
  readonly strangers: number;
  readonly strangersUnanswered: number;
  /** Calls refused since there was more to do than can be done. */
  readonly busyRefusals: number;
  /** Connections closed because the peer answered nothing on them. */
  readonly silentPeers: number;
}

import type { PortReport } from '../port/index.ts';
import type { SipStatistics } from '../sip/index.ts';
import type {
  ActiveCalls,
  CallAdmissionReport,
  CallCounters,
  CallRecord,
  DialPeerSummary,
  DialPlanMatch,
  LegReport,
  PeerCalls,
  SimulatedCall,
} from './report.ts';

/** What commands may ask of the call room. */
export interface CallFace {
  dialPeers(): DialPeerSummary;
  /** What became of a peer's calls. */
  peerCalls(tag: number): PeerCalls;
  /** The SIP messages of a peer's calls. */
  peerStatistics(tag: number): SipStatistics;
  clearPeerStatistics(): void;
  /** The peers a call to this number would try, in order. */
  dialPlan(called: string): readonly DialPlanMatch[];
  /** The VoIP peer that an incoming call of this calling or called number belongs to; undefined: the default peer. */
  incomingPeer(which: 'calling' | 'called', number: string): DialPlanMatch | undefined;
  activeCalls(): ActiveCalls;
  /** Ends the calls with a leg that is meant, for a Q.850 cause; gives how many. */
  clear(isMeant: (leg: LegReport) => boolean, cause: number): number;
  counters(): CallCounters;
  /** How many calls may come, how many come, and what was refused. */
  admission(): CallAdmissionReport;
  /** The newest calls that ended, oldest first; at most 100. */
  records(): readonly CallRecord[];
  ports(): readonly PortReport[];
  /**
   * `csim start`: calls `called` as if it were dialled on `port`, holds the answered call shortly, releases it.
   * Undefined `port`: a call from nowhere, by the default dial peer. Resolves when the call is over; never rejects.
   */
  simulate(called: string, port?: string): Promise<SimulatedCall>;
}

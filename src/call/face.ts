import type { PortReport } from '../port/index.ts';
import type { SipStatistics } from '../sip/index.ts';
import type { WatchedState } from './availability.ts';
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
import type { GroupServer } from './settings.ts';

/** What commands may ask of the call room. */
export interface CallFace {
  dialPeers(): DialPeerSummary;
  /** What became of a peer's calls. */
  peerCalls(tag: number): PeerCalls;
  /** The SIP messages of a peer's calls. */
  peerStatistics(tag: number): SipStatistics;
  clearPeerStatistics(): void;
  /** What a dialled number stands for (`num-exp`). */
  expanded(called: string): string;
  /** The peers a call to this number would try, in order. */
  dialPlan(called: string): readonly DialPlanMatch[];
  /** The VoIP peer that an incoming call of this calling or called number belongs to; undefined: the default peer. */
  incomingPeer(which: 'calling' | 'called', number: string): DialPlanMatch | undefined;
  /** The places of a dial peer that are asked with OPTIONS whether they live, as they are. */
  watchedPlaces(tag: number): readonly WatchedState[];
  /** The servers of a dial peer's group, in the order its next call would try them. */
  serversOf(tag: number): readonly GroupServer[];
  /** The server of a group that the last call through it tried first. */
  lastServer(group: number): GroupServer | undefined;
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

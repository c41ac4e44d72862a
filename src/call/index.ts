/**
 * call: from a called number to two joined legs.
 *
 * - `pattern` reads the numbers of dial peers, `dial-plan` picks peers with them, `digits` says what a telephone port is
 *   sent, `cause` translates between Q.850 and SIP; `translation` rewrites numbers by `sed-pattern`, `codec-class` and
 *   `target-address` say what a peer offers and where its calls go. All of them are pure.
 * - `server-group` orders the servers of a peer that has several, `server-hunt` knows whose turn it is.
 * - `keepalive-plan` says which places of dial peers are asked whether they live, `availability` what follows of the answers.
 * - `operation` says whether a dial peer is up, and why it is not.
 * - `number-expansion` says what a dialled extension stands for, before any peer is matched.
 * - `call` joins two legs: a table of states and events, one attempt after another until a peer answers. `sip-leg` speaks
 *   to a `SipSession` (whose messages `peer-statistics` counts by dial peer), `pots-leg` to a voice port; both look the same
 *   from the call. A `renegotiation` passes an offer in mid-call from one SIP leg to the other, and the answer back.
 * - A `transfer` (a table too: `transfer-machine`) is a leg on its way from one call into another, whose caller it is; `transfers` judges
 *   what a REFER asks for as a call of the transferor, `retrieval` brings a leg back that was on hold.
 * - A `takeover` puts the leg of an INVITE with Replaces in the place of another of its party.
 * - `simulated-calls` are those of `csim`.
 * - `call-admission` says whether a call more can be borne: `call spike`, `call threshold`.
 * - `service` owns the calls, the ports, the RTP port pool and the dial plan, and is the room's face.
 *
 * Who tells whom: the SIP room tells the service of an INVITE, the service makes the incoming leg and its call; a leg
 * tells its call; the call tells its legs; the call tells the service that it ended. Closing order: legs, then the call,
 * then its record; on `stop` all calls, then the ports, then the RTP sockets.
 *
 * **Standards:** Q.850 causes, RFC 3398 8.2 (SIP and ISUP), RFC 3264 and RFC 6337 by way of `media`.
 */
export {
  type CallAdmissionSettings,
  noCallAdmission,
  spikeDefaults,
  type Threshold,
  type Trigger,
  thresholdKey,
  triggers,
} from './admission-settings.ts';
export { type Availability, keepaliveStatus, type WatchedState } from './availability.ts';
export { causeTables, causeText } from './cause.ts';
export { checkDialPlan } from './dial-plan.ts';
export { type EffectiveSettings, effectiveSettings } from './effective-settings.ts';
export type { CallFace } from './face.ts';
export { gatewayTargets, keepalivePlan, type WatchedPlace } from './keepalive-plan.ts';
export { isExpansion } from './number-expansion.ts';
export { operationOf } from './operation.ts';
export { checkPattern, compilePattern, patternError } from './pattern.ts';
export { registrableNumbers } from './registrable.ts';
export type {
  ActiveCalls,
  CallAdmissionReport,
  CallCounters,
  CallRecord,
  DialPeerRow,
  DialPeerSummary,
  DialPlanMatch,
  LegReport,
  PeerCalls,
  SimulatedCall,
  ThresholdReport,
} from './report.ts';
export { compileSed, isReplacement } from './sed-pattern.ts';
export { isActive, isSameServer, neverStops } from './server-group.ts';
export { CallService } from './service.ts';
export type { CallNeeds, CallOptions, CallSettings } from './service-settings.ts';
export {
  type CodecClass,
  type CodecName,
  type DialPeer,
  type DialPlanSettings,
  type GroupServer,
  type KeepaliveProfile,
  type NumberKind,
  type PatternMap,
  type PeerGroup,
  type PeerKeepalive,
  type PotsPeer,
  potsDefaults,
  redirectsDefault,
  type ServerGroup,
  type SessionTarget,
  type StatusRange,
  type TranslationProfile,
  type TranslationRule,
  type TranslationRules,
  type UriClass,
  type VoiceClasses,
  type VoipPeer,
  voipDefaults,
} from './settings.ts';
export { pointedTarget } from './target-address.ts';
export { type Translated, translate } from './translation.ts';
export { compileUriPattern } from './uri-class.ts';

/**
 * time: what o'clock it is, and who says so.
 *
 * - `system-clock.ts` is the clock that every service is given: the host's, until an operator or a server knows better. From
 *   then on the time of day is the monotonic clock plus a constant, so a host clock that is wrong, or set, changes nothing.
 * - `timekeeper.ts` is the owner and the face: sets the clock, tells what it did, and knows whether it is authoritative.
 * - `ntp-client.ts`: the servers that are configured, and which of them is followed (`selection.ts`). `association.ts` is one of
 *   them: a question from a fresh port every `poll-interval.ts`, the answer judged by `reply.ts`, the last eight of them
 *   weighed by `filter.ts`. `packet.ts` is the form on the wire.
 * - `zone.ts`: standard and summer time; `text.ts`: a time as IOS prints it.
 *
 * Who tells whom: a commit reaches `Timekeeper.reconfigure`; an association tells the client what came of a question, the client
 * chooses and tells the timekeeper, which sets the clock and says when it has become authoritative. Nobody else sets it.
 *
 * **Standards:** RFC 4330 (SNTP), and of RFC 5905 the packet, the clock filter, the selection and the kiss codes. The clock is set,
 * not slewed; nothing is served, and no digest is computed.
 */
export { clockMessages, ntpMessages } from './messages.ts';
export { type NtpTimestamp, referenceText, timestampMs, timestampOf } from './packet.ts';
export { longestPoll, shortestPoll } from './poll-interval.ts';
export type { AssociationReport, ClockMark, ClockReport, NtpReport, PeerStatus, TimeFace } from './report.ts';
export { SystemClock, type TimeSource } from './system-clock.ts';
export { clockText, dateText, monthNames, secondText, weekdayNames } from './text.ts';
export { Timekeeper } from './timekeeper.ts';
export { instantOf, zoneAt } from './zone.ts';

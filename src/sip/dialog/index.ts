/**
 * sip/dialog: what two user agents know of each other between an INVITE and a BYE.
 *
 * A `Dialog` holds the addresses, tags, sequence numbers and route set of RFC 3261 12, judges the order of requests that
 * come in and names every field of those that go out. `DialogTable` finds it by Call-ID and tags. The life of a call leg is a
 * table of its own, one for each direction: `OutgoingInviteMachine` and `IncomingInviteMachine` say what to send and what to tell, from
 * setup to the end, with the repeated 2xx, the missing ACK and the CANCEL that crosses an answer.
 *
 * How an owner uses them: it keeps a machine for each leg, feeds it events (a response of the INVITE transaction, a request
 * found through the table, a wish of the call, `tick` when its `deadline` has come: a `Deadlines` queue holds many), and
 * executes the actions it gets back in order: `send ...` and `answer ...` by printing through the `Dialog` or the request's
 * `Responder`, `tell ...` to the call. Which dialog a response belongs to (forks) is the owner's to see by its To tag: the
 * dialog of the first 2xx is the call's, a 2xx of any other is the event `'2xx of fork'`.
 *
 * Parts: `dialog`, `table`, `outgoing-invite`, `incoming-invite`, `reliable-provisional` (our 18x that want a PRACK),
 * `session-interval` (how long a session lasts without a refresh, and who refreshes it).
 * Who tells whom: the user agent drives all of it. Nothing here calls back.
 *
 * **Standards:** RFC 3261 9, 12, 13, 14 (target refresh), 15; RFC 3262, 3311, 4028, 6026.
 */
export { Dialog, type DialogRequest, dialogId, type SentInvite } from './dialog.ts';
export {
  type IncomingInviteAction,
  type IncomingInviteEvent,
  IncomingInviteMachine,
  type IncomingInviteState,
} from './incoming-invite.ts';
export {
  type OutgoingInviteAction,
  type OutgoingInviteEvent,
  OutgoingInviteMachine,
  type OutgoingInviteState,
} from './outgoing-invite.ts';
export {
  ReliableProvisionalMachine,
  readRack,
} from './reliable-provisional.ts';
export {
  type AgreedInterval,
  type IntervalPolicy,
  intervalHeaders,
  intervalOf,
  intervalTimes,
  judgeInterval,
  printSessionExpires,
} from './session-interval.ts';
export { DialogTable, type DialogTableLimits } from './table.ts';

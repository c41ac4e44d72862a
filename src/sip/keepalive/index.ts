/**
 * sip/keepalive: OPTIONS to places that calls go to, so that a dead one is known before a call finds out.
 *
 * `Keepalives` owns one `Keepalive` for each place and manner that is wanted, and one timer for all of them. What an answer or its
 * absence makes of a place is `heartbeat`, which is pure. A place that is busied out is asked on, and is active again with its first
 * answer.
 *
 * Who tells whom: the configuration says which places are wanted; a keepalive sends through the user agent; whoever routes calls asks
 * `Keepalives` how a place is. **Standards:** RFC 3261 11 (OPTIONS outside a dialog).
 */
export { type KeepaliveTarget, keyOfTarget } from './keepalive-target.ts';
export { type KeepaliveState, Keepalives } from './keepalives.ts';
export { keepaliveMessages } from './messages.ts';

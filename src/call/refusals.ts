import type { Release } from './cause.ts';

/** Why calls are not taken, or not made, whatever leg they have. */
export const noCircuit: Release = { cause: 34 };
/** Every peer or server that the call could leave by is down. */
export const unavailable: Release = { cause: 38 };
/** `permission`, or a translation rule that rejects. */
export const barred: Release = { cause: 21 };
/** The gateway has as many calls as it can. */
export const congestion: Release = { cause: 42 };
/** Nowhere to send it to, or a tenant that is not there. */
export const noRoute: Release = { cause: 3 };
/** `shutdown`, `call service stop`. */
export const stopped: Release = { cause: 63 };
/** `allow-connections` says nothing of SIP to SIP. */
export const notAllowed: Release = { cause: 63 };
export const noTranscoder: Release = { cause: 65, status: 488 };
/** A dialog that somebody names is over, or not one that can be taken over. */
export const noSuchDialog: Release = { cause: 31, status: 481 };

/**
 * sip/refer: what a request to call somebody else says, and what is said of that call. All of it is pure.
 *
 * `refer-request` reads a REFER, `replaces` names the dialog that a call is to take the place of, `sipfrag` is the body of the NOTIFYs
 * that tell how far the call is.
 *
 * Who tells whom: a session of the user agent reads REFER with it and writes NOTIFY. Nothing here calls back.
 *
 * **Standards:** RFC 3515, 7647 (REFER), 3892 (Referred-By), 4488 (Refer-Sub), 3891 (Replaces), 3420 (sipfrag).
 */
export { type Refer, readRefer, type UnusableRefer } from './refer-request.ts';
export { printReplaces, type Replaced, readReplaces } from './replaces.ts';
export { printSipfrag, readSipfrag, sipfragType } from './sipfrag.ts';

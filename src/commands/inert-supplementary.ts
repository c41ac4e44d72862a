import type { InertCommand } from './inert-command.ts';
import { notOffered } from './inert-reason.ts';

/** What `supplementary-service` may name beside `sip refer`, under `voice service voip` and under a dial peer. */
export const supplementaryInert: readonly Omit<InertCommand, 'mode'>[] = [
  'supplementary-service {h225-notify | h450.2 | h450.3 | h450.7 | h450.12 | media-renegotiate | qsig | ringback} [<what:line>]',
  'supplementary-service sip {handle-replaces | moved-temporarily}',
].map((syntax) => ({ syntax, many: true, keepsNo: true, reason: notOffered }));

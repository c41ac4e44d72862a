import type { InertCommand } from './inert-command.ts';
import { harmless } from './inert-reason.ts';

const mode = 'cs-server';

/** What a certificate server of IOS has and the embedded one does without. */
export const serverInert: readonly InertCommand[] = [
  { mode, syntax: 'database username <what:line>', reason: harmless('a TFTP server asks nobody for a name') },
  { mode, syntax: 'mode ra', reason: 'a registration authority may ask a certificate server, which is none itself' },
];

import type { InertCommand } from './inert-command.ts';

const mode = 'cs-server';

/** What a certificate server of IOS has and the embedded one does without. */
export const serverInert: readonly InertCommand[] = [
  { mode, syntax: 'database username <what:line>', reason: 'a TFTP server asks nobody for a name' },
  { mode, syntax: 'mode ra', reason: 'there are no registration authorities' },
  { mode, syntax: 'grant auto rollover ra-cert', reason: 'there are no registration authorities' },
];

import type { InertCommand } from './inert-command.ts';

const mode = 'cs-server';

/** What a certificate server of IOS has and the embedded one does without. */
export const serverInert: readonly InertCommand[] = [
  { mode, syntax: 'database username <what:line>', reason: 'a TFTP server asks nobody for a name' },
  { mode, syntax: 'mode ra', reason: 'there are no registration authorities' },
  { mode, syntax: 'grant auto rollover ra-cert', reason: 'there are no registration authorities' },
  ...['authentication command', 'enrollment command', 'parameter'].map((line) => ({
    mode: 'ca-profile-enroll',
    syntax: `${line} <what:line>`,
    many: true as const,
    reason: 'a CA is asked by SCEP, through files or by hand, not by commands in HTTP',
  })),
];

import type { InertCommand } from './inert-command.ts';

const mode = 'cs-server';
const storage = 'the database is always below ca/ of NVRAM';

/** What a certificate server of IOS has and the embedded one does without. */
export const serverInert: readonly InertCommand[] = [
  // The form without a kind says that the CA's keys are not to be archived: printed as `no database archive`.
  { mode, syntax: 'database archive', keepsNo: true, reason: 'keys of the CA never leave NVRAM; save that folder' },
  { mode, syntax: 'database url <what:line>', many: true, reason: storage },
  { mode, syntax: 'database username <what:line>', reason: storage },
  {
    mode,
    syntax: 'database archive pkcs12 [password [0 | 6 | 7] <password:word>]',
    secret: true,
    keepsNo: true,
    reason: 'keys of the CA never leave NVRAM; save that folder',
  },
  {
    mode,
    syntax: 'database archive pem [password [0 | 6 | 7] <password:word>]',
    secret: true,
    keepsNo: true,
    reason: 'keys of the CA never leave NVRAM; save that folder',
  },
  { mode, syntax: 'mode ra', reason: 'it is always a root CA' },
  { mode, syntax: 'mode sub-cs', reason: 'it is always a root CA' },
  {
    mode,
    syntax: 'grant auto trustpoint <name:word>',
    reason: 'only certificates of the server itself vouch for a request',
  },
  { mode, syntax: 'grant auto rollover ca-cert', reason: 'there are no subordinate CAs' },
  { mode, syntax: 'grant auto rollover ra-cert', reason: 'there are no registration authorities' },
];

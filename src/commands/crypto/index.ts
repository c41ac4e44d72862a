/**
 * The commands of `crypto key` and `crypto pki`. `crypto ca`, the older spelling, is taken everywhere and reads back as
 * `crypto pki`. Settings change the tree; actions ask the PKI room, in IOS's own dialogs.
 */
import type { CommandSet } from '../command-set.ts';
import { authenticateCommands } from './authenticate.ts';
import { chainCommands, chainMode, chainSection } from './certificate-chain.ts';
import { enrollCommands } from './enroll.ts';
import { keyCommands } from './key.ts';
import { pemCommands } from './pem.ts';
import { serverCommands, serverExec, serverMode, serverSection } from './server.ts';
import { showCommands } from './show.ts';
import { showTimers } from './show-timers.ts';
import { trustpointCommand, trustpointMode, trustpointSection } from './trustpoint.ts';

export const cryptoCommands: CommandSet = {
  exec: [...showCommands, showTimers, ...serverExec],
  config: [
    ...keyCommands,
    trustpointCommand,
    ...authenticateCommands,
    ...enrollCommands,
    ...pemCommands,
    ...chainCommands,
    ...serverCommands,
  ],
  modes: [trustpointMode.definition, chainMode, serverMode.definition],
  sections: [serverSection, trustpointSection, chainSection],
};

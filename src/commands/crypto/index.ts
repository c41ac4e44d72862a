/**
 * The commands of `crypto key` and `crypto pki`. `crypto ca`, the older spelling, is taken everywhere and reads back as
 * `crypto pki`. Settings change the tree; actions ask the PKI room, in IOS's own dialogs.
 */
import type { CommandSet } from '../command-set.ts';
import { authenticateCommands } from './authenticate.ts';
import { chainCommands, chainMode, chainSection } from './certificate-chain.ts';
import { configKeyCommands, encryptionSection } from './config-key.ts';
import { enrollCommands } from './enroll.ts';
import { keyCommands } from './key.ts';
import { keyPemCommands } from './key-pem.ts';
import { pemCommands } from './pem.ts';
import { pkcs12Commands } from './pkcs12.ts';
import { serverCommands, serverMode, serverSection } from './server.ts';
import { serverExec } from './server-exec.ts';
import { showCommands } from './show.ts';
import { trustpointCommand, trustpointMode, trustpointSection } from './trustpoint.ts';

export const cryptoCommands: CommandSet = {
  exec: [...showCommands, ...serverExec],
  config: [
    ...keyCommands,
    ...keyPemCommands,
    ...configKeyCommands,
    trustpointCommand,
    ...authenticateCommands,
    ...enrollCommands,
    ...pemCommands,
    ...pkcs12Commands,
    ...chainCommands,
    ...serverCommands,
  ],
  modes: [trustpointMode.definition, chainMode, serverMode.definition],
  sections: [encryptionSection, serverSection, trustpointSection, chainSection],
};

/**
 * The commands of `crypto key` and `crypto pki`. `crypto ca`, the older spelling, is taken everywhere and reads back as
 * `crypto pki`. Settings change the tree; actions ask the PKI room, in IOS's own dialogs.
 */
import type { CommandSet } from '../command-set.ts';
import { authenticateCommands } from './authenticate.ts';
import { chainCommands, chainMode, chainSection } from './certificate-chain.ts';
import { certificateMapCommand, certificateMapMode, certificateMapSection } from './certificate-map.ts';
import { configKeyCommands, encryptionSection } from './config-key.ts';
import { enrollCommands } from './enroll.ts';
import { profileCommand, profileMode, profileSection } from './enrollment-profile.ts';
import { keyCommands } from './key.ts';
import { keyPemCommands } from './key-pem.ts';
import { lintExec } from './lint.ts';
import { peerExec } from './peer.ts';
import { pemCommands } from './pem.ts';
import { pkcs12Commands } from './pkcs12.ts';
import { revocationCommands, revocationExec } from './revocation.ts';
import { serverCommands, serverMode, serverSection } from './server.ts';
import { serverExec } from './server-exec.ts';
import { showCommands } from './show.ts';
import { showTimers } from './show-timers.ts';
import { trustpointCommand, trustpointMode, trustpointSection } from './trustpoint.ts';
import { trustpoolCommands, trustpoolExec, trustpoolMode, trustpoolSection } from './trustpool.ts';

export const cryptoCommands: CommandSet = {
  exec: [...showCommands, showTimers, ...serverExec, ...revocationExec, ...peerExec, ...lintExec, ...trustpoolExec],
  config: [
    ...keyCommands,
    ...keyPemCommands,
    ...configKeyCommands,
    profileCommand,
    trustpointCommand,
    ...authenticateCommands,
    ...enrollCommands,
    ...pemCommands,
    ...pkcs12Commands,
    ...chainCommands,
    ...serverCommands,
    ...revocationCommands,
    ...trustpoolCommands,
    certificateMapCommand,
  ],
  modes: [
    profileMode.definition,
    trustpointMode.definition,
    chainMode,
    serverMode.definition,
    certificateMapMode.definition,
    trustpoolMode.definition,
  ],
  sections: [
    encryptionSection,
    serverSection,
    profileSection,
    trustpointSection,
    trustpoolSection,
    certificateMapSection,
    chainSection,
  ],
};

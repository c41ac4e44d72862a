/** Archived configurations and changes on trial, and what the log says of them. */
import type { Tree } from './commands/index.ts';
import { ConfigArchive, type ConfigStore, type FileSystem, Reverting } from './config/index.ts';
import { type Logging, log, type Outside } from './io/index.ts';
import { archiveMessages } from './system-messages.ts';

export interface ArchiveParts {
  readonly io: Pick<Outside, 'clock'>;
  readonly logs: Logging;
  readonly fileSystem: FileSystem;
  readonly store: ConfigStore<Tree>;
  /** The running configuration. */
  readonly text: () => string;
}

export function archiveOf({ io, logs, fileSystem, store, text }: ArchiveParts): {
  readonly archive: ConfigArchive;
  readonly reverting: Reverting<Tree>;
} {
  const tell = log('ARCHIVE_DIFF', archiveMessages, logs);
  const failed = (reason: string): void => tell('ARCHIVE_FAILED', { reason });
  return {
    archive: new ConfigArchive({ fileSystem, timers: io.clock, text, failed }, store.running.archive),
    reverting: new Reverting(store, io.clock, {
      begun: (minutes) => tell('ROLLBK_CNFMD_CHG_START_ABSTIMER', { minutes }),
      warned: () => tell('ROLLBK_CNFMD_CHG_WARNING_ABSTIMER', {}),
      confirmed: () => tell('ROLLBK_CNFMD_CHG_CONFIRM', {}),
      reverted: () => tell('ROLLBK_CNFMD_CHG_ROLLBACK_START', {}),
      refused: (reason) => tell('ROLLBK_REFUSED', { reason }),
    }),
  };
}

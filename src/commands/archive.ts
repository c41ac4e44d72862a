import { CommandError } from '../cli/index.ts';
import { type ArchiveSettings, archiveDefaults, parseFileName, printFileName } from '../config/index.ts';
import type { CommandSet } from './command-set.ts';
import { configMode, opener, settingsOf } from './config-mode.ts';
import { section } from './section.ts';
import type { Tree } from './tree.ts';

const setting = settingsOf<ArchiveSettings>();

function checkedPath(typed: string): NonNullable<ArchiveSettings['path']> {
  const path = parseFileName(typed);
  if (path === undefined || path.path === '' || path.path.endsWith('/')) {
    throw new CommandError(`% Invalid archive path: ${typed}; expected flash:NAME or nvram:NAME`);
  }
  return path;
}

/** `archive`: where earlier configurations are kept, how many, and when. */
const archiveMode = configMode<ArchiveSettings>({
  name: 'config-archive',
  prompt: 'config-archive',
  lens: {
    read: (tree) => tree.archive,
    write: (tree, _focus, archive) => ({ ...tree, archive }),
  },
  settings: [
    setting('path <path:word>', 'Path and beginning of the names of archived configurations', {
      set: (archive, { path }) => ({ ...archive, path: checkedPath(path) }),
      unset: ({ path: _, ...archive }) => archive,
      print: ({ path }) => (path === undefined ? undefined : `path ${printFileName(path)}`),
    }),
    setting('maximum <count:int(1-14)>', 'Maximum number of archived configurations', {
      set: (archive, { count }) => ({ ...archive, maximum: count }),
      unset: (archive) => ({ ...archive, maximum: archiveDefaults.maximum }),
      print: ({ maximum }) => (maximum === archiveDefaults.maximum ? undefined : `maximum ${maximum}`),
      default: `maximum ${archiveDefaults.maximum}`,
    }),
    setting('write-memory', 'Archive whenever the configuration is written to memory', {
      set: (archive) => ({ ...archive, writeMemory: true }),
      unset: (archive) => ({ ...archive, writeMemory: false }),
      print: ({ writeMemory }) => (writeMemory ? 'write-memory' : undefined),
      default: 'no write-memory',
    }),
    setting('time-period <minutes:int(1-525600)>', 'Minutes between two archivings by itself', {
      set: (archive, { minutes }) => ({ ...archive, timePeriodMinutes: minutes }),
      unset: ({ timePeriodMinutes: _, ...archive }) => archive,
      print: ({ timePeriodMinutes }) =>
        timePeriodMinutes === undefined ? undefined : `time-period ${timePeriodMinutes}`,
      default: 'no time-period',
    }),
  ],
});

export const archiveCommands: CommandSet = {
  config: [
    opener('archive', 'Archive the configuration', {
      mode: 'config-archive',
      focus: () => undefined,
      create: (tree) => tree,
      remove: (tree): Tree => ({ ...tree, archive: archiveDefaults }),
    }),
  ],
  modes: [archiveMode.definition],
  sections: [
    section('archive', (tree, all) => {
      const inside = archiveMode.print(tree, undefined, all);
      return inside.length === 0 ? [] : ['archive', ...inside];
    }),
  ],
};

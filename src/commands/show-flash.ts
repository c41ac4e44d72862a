import { CommandError } from '../cli/index.ts';
import type { DirectoryEntry } from '../config/index.ts';
import type { CommandSet } from './command-set.ts';
import { reasonOf } from './configuration-file.ts';
import { show } from './show.ts';

/** `show flash:`. Dates of files are not kept. */
function printFlash(entries: readonly DirectoryEntry[]): readonly string[] {
  const used = entries.reduce((sum, { size }) => sum + size, 0);
  return [
    '-#- --length-- -----date/time------ path',
    ...entries.map(
      ({ name, size }, i) =>
        `${String(i + 1).padEnd(3)} ${String(size).padStart(10)} ${'<no date>'.padEnd(20)} ${name}`,
    ),
    '',
    `${used} bytes used`,
  ];
}

export const flashCommands: CommandSet = {
  exec: [
    show(
      'show flash:',
      'Display information about flash: file system',
      ({ fileSystem }) =>
        fileSystem.list({ device: 'flash', path: '' }).catch((error: unknown) => {
          throw new CommandError(`%Error opening flash: (${reasonOf(error)})`);
        }),
      printFlash,
    ),
  ],
};

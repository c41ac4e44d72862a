import type { CommandSet } from './command-set.ts';
import { show } from './show.ts';

interface FileSystemRow {
  readonly type: 'disk' | 'network' | 'nvram' | 'opaque';
  readonly flags: 'rw' | 'ro';
  readonly prefixes: readonly string[];
  /** Names without a prefix lie there. */
  readonly isDefault: boolean;
}

const fileSystems: readonly FileSystemRow[] = [
  { type: 'opaque', flags: 'rw', prefixes: ['system:'], isDefault: false },
  { type: 'disk', flags: 'rw', prefixes: ['flash:', 'bootflash:'], isDefault: true },
  { type: 'nvram', flags: 'rw', prefixes: ['nvram:'], isDefault: false },
  { type: 'network', flags: 'rw', prefixes: ['tftp:'], isDefault: false },
];

/** What room the host has left is its own matter. */
function printFileSystems(rows: readonly FileSystemRow[]): readonly string[] {
  return [
    'File Systems:',
    '',
    '       Size(b)       Free(b)      Type  Flags  Prefixes',
    ...rows.map(({ type, flags, prefixes, isDefault }) => {
      const sizes = `${isDefault ? '*' : ' '}${'-'.padStart(13)}${'-'.padStart(14)}`;
      return `${sizes}${type.padStart(10)}${flags.padStart(7)}   ${prefixes.join(' ')}`;
    }),
  ];
}

export const fileSystemCommands: CommandSet = {
  exec: [show('show file systems', 'List filesystems', () => fileSystems, printFileSystems, { privilege: 1 })],
};

import type { CommandSet } from './command-set.ts';
import type { ConfigurationParts } from './configuration-file.ts';
import { copyCommands } from './exec-copy.ts';
import { reloadCommands } from './exec-reload.ts';
import { replaceCommands } from './exec-replace.ts';
import { showConfigurationCommands } from './exec-show-configuration.ts';
import { techSupportCommands } from './show-tech-support.ts';

/**
 * Commands about configurations as a whole: print, compare, store, replace. They need the language and the sections that
 * they are themselves a part of, so these are asked for when a command runs.
 */
export function configurationCommands(parts: () => ConfigurationParts): readonly CommandSet[] {
  return [
    showConfigurationCommands(parts),
    copyCommands(parts),
    reloadCommands(parts),
    replaceCommands(parts),
    techSupportCommands(parts),
  ];
}

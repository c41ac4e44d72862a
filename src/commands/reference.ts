import { type Command, configMode, execMode, Language, type Mode } from '../cli/index.ts';
import { accessCommands } from './access/index.ts';
import { privilegeSetting } from './access/privilege.ts';
import { aliasCommands } from './alias.ts';
import { archiveCommands } from './archive.ts';
import type { CommandSet } from './command-set.ts';
import { cryptoCommands } from './crypto/index.ts';
import { debugCommands } from './debug.ts';
import { configurationCommands } from './exec-configuration.ts';
import { systemCommands } from './exec-system.ts';
import { globalCommands } from './global.ts';
import { glossary } from './glossary.ts';
import { httpCommands } from './http.ts';
import { inertCommandsOf, inertModes } from './inert-mode.ts';
import { interfaceCommands } from './interface.ts';
import { loggingCommands } from './logging.ts';
import { saveOutput } from './output-file.ts';
import { pingCommands } from './ping.ts';
import { keptSection, type Section } from './section.ts';
import { sectionOrder } from './section-order.ts';
import { connectionCommands } from './show-connections.ts';
import { fileSystemCommands } from './show-file-systems.ts';
import { flashCommands } from './show-flash.ts';
import { interfaceShowCommands } from './show-interface.ts';
import { overloadCommands } from './show-overload.ts';
import { processCommands } from './show-processes.ts';
import { sipShowCommands } from './show-sip.ts';
import { tcpCommands } from './show-tcp.ts';
import { versionCommands } from './show-version.ts';
import { sipUaCommands } from './sip-ua.ts';
import { timeCommands } from './time/index.ts';
import { tracerouteCommands } from './traceroute.ts';
import { trustCommands } from './trusted-list.ts';
import { voiceCommands } from './voice/index.ts';
import { voiceClassCommands } from './voice-class/index.ts';
import { voiceServiceCommands } from './voice-service.ts';
import type { World } from './world.ts';

/** Everything that can be typed, and everything that running-config prints. */
export interface CommandReference {
  readonly language: Language<World>;
  readonly sections: readonly Section[];
}

const commandSets: readonly CommandSet[] = [
  globalCommands,
  archiveCommands,
  aliasCommands,
  interfaceCommands,
  voiceServiceCommands,
  sipUaCommands,
  trustCommands,
  overloadCommands,
  connectionCommands,
  sipShowCommands,
  systemCommands,
  timeCommands,
  versionCommands,
  interfaceShowCommands,
  processCommands,
  flashCommands,
  httpCommands,
  fileSystemCommands,
  tcpCommands,
  pingCommands,
  tracerouteCommands,
  loggingCommands,
  debugCommands,
  voiceCommands,
  voiceClassCommands,
  cryptoCommands,
  accessCommands,
];

/** The whole command language of this gateway. Made once by whoever starts it. */
export function commandReference(): CommandReference {
  const sections = orderedSections(commandSets);
  const sets = [
    ...commandSets,
    ...configurationCommands(() => ({ language, sections })),
    privilegeSetting(() => language),
  ];
  const exec = sets.flatMap((set) => set.exec ?? []);
  const config = sets.flatMap((set) => set.config ?? []);
  const modes: readonly Mode<World>[] = [
    { name: configMode, parent: execMode, prompt: 'config', commands: config },
    ...sets.flatMap((set) => set.modes ?? []),
  ];
  const language: Language<World> = new Language<World>(
    [
      { name: execMode, kind: 'exec', prompt: '', commands: exec },
      ...modes.map((mode) => ({ ...mode, commands: withInert(mode.name, mode.commands) })),
      ...inertModes(),
    ],
    glossary,
    saveOutput,
  );
  return { language, sections };
}

function withInert(mode: string, commands: readonly Command<World>[]): readonly Command<World>[] {
  return [...commands, ...inertCommandsOf(mode)];
}

/** A section that no set prints holds kept lines only. */
function orderedSections(sets: readonly CommandSet[]): readonly Section[] {
  const own = new Map(sets.flatMap((set) => set.sections ?? []).map((section) => [section.name, section]));
  return sectionOrder.map((name) => own.get(name) ?? keptSection(name));
}

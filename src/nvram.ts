/** What the gateway finds in its NVRAM when it boots. */
import type { StartupFile } from './config/index.ts';
import { type Logging, log, type Outside } from './io/index.ts';
import { systemMessages } from './system-messages.ts';

/** Keys live in NVRAM: says when others can get at it, or when it is no folder. */
export async function inspectNvram({ files }: Outside, logs: Logging): Promise<void> {
  const say = log('SYS', systemMessages, logs);
  try {
    await files.list('.');
    const mode = (await files.mode('.')) ?? 0;
    if ((mode & 0o077) !== 0) say('NVRAM_OPEN', { mode: mode.toString(8) });
  } catch (error) {
    say('NVRAM_UNUSABLE', { reason: error instanceof Error ? error.message : String(error) });
  }
}

/** startup-config as it is now; undefined when there is none. */
export async function startupText(startup: StartupFile): Promise<string | undefined> {
  const content = await startup.read();
  if (content.kind === 'unreadable') throw new Error(content.reason);
  return content.kind === 'text' ? content.text : undefined;
}

export async function readStartup(startup: StartupFile, logs: Logging): Promise<string> {
  const content = await startup.read();
  if (content.kind === 'unreadable') log('SYS', systemMessages, logs)('STARTUP_UNREADABLE', { reason: content.reason });
  return content.kind === 'text' ? content.text : '';
}

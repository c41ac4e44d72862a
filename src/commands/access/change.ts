import type { Invocation } from '../../cli/index.ts';
import type { World } from '../world.ts';
import type { AccessSettings } from './settings.ts';

/** Commits what `make` makes of the settings, unless nothing changed. */
export function changeAccess(
  { world: { config } }: Invocation<World>,
  make: (access: AccessSettings) => AccessSettings,
): void {
  const { running } = config;
  const access = make(running.access);
  if (access !== running.access) config.commit({ ...running, access });
}

import type { Invocation } from '../../cli/index.ts';
import type { TimeSettings } from '../../time/settings.ts';
import type { World } from '../world.ts';

/** Commits what `make` makes of the time settings. */
export function change({ world }: Invocation<World>, make: (old: TimeSettings) => TimeSettings): void {
  const { running } = world.config;
  const time = make(running.time);
  if (time !== running.time) world.config.commit({ ...running, time });
}

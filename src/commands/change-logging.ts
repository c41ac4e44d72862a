import type { Invocation } from '../cli/index.ts';
import type { LoggingSettings } from '../io/index.ts';
import type { World } from './world.ts';

/** Commits another set of `logging` and `service timestamps` lines. */
export function changeLogging({ world }: Invocation<World>, make: (old: LoggingSettings) => LoggingSettings): void {
  const { running } = world.config;
  world.config.commit({ ...running, logging: make(running.logging) });
}

import type { Command } from '../cli/index.ts';
import type { ModeDefinition } from './mode-definition.ts';
import type { Section } from './section.ts';
import type { World } from './world.ts';

/** What one folder or file of commands brings to the language. */
export interface CommandSet {
  /** Commands of EXEC: `show`, `clear`, actions. */
  readonly exec?: readonly Command<World>[];
  /** Commands of global configuration: settings, and the lines that open modes. */
  readonly config?: readonly Command<World>[];
  readonly modes?: readonly ModeDefinition[];
  /** What running-config prints, by the names in `section-order.ts`. */
  readonly sections?: readonly Section[];
}

import type { Command, ModeName } from '../cli/index.ts';
import type { World } from './world.ts';

/** A mode as the session engine needs it. */
export interface ModeDefinition {
  readonly name: ModeName;
  /** The mode that `exit` goes to. */
  readonly parent: ModeName;
  /** Between the brackets of the prompt: `config-sip-ua`. */
  readonly prompt: string;
  readonly commands: readonly Command<World>[];
}

import type { Clock } from '../io/index.ts';
import type { PortReport } from './report.ts';
import type { VoicePortSettings } from './settings.ts';
import { type PortOptions, portDefaults, VoicePort } from './voice-port.ts';

/** The voice ports of the gateway, by name. */
export class VoicePorts {
  readonly #clock: Clock;
  readonly #options: PortOptions;
  readonly #ports = new Map<string, VoicePort>();

  constructor(clock: Clock, options: PortOptions = portDefaults) {
    this.#clock = clock;
    this.#options = options;
  }

  get(name: string): VoicePort | undefined {
    return this.#ports.get(name);
  }

  /** Makes the ports those of the settings: new ones appear, missing ones drop their call and go, the rest change. */
  configure(settings: ReadonlyMap<string, VoicePortSettings>): void {
    for (const [name, port] of this.#ports) {
      if (settings.has(name)) continue;
      port.close();
      this.#ports.delete(name);
    }
    for (const [name, next] of settings) {
      const port = this.#ports.get(name);
      if (port === undefined) this.#ports.set(name, new VoicePort(next, this.#clock, this.#options));
      else port.configure(next);
    }
  }

  /** Shuts every port; calls on them end. */
  stop(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  report(): readonly PortReport[] {
    return Array.from(this.#ports.values(), (port) => port.report());
  }
}

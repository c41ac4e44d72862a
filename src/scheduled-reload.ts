/** `reload in` and `reload at`: one reload that waits for its time, and what is told of it. */
import type { PlannedReload, ReloadFace, Tree } from './commands/index.ts';
import type { Clock, Log, Timer } from './io/index.ts';
import type { systemMessages } from './system-messages.ts';
import { secondText, zoneAt } from './time/index.ts';

export interface ReloadParts {
  readonly clock: Clock;
  readonly log: Log<typeof systemMessages>;
  readonly running: () => Tree;
  readonly reload: () => void;
}

const minuteMs = 60_000;
/** How long before it is warned of, the longest first. */
const warnings = [60, 30, 5, 1].map((minutes) => minutes * minuteMs);

/** Time is counted by the monotonic clock: a clock that is set changes nothing about it. */
export class ScheduledReload implements ReloadFace {
  readonly #parts: ReloadParts;
  #plan: (PlannedReload & { readonly due: number }) | undefined;
  #timer: Timer | undefined;

  constructor(parts: ReloadParts) {
    this.#parts = parts;
  }

  now(by: string, reason: string): void {
    this.#parts.log('RELOAD', { by, reason });
    this.#parts.reload();
  }

  schedule(plan: PlannedReload): void {
    const { clock, log } = this.#parts;
    this.stop();
    this.#plan = { ...plan, due: clock.monotonic() + plan.at - clock.now() };
    const { by, reason, at } = plan;
    log('SCHEDULED_RELOAD', { at: this.#text(at), now: this.#text(clock.now()), by, reason });
    this.#wait();
  }

  cancel(by: string): boolean {
    if (this.#plan === undefined) return false;
    this.stop();
    const { clock, log } = this.#parts;
    log('SCHEDULED_RELOAD_CANCELLED', { now: this.#text(clock.now()), by });
    return true;
  }

  planned(): (PlannedReload & { readonly remainingMs: number }) | undefined {
    if (this.#plan === undefined) return undefined;
    const { due, ...plan } = this.#plan;
    return { ...plan, remainingMs: Math.max(0, due - this.#parts.clock.monotonic()) };
  }

  /** Forgets it, and tells nobody. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#plan = undefined;
  }

  #wait(): void {
    const plan = this.#plan;
    if (plan === undefined) return;
    const { clock, log } = this.#parts;
    const left = plan.due - clock.monotonic();
    const next = warnings.find((ahead) => ahead < left) ?? 0;
    this.#timer = clock.after(left - next, () => {
      if (next === 0) {
        this.stop();
        return this.now(plan.by, plan.reason);
      }
      log('SCHEDULED_RELOAD_SOON', { minutes: next / minuteMs, by: plan.by, reason: plan.reason });
      this.#wait();
    });
  }

  #text(at: number): string {
    return secondText(at, zoneAt(this.#parts.running().time, at));
  }
}

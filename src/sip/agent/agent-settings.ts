import { limitsOf, type SipLimits } from '../limits.ts';
import { defaultLimits, type MessageLimits } from '../message/index.ts';
import { type Reliability, type SipSettings, timerDefaults } from '../settings.ts';
import { settingsOfTenant } from '../tenant.ts';
import { type Abilities, abilitiesOf } from './abilities.ts';
import { type TimerSettings, timerSettings } from './timer-settings.ts';

/** What the configuration makes of a user agent, worked out once for each configuration and not for each request. */
export class AgentSettings {
  readonly limits: SipLimits;
  readonly messageLimits: MessageLimits;
  readonly #settings: SipSettings;
  readonly #product: string;
  /** By tenant, and by what a dial peer says of reliable responses; made when first asked for. */
  readonly #abilities = new Map<string, Abilities>();
  /** By tenant; made when first asked for. */
  readonly #timers = new Map<number, TimerSettings>();

  constructor(settings: SipSettings, product: string) {
    this.#settings = settings;
    this.#product = product;
    this.limits = limitsOf(settings.limits);
    this.messageLimits = { ...defaultLimits, ...this.limits.message };
  }

  /** What we can do for a tenant, and where `rel1xx` says otherwise, as a dial peer does. */
  abilitiesFor(tenant: number, rel1xx?: Reliability): Abilities {
    const key = rel1xx === undefined ? String(tenant) : `${tenant} ${rel1xx}`;
    const abilities = this.#abilities.get(key) ?? abilitiesOf(this.of(tenant), this.#product, rel1xx);
    this.#abilities.set(key, abilities);
    return abilities;
  }

  /** What holds for a tenant. */
  of(tenant: number): SipSettings {
    return settingsOfTenant(this.#settings, tenant);
  }

  timersOf(tenant: number): TimerSettings {
    const timers = this.#timers.get(tenant) ?? timerSettings(this.of(tenant));
    this.#timers.set(tenant, timers);
    return timers;
  }

  expiresMs(tenant: number): number {
    return this.of(tenant).timers.expires ?? timerDefaults.expires;
  }
}

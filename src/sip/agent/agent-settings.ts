import { limitsOf, type SipLimits } from '../limits.ts';
import { defaultLimits, type MessageLimits } from '../message/index.ts';
import { type Reliability, type SipSettings, timerDefaults } from '../settings.ts';
import { settingsOfTenant } from '../tenant.ts';
import { type Abilities, abilitiesOf } from './abilities.ts';
import { type TimerSettings, timerSettings } from './timer-settings.ts';

/** What the configuration makes of a user agent, worked out once for each configuration and not for each request. */
export class AgentSettings {
  readonly abilities: Abilities;
  readonly limits: SipLimits;
  readonly messageLimits: MessageLimits;
  readonly #settings: SipSettings;
  readonly #product: string;
  readonly #abilitiesWith = new Map<Reliability, Abilities>();
  /** By tenant; made when first asked for. */
  readonly #timers = new Map<number, TimerSettings>();

  constructor(settings: SipSettings, product: string) {
    this.#settings = settings;
    this.#product = product;
    this.abilities = abilitiesOf(settings, product);
    this.limits = limitsOf(settings.limits);
    this.messageLimits = { ...defaultLimits, ...this.limits.message };
  }

  get maxForwards(): number {
    return this.#settings.maxForwards;
  }

  /** The same, but for what a dial peer says of reliable provisional responses. */
  abilitiesWith(rel1xx: Reliability | undefined): Abilities {
    if (rel1xx === undefined || rel1xx === this.abilities.rel1xx) return this.abilities;
    const abilities = this.#abilitiesWith.get(rel1xx) ?? abilitiesOf(this.#settings, this.#product, rel1xx);
    this.#abilitiesWith.set(rel1xx, abilities);
    return abilities;
  }

  /** As they hold for a tenant. */
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

/** Something that lives by the configuration. */
export interface ConfiguredService<Tree> {
  readonly name: string;
  /** Why it cannot run on `next`, as the sentence the operator reads; undefined when it can. Must change nothing. */
  check(next: Tree, old: Tree): string | undefined;
  /** Applies the difference, or restarts itself and says so. */
  reconfigure(old: Tree, next: Tree): 'applied' | 'restart';
}

/** What the store tells whoever keeps the log. */
export interface StoreEvents {
  /** A service threw while it applied a configuration; the others went on. */
  failed(service: string, error: unknown): void;
  restarted(service: string): void;
}

interface Objection {
  readonly service: string;
  readonly reason: string;
}

export type CommitResult =
  | { readonly kind: 'committed'; readonly restarted: readonly string[] }
  | ({ readonly kind: 'refused' } & Objection);

/** Holds the running configuration and brings every change to the services, in the order they were registered. */
export class ConfigStore<Tree> {
  #running: Tree;
  readonly #services: ConfiguredService<Tree>[] = [];
  readonly #events: StoreEvents;

  constructor(initial: Tree, events: StoreEvents) {
    this.#running = initial;
    this.#events = events;
  }

  get running(): Tree {
    return this.#running;
  }

  register(service: ConfiguredService<Tree>): void {
    this.#services.push(service);
  }

  /**
   * Every service checks `next`; one refusal, or a check that throws, changes nothing. Then each applies it. A service
   * that throws while applying is reported and does not stop the others: the configuration is the running one by then.
   */
  commit(next: Tree): CommitResult {
    const old = this.#running;
    if (next === old) return { kind: 'committed', restarted: [] };
    const refused = this.#objection(next, old);
    if (refused !== undefined) return { kind: 'refused', ...refused };
    this.#running = next;
    return { kind: 'committed', restarted: this.#services.filter((s) => this.#apply(s, old, next)).map((s) => s.name) };
  }

  /** The first service that cannot run on `next`, and its sentence. */
  #objection(next: Tree, old: Tree): Objection | undefined {
    for (const service of this.#services) {
      const reason = this.#reason(service, next, old);
      if (reason !== undefined) return { service: service.name, reason };
    }
    return undefined;
  }

  #reason(service: ConfiguredService<Tree>, next: Tree, old: Tree): string | undefined {
    try {
      return service.check(next, old);
    } catch (error) {
      this.#events.failed(service.name, error);
      return `% ${service.name} could not check the change`;
    }
  }

  /** True when the service restarted itself. */
  #apply(service: ConfiguredService<Tree>, old: Tree, next: Tree): boolean {
    try {
      if (service.reconfigure(old, next) !== 'restart') return false;
      this.#events.restarted(service.name);
      return true;
    } catch (error) {
      this.#events.failed(service.name, error);
      return false;
    }
  }
}

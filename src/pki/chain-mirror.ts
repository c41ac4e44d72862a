import type { CertificateStore } from './certificate-store.ts';
import type { ChainCertificate, PkiSettings } from './settings.ts';
import type { Trustpoints } from './trustpoints.ts';
import type { WorkQueue } from './work-queue.ts';

/** Keeps NVRAM the mirror of the configured chains, and gives back what it kept of a chain the configuration lost or never saw. */
export class ChainMirror {
  readonly #store: CertificateStore;
  readonly #trustpoints: Trustpoints;
  readonly #queue: WorkQueue;
  /** Chains found in NVRAM, until the configuration has them. */
  readonly #stored = new Map<string, readonly ChainCertificate[]>();

  constructor(store: CertificateStore, trustpoints: Trustpoints, queue: WorkQueue) {
    this.#store = store;
    this.#trustpoints = trustpoints;
    this.#queue = queue;
  }

  async load(): Promise<void> {
    for (const [name, chain] of await this.#store.load()) this.#stored.set(name, chain);
  }

  follow(old: PkiSettings, next: PkiSettings): void {
    for (const name of new Set([...old.chains.keys(), ...next.chains.keys()])) {
      this.#mirror(name, old.chains.get(name) ?? [], next.chains.get(name) ?? []);
    }
    for (const name of next.trustpoints.keys()) this.#adopt(name, next);
  }

  #mirror(name: string, old: readonly ChainCertificate[], next: readonly ChainCertificate[]): void {
    const stored = this.#stored.get(name);
    this.#stored.delete(name);
    if (stored !== undefined && this.#trustpoints.isNewer(name, stored)) {
      this.#queue.add(async () => this.#trustpoints.adopt(name, stored));
      return;
    }
    if (old !== next) this.#queue.add(() => this.#store.replace(name, next));
  }

  /** A trustpoint without a chain in the configuration takes the one in NVRAM: its last enrolment was not saved with it. */
  #adopt(name: string, { chains }: PkiSettings): void {
    const stored = this.#stored.get(name);
    if (stored !== undefined && !chains.has(name)) {
      this.#queue.add(async () => this.#trustpoints.adopt(name, stored));
    }
  }
}

import type { Random } from '../io/index.ts';
import type { PemExport, PemImport, PemProtection } from './face.ts';
import type { KeyStore } from './key-store.ts';
import { type Outcome, refused } from './outcome.ts';
import { importedTrustpoint, printPemExport, readPemImport } from './pem-exchange.ts';
import type { Trustpoints } from './trustpoints.ts';

/** Takes a whole trustpoint in from PEM text, key pair included, and gives one out. */
export class PemTransfer {
  readonly #trustpoints: Trustpoints;
  readonly #keys: KeyStore;
  readonly #random: Random;

  constructor(trustpoints: Trustpoints, keys: KeyStore, random: Random) {
    this.#trustpoints = trustpoints;
    this.#keys = keys;
    this.#random = random;
  }

  /** All or nothing: a chain that is not committed takes its key pair with it. */
  async importPem(name: string, pasted: PemImport): Promise<Outcome<void>> {
    if (this.#keys.find(name) !== undefined) return refused(`key pair ${name} exists`);
    if (this.#trustpoints.settings.chains.has(name)) return refused(`trustpoint ${name} is in use`);
    const read = readPemImport(pasted);
    if (!read.ok) return read;
    const { chain, privateKey } = read.value;
    const added = await this.#keys.add(name, privateKey, pasted.exportable);
    if (!added.ok) return added;
    const installed = this.#trustpoints.install(importedTrustpoint(name), chain);
    if (!installed.ok) await this.#keys.zeroize(name);
    return installed;
  }

  exportPem(name: string, protection?: PemProtection): Outcome<PemExport> {
    const settings = this.#trustpoints.find(name);
    if (!settings.ok) return settings;
    const key = this.#trustpoints.keyOf(settings.value);
    return printPemExport(this.#trustpoints.chain(name), key, protection, this.#random);
  }
}

import type { Random } from '../io/index.ts';
import { type KeyPair, typeOf } from './key-pair.ts';
import type { KeyStore } from './key-store.ts';
import { done, type Outcome, refused } from './outcome.ts';
import {
  type ImportedIdentity,
  importedTrustpoint,
  printPemExport,
  readPemImport,
  readPkcs12Import,
} from './pem-exchange.ts';
import { printPkcs12 } from './pkcs12.ts';
import { checkPassphrase } from './private-key-pem.ts';
import type { TrustpointSettings } from './settings.ts';
import type { PemExport, PemImport, PemProtection, Pkcs12Import, TransferFace } from './transfer-face.ts';
import type { Trustpoints } from './trustpoints.ts';

/** Takes a whole trustpoint in from PEM text, key pair included, and gives one out. */
export class PemTransfer implements TransferFace {
  readonly #trustpoints: Trustpoints;
  readonly #keys: KeyStore;
  readonly #random: Random;

  constructor(trustpoints: Trustpoints, keys: KeyStore, random: Random) {
    this.#trustpoints = trustpoints;
    this.#keys = keys;
    this.#random = random;
  }

  async importPem(name: string, pasted: PemImport): Promise<Outcome<void>> {
    return this.#import(name, pasted.exportable, () => readPemImport(pasted));
  }

  async importPkcs12(name: string, file: Pkcs12Import): Promise<Outcome<void>> {
    return this.#import(name, file.exportable, () => readPkcs12Import(file));
  }

  /** All or nothing: a chain that is not committed takes its key pair with it. */
  async #import(
    name: string,
    exportable: boolean,
    read: () => Promise<Outcome<ImportedIdentity>>,
  ): Promise<Outcome<void>> {
    const identity = await read();
    if (!identity.ok) return identity;
    const { chain, keys } = identity.value;
    const type = keys.some(({ privateKey }) => typeOf(privateKey) === 'rsa') ? 'rsa' : 'ec';
    if (keys.length > 1 && keys.some(({ privateKey }) => typeOf(privateKey) === 'ec')) {
      return refused('usage keys are RSA keys');
    }
    if (this.#keys.pairs(name, type).length > 0) return refused(`key pair ${name} exists`);
    if (this.#trustpoints.settings.chains.has(name)) return refused(`trustpoint ${name} is in use`);
    const added = await this.#keys.import(keys.map((key) => ({ label: name, exportable, ...key })));
    if (!added.ok) return added;
    const installed = this.#trustpoints.install(importedTrustpoint(name, type), chain);
    if (!installed.ok) await this.#keys.zeroize(name, type);
    return installed;
  }

  exportPem(name: string, protection?: PemProtection): Outcome<PemExport> {
    const settings = this.#trustpoints.find(name);
    if (!settings.ok) return settings;
    return printPemExport(this.#trustpoints.chain(name), this.#keysOf(settings.value), protection, this.#random);
  }

  /** The pair of a trustpoint, or its two usage keys. */
  #keysOf(settings: TrustpointSettings): readonly KeyPair[] {
    const key = this.#trustpoints.keyOf(settings);
    const second = key && this.#keys.encryptionBeside(key);
    return [key, second].filter((one) => one !== undefined);
  }

  async exportPkcs12(name: string, password: string): Promise<Outcome<Buffer>> {
    const settings = this.#trustpoints.find(name);
    if (!settings.ok) return settings;
    const { identity, encryption, ca, others } = this.#trustpoints.chain(name);
    const keys = this.#keysOf(settings.value);
    const certificates = [identity, encryption].slice(0, keys.length);
    const pairs = keys.flatMap(({ privateKey }, at) => {
      const certificate = certificates[at];
      return certificate === undefined ? [] : [{ privateKey, certificate }];
    });
    if (pairs.length === 0 || pairs.length < keys.length) return refused(`trustpoint ${name} is not enrolled`);
    const locked = keys.find(({ exportable }) => !exportable);
    if (locked !== undefined) return refused(`key pair ${locked.label} is not exportable`);
    const fault = checkPassphrase(password);
    if (fault !== undefined) return refused(fault);
    const authorities = ca === undefined ? others : [ca, ...others];
    return done(await printPkcs12({ pairs, authorities }, name, password, this.#random));
  }
}

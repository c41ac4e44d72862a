import type { Log } from '../io/index.ts';
import type { KeyPair } from './key-pair.ts';
import type { KeyStore } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import type { TrustpointSettings } from './settings.ts';
import type { Trustpoints } from './trustpoints.ts';

/** IOS's mark of the pair that waits to follow the one of its name. */
const mark = '#';

/**
 * `auto-enroll regenerate`: the new pair lies beside the old one as `LABEL#` until the certificate on it is stored, and takes
 * the label over then. A pair is found by the public half in the certificate, so nothing breaks in between.
 */
export class ShadowKeys {
  readonly #keys: KeyStore;
  readonly #trustpoints: Trustpoints;
  readonly #log: Log<PkiMessages>;

  constructor(keys: KeyStore, trustpoints: Trustpoints, log: Log<PkiMessages>) {
    this.#keys = keys;
    this.#trustpoints = trustpoints;
    this.#log = log;
  }

  /** The pair to renew a certificate on: a new one when asked for and harmless, else that of the old certificate. */
  async forRenewal(settings: TrustpointSettings): Promise<Outcome<KeyPair>> {
    const current = this.#trustpoints.keyOf(settings);
    if (current === undefined) return refused('the key pair of the old certificate is gone');
    // Two usage keys stay: both certificates would have to change at once.
    if (settings.autoEnroll?.regenerate !== true || current.usage !== 'general') return done(current);
    const label = baseLabel(current.label);
    const made = this.#isShared(settings.name, current)
      ? refused('another trustpoint uses it too')
      : await this.#make(label, settings, current);
    if (!made.ok) this.#log('KEY_NOT_REGENERATED', { name: settings.name, label, reason: made.reason });
    return made.ok ? made : done(current);
  }

  #make(
    to: string,
    { rsaKeyPair }: TrustpointSettings,
    { type, bits, exportable }: KeyPair,
  ): Promise<Outcome<KeyPair>> {
    const label = `${to}${mark}`;
    if (type === 'ec') {
      const keysize = bits === 521 ? 521 : bits === 384 ? 384 : 256;
      return this.#keys.generate({ label, kind: 'ec', keysize, exportable });
    }
    return this.#keys.generate({ label, kind: 'general-keys', modulus: rsaKeyPair?.size ?? bits, exportable });
  }

  /** Gives the pair that a trustpoint's certificate stands on its proper label. To be called when the certificate is on disk. */
  async settle(settings: TrustpointSettings): Promise<void> {
    const { identity } = this.#trustpoints.chain(settings.name);
    const key = this.#trustpoints.keyOf(settings);
    if (identity === undefined || key === undefined || !key.label.endsWith(mark)) return;
    const label = baseLabel(key.label);
    const old = this.#keys.find(label, key.type === 'ec' ? 'ec' : undefined);
    if (old !== undefined && this.#isShared(settings.name, old)) return;
    const moved = await this.#keys.relabel(key.label, label, key.type);
    if (!moved.ok) this.#log('KEY_NOT_REGENERATED', { name: settings.name, label, reason: moved.reason });
  }

  /** Whether the certificate of another trustpoint stands on the pair. */
  #isShared(name: string, { publicKey }: KeyPair): boolean {
    return [...this.#trustpoints.settings.trustpoints.keys()].some((other) => {
      return other !== name && this.#trustpoints.chain(other).identity?.publicKeyDer.equals(publicKey) === true;
    });
  }
}

function baseLabel(label: string): string {
  return label.endsWith(mark) ? label.slice(0, -mark.length) : label;
}

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import type { Clock, Files, Log } from '../io/index.ts';
import type { KeyOrder, KeyUsage, RsaKeyReport } from './face.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';

/** A key pair with its private half: inside this room only. */
export interface RsaKey extends RsaKeyReport {
  readonly privateKey: KeyObject;
}

/** What others may see of it. */
export function publicPart({ label, usage, modulus, exportable, generatedAt, publicKey }: RsaKey): RsaKeyReport {
  return { label, usage, modulus, exportable, generatedAt, publicKey };
}

const modulusRange = { least: 512, most: 4096 } as const;
const mostKeys = 1000;
const longestLabel = 128;
const folder = 'keys';

/**
 * RSA key pairs by label, one file each in NVRAM, mode 0600. A file others can read, or that is damaged, is said in the
 * log and left as it is; the rest loads.
 */
export class KeyStore {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Log<PkiMessages>;
  readonly #changed: () => void;
  /** By file name. */
  readonly #keys = new Map<string, RsaKey>();

  /** `changed` is called when the keys there are have become others. */
  constructor(files: Files, clock: Clock, log: Log<PkiMessages>, changed: () => void = () => {}) {
    this.#changed = changed;
    this.#files = files;
    this.#clock = clock;
    this.#log = log;
  }

  async load(): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.endsWith('.json')) continue;
      const read = await this.#read(`${folder}/${name}`);
      if (!read.ok) this.#log('KEY_UNREADABLE', { file: `${folder}/${name}`, reason: read.reason });
      else if (fileName(read.value.label, read.value.usage) !== name) {
        this.#log('KEY_UNREADABLE', { file: `${folder}/${name}`, reason: 'its name is not that of the key it holds' });
      } else this.#keys.set(name, read.value);
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await this.#files.list(folder)).slice(0, mostKeys);
    } catch (error) {
      this.#log('KEY_UNREADABLE', { file: folder, reason: reasonOf(error) });
      return [];
    }
  }

  async #read(name: string): Promise<Outcome<RsaKey>> {
    try {
      const mode = await this.#files.mode(name);
      if (mode !== undefined && (mode & 0o077) !== 0) {
        return refused(`mode ${(mode & 0o777).toString(8)} lets others read it, 600 is needed`);
      }
      const content = await this.#files.read(name);
      return content === undefined ? refused('it is gone') : readKeyFile(content);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  list(): readonly RsaKey[] {
    return [...this.#keys.values()];
  }

  /** The general-purpose or signature pair of a label; the encryption pair when asked for. */
  find(label: string, usage: 'signing' | 'encryption' = 'signing'): RsaKey | undefined {
    if (usage === 'encryption') return this.#keys.get(fileName(label, 'encryption'));
    return this.#keys.get(fileName(label, 'general'));
  }

  /** The pair with this public half, SubjectPublicKeyInfo DER. */
  withPublicKey(publicKey: Buffer): RsaKey | undefined {
    return this.list().find((key) => key.publicKey.equals(publicKey));
  }

  /** Makes and saves; a pair that cannot be saved is not used, and the one it was to replace stays. */
  async generate(order: KeyOrder): Promise<Outcome<RsaKey>> {
    const fault = checkLabel(order.label) ?? checkModulus(order.modulus);
    if (fault !== undefined) return refused(fault);
    const usages = usagesOf(order.kind);
    const made: RsaKey[] = [];
    for (const usage of usages) {
      const privateKey = await generateRsa(order.modulus);
      made.push(keyOf(order.label, usage, order.exportable, this.#clock.now(), privateKey));
    }
    const saved = await this.#save(made);
    if (!saved.ok) return saved;
    // General-purpose keys replace the pairs of both usages; nothing goes before all are saved.
    if (order.kind === 'general-keys') await this.#remove(fileName(order.label, 'encryption'));
    return done(made[0]!);
  }

  /** Takes in a private key from outside. */
  async add(label: string, privateKey: KeyObject, exportable: boolean): Promise<Outcome<RsaKey>> {
    const fault = checkLabel(label) ?? checkImported(privateKey);
    if (fault !== undefined) return refused(fault);
    const key = keyOf(label, 'general', exportable, this.#clock.now(), privateKey);
    const saved = await this.#save([key]);
    return saved.ok ? done(key) : saved;
  }

  /**
   * Gives a general-purpose pair another label; the pair that had it goes. The new file is whole before the old one goes, so
   * that a kill leaves the pair under one label or under both.
   */
  async relabel(from: string, to: string): Promise<Outcome<void>> {
    const key = this.find(from);
    if (key === undefined) return refused(`no key pair is named ${from}`);
    const saved = await this.#save([{ ...key, label: to }]);
    if (saved.ok) await this.#remove(fileName(from, 'general'));
    return saved;
  }

  /** Removes the pairs of one label, or all. Gives the public halves that are gone. */
  async zeroize(label?: string): Promise<readonly Buffer[]> {
    const doomed = [...this.#keys].filter(([, key]) => label === undefined || key.label === label);
    for (const [name] of doomed) await this.#remove(name);
    this.#changed();
    return doomed.map(([, key]) => key.publicKey);
  }

  /** Whether a pair of the label is on disk, or may be: removing one can fail. */
  async isStored(label: string): Promise<boolean> {
    const names = [fileName(label, 'general'), fileName(label, 'encryption')];
    try {
      return (await this.#files.list(folder)).some((name) => names.includes(name));
    } catch {
      return true;
    }
  }

  async #remove(name: string): Promise<void> {
    this.#keys.delete(name);
    try {
      await this.#files.remove(`${folder}/${name}`);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file: `${folder}/${name}`, reason: reasonOf(error) });
    }
  }

  /** All or none: what was written before a failure is put back as it was. */
  async #save(keys: readonly RsaKey[]): Promise<Outcome<void>> {
    const written: string[] = [];
    for (const key of keys) {
      const saved = await this.#write(key);
      if (!saved.ok) {
        for (const name of written) await this.#restore(name);
        return saved;
      }
      written.push(fileName(key.label, key.usage));
    }
    for (const key of keys) this.#keys.set(fileName(key.label, key.usage), key);
    this.#changed();
    return done(undefined);
  }

  async #write(key: RsaKey): Promise<Outcome<void>> {
    const { label, usage, exportable, generatedAt } = key;
    const file = `${folder}/${fileName(label, usage)}`;
    const privateKey = key.privateKey.export({ format: 'pem', type: 'pkcs8' });
    try {
      const text = JSON.stringify({ label, usage, exportable, generatedAt, privateKey }, undefined, 1);
      await this.#files.write(file, text, 0o600);
      return done(undefined);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
      return refused(`the key cannot be saved: ${reasonOf(error)}`);
    }
  }

  async #restore(name: string): Promise<void> {
    const old = this.#keys.get(name);
    if (old === undefined) await this.#remove(name);
    else await this.#write(old);
  }
}

function usagesOf(kind: KeyOrder['kind']): readonly KeyUsage[] {
  if (kind === 'usage-keys') return ['signature', 'encryption'];
  return [kind === 'general-keys' ? 'general' : kind];
}

/** General-purpose and signature pairs of a label are one file, the encryption pair stands beside it. */
function fileName(label: string, usage: KeyUsage): string {
  const safe = label.replace(/[^A-Za-z0-9_-]/g, (c) => (c === '.' ? c : `%${c.charCodeAt(0).toString(16)}`));
  return `${safe.replace(/^\./, '%2e')}${usage === 'encryption' ? '+encryption' : ''}.json`;
}

/** Why a label cannot be used; undefined when it can. */
export function checkLabel(label: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(label) && label.length <= longestLabel ? undefined : 'bad key label';
}

/** Why a pair cannot have that many bits; undefined when it can. */
export function checkModulus(modulus: number): string | undefined {
  const { least, most } = modulusRange;
  return modulus >= least && modulus <= most
    ? undefined
    : `a modulus of ${modulus} bits is not between ${least} and ${most}`;
}

function checkImported(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'rsa') return 'not an RSA key';
  return checkModulus(key.asymmetricKeyDetails?.modulusLength ?? 0);
}

function generateRsa(modulusLength: number): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength, publicExponent: 0x10001 }, (error, _publicKey, privateKey) => {
      if (error === null) resolve(privateKey);
      else reject(error);
    });
  });
}

function keyOf(
  label: string,
  usage: KeyUsage,
  exportable: boolean,
  generatedAt: number,
  privateKey: KeyObject,
): RsaKey {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const modulus = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  return { label, usage, modulus, exportable, generatedAt, publicKey, privateKey };
}

/** Total. The reason never quotes the content: it may hold a key. */
function readKeyFile(content: Buffer): Outcome<RsaKey> {
  try {
    const file: unknown = JSON.parse(content.toString('utf8'));
    if (!isKeyFile(file)) return refused('it is damaged');
    const privateKey = createPrivateKey(file.privateKey);
    const fault = checkLabel(file.label) ?? checkImported(privateKey);
    if (fault !== undefined) return refused(fault);
    return done(keyOf(file.label, file.usage, file.exportable, file.generatedAt, privateKey));
  } catch {
    return refused('it is damaged');
  }
}

interface KeyFile {
  readonly label: string;
  readonly usage: KeyUsage;
  readonly exportable: boolean;
  readonly generatedAt: number;
  readonly privateKey: string;
}

function isKeyFile(file: unknown): file is KeyFile {
  if (typeof file !== 'object' || file === null) return false;
  const { label, usage, exportable, generatedAt, privateKey } = file as Record<string, unknown> & Partial<KeyFile>;
  return (
    typeof label === 'string' &&
    (usage === 'general' || usage === 'signature' || usage === 'encryption') &&
    typeof exportable === 'boolean' &&
    typeof generatedAt === 'number' &&
    typeof privateKey === 'string'
  );
}

import type { KeyObject } from 'node:crypto';
import type { Clock, Files, Log } from '../io/index.ts';
import type { KeyOrder, KeyType, KeyUsage } from './key-face.ts';
import { keyFileName, lockedReason, printKeyFile, type ReadKeyFile, readKeyFile } from './key-file.ts';
import { checkLabel, checkOrder, checkPrivateKey, type KeyPair, keyPair, makeKeys, typeOf } from './key-pair.ts';
import type { KeyVault } from './key-vault.ts';
import type { PkiMessages } from './messages.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';

const mostKeys = 1000;
const folder = 'keys';

/** How keys lie on disk: what opens those that are sealed, and whether they are to be. */
export interface KeySealing {
  readonly vault: KeyVault | undefined;
  readonly isWanted: boolean;
  /** A configuration key is set and not at hand: what is sealed may be opened yet. */
  readonly isLocked: boolean;
}

/** A private key taken in from outside. */
export interface ImportedKey {
  readonly label: string;
  readonly usage: KeyUsage;
  readonly exportable: boolean;
  readonly privateKey: KeyObject;
}

interface StoredKey {
  readonly key: KeyPair;
  /** What its file holds; undefined when that is in clear. */
  readonly sealed: string | undefined;
}

/**
 * Key pairs by label and type, one file each in NVRAM, mode 0600; those of a storage device in a folder of its name. A file
 * others can read, or that is damaged, is said in the log and left as it is; the rest loads.
 */
export class KeyStore {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Log<PkiMessages>;
  readonly #changed: () => void;
  readonly #sealing: () => KeySealing;
  /** By file name. */
  readonly #keys = new Map<string, StoredKey>();
  /** Two sessions at once must not write a file that the other one removes. */
  readonly #turn = new OneAtATime();
  /** Files that wait for the configuration key. */
  readonly #locked = new Set<string>();

  /** `changed` is called when the keys there are have become others. */
  constructor(
    files: Files,
    clock: Clock,
    log: Log<PkiMessages>,
    changed: () => void = () => {},
    sealing: () => KeySealing = () => ({ vault: undefined, isWanted: false, isLocked: false }),
  ) {
    this.#changed = changed;
    this.#files = files;
    this.#clock = clock;
    this.#log = log;
    this.#sealing = sealing;
  }

  /** Reads what is on disk and not known yet. Again, once the configuration key is at hand. */
  load(): Promise<void> {
    return this.#turn.run(() => this.#load());
  }

  async #load(): Promise<void> {
    this.#locked.clear();
    for (const { name, storage } of await this.#names()) {
      const file = pathOf(name, storage);
      const read = await this.#read(file, storage);
      if (!read.ok) {
        if (read.reason === lockedReason) this.#locked.add(name);
        this.#log('KEY_UNREADABLE', { file, reason: read.reason });
      } else if (nameOf(read.value.key) !== name) {
        this.#log('KEY_UNREADABLE', { file, reason: 'its name is not that of the key it holds' });
      } else this.#take(name, read.value);
    }
  }

  /** Of two with one name, left by a kill while one replaced the other on another device, the newer counts. */
  #take(name: string, read: StoredKey): void {
    const known = this.#keys.get(name);
    if (known === undefined || known.key.generatedAt < read.key.generatedAt) this.#keys.set(name, read);
  }

  async #names(): Promise<readonly { readonly name: string; readonly storage: string | undefined }[]> {
    const found: { name: string; storage: string | undefined }[] = [];
    for (const entry of await this.#list(folder)) {
      if (entry.endsWith('.json')) found.push({ name: entry, storage: undefined });
      else if (entry.endsWith('/')) {
        const storage = entry.slice(0, -1);
        const below = await this.#list(`${folder}/${storage}`);
        for (const name of below) if (name.endsWith('.json')) found.push({ name, storage });
      }
    }
    return found.slice(0, mostKeys);
  }

  async #list(name: string): Promise<readonly string[]> {
    try {
      return await this.#files.list(name);
    } catch (error) {
      this.#log('KEY_UNREADABLE', { file: name, reason: reasonOf(error) });
      return [];
    }
  }

  async #read(name: string, storage: string | undefined): Promise<Outcome<ReadKeyFile>> {
    try {
      const mode = await this.#files.mode(name);
      if (mode !== undefined && (mode & 0o077) !== 0) {
        return refused(`mode ${(mode & 0o777).toString(8)} lets others read it, 600 is needed`);
      }
      const content = await this.#files.read(name);
      return content === undefined ? refused('it is gone') : readKeyFile(content, storage, this.#sealing().vault);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  list(): readonly KeyPair[] {
    return [...this.#keys.values()].map(({ key }) => key);
  }

  /** The general-purpose or signature pair of a label; the encryption pair or the EC pair when asked for. */
  find(label: string, which: 'signing' | 'encryption' | 'ec' = 'signing'): KeyPair | undefined {
    return this.#keys.get(keyFileName(label, which === 'signing' ? 'general' : which))?.key;
  }

  /** The pairs of a label: one, or two for usage keys. */
  pairs(label: string, type: KeyType): readonly KeyPair[] {
    return this.list().filter((key) => key.label === label && key.type === type);
  }

  /** Of two usage keys the one for encryption, beside the one that signs; undefined where a pair stands alone, as EC pairs do. */
  encryptionBeside({ label, usage, type }: KeyPair): KeyPair | undefined {
    return type === 'rsa' && usage === 'signature' ? this.find(label, 'encryption') : undefined;
  }

  /** The pair with this public half, SubjectPublicKeyInfo DER. */
  withPublicKey(publicKey: Buffer): KeyPair | undefined {
    return this.list().find((key) => key.publicKey.equals(publicKey));
  }

  /** Makes and saves; a pair that cannot be saved is not used, and the one it was to replace stays. */
  async generate(order: KeyOrder): Promise<Outcome<KeyPair>> {
    const fault = checkOrder(order);
    if (fault !== undefined) return refused(fault);
    const made = await makeKeys(order, this.#clock.now());
    return this.#turn.run(async () => {
      const saved = await this.#save(made);
      if (!saved.ok) return saved;
      // General-purpose keys replace the pairs of both usages; nothing goes before all are saved.
      if (order.kind === 'general-keys') await this.#drop(keyFileName(order.label, 'encryption'));
      return done(made[0]!);
    });
  }

  /** Takes in private keys from outside: all or none. */
  async import(imported: readonly ImportedKey[]): Promise<Outcome<void>> {
    for (const { label, privateKey } of imported) {
      const fault = checkLabel(label) ?? checkPrivateKey(privateKey);
      if (fault !== undefined) return refused(fault);
    }
    const generatedAt = this.#clock.now();
    const keys = imported.map(({ privateKey, usage, ...rest }) =>
      // As of every EC pair here: it signs.
      keyPair({ ...rest, usage: typeOf(privateKey) === 'ec' ? 'signature' : usage, generatedAt }, privateKey),
    );
    return this.#turn.run(() => this.#save(keys));
  }

  /** A pair that may be exported becomes one that may not. There is no way back. */
  makeUnexportable(label: string, type: KeyType): Promise<Outcome<void>> {
    return this.#turn.run(() => this.#save(this.pairs(label, type).map((key) => ({ ...key, exportable: false }))));
  }

  /**
   * Gives a general-purpose pair another label; the pair that had it goes. The new file is whole before the old one goes, so
   * that a kill leaves the pair under one label or under both.
   */
  relabel(from: string, to: string, type: KeyType): Promise<Outcome<void>> {
    return this.#turn.run(async () => {
      const key = this.find(from, type === 'ec' ? 'ec' : undefined);
      if (key === undefined) return refused(`no key pair is named ${from}`);
      const saved = await this.#save([{ ...key, label: to }]);
      if (saved.ok) await this.#drop(nameOf(key));
      return saved;
    });
  }

  /** Removes the pairs of one label, or all, of a type. Gives the public halves that are gone. */
  zeroize(label?: string, type: KeyType = 'rsa'): Promise<readonly Buffer[]> {
    return this.#turn.run(() => this.#zeroize(label, type));
  }

  async #zeroize(label: string | undefined, type: KeyType): Promise<readonly Buffer[]> {
    const doomed = this.list().filter((key) => key.type === type && (label === undefined || key.label === label));
    for (const key of doomed) await this.#drop(nameOf(key));
    this.#changed();
    return doomed.map((key) => key.publicKey);
  }

  /** Whether an RSA pair of the label is on disk, or may be: removing one can fail. */
  async isStored(label: string): Promise<boolean> {
    const names = [keyFileName(label, 'general'), keyFileName(label, 'encryption')];
    try {
      return (await this.#files.list(folder)).some((name) => names.includes(name));
    } catch {
      return true;
    }
  }

  /**
   * Brings every file to what is wanted now: sealed with the key that is set, or in clear. Each is replaced in one step and
   * both kinds are read, so that a kill between two of them loses nothing. False when one could not be written.
   */
  reseal(): Promise<boolean> {
    return this.#turn.run(() => this.#reseal());
  }

  async #reseal(): Promise<boolean> {
    const { vault, isWanted } = this.#sealing();
    let isWhole = true;
    for (const [name, { key, sealed }] of [...this.#keys]) {
      const isRight = isWanted && vault !== undefined ? sealed !== undefined && vault.isCurrent(sealed) : !sealed;
      if (isRight) continue;
      const written = await this.#write(key);
      if (written.ok) this.#keys.set(name, { key, sealed: written.value });
      else isWhole = false;
    }
    return isWhole;
  }

  async #drop(name: string): Promise<void> {
    const known = this.#keys.get(name);
    this.#keys.delete(name);
    if (known !== undefined) await this.#remove(pathOf(name, known.key.storage));
  }

  async #remove(file: string): Promise<void> {
    try {
      await this.#files.remove(file);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
    }
  }

  /** All or none: what was written before a failure is put back as it was. */
  async #save(keys: readonly KeyPair[]): Promise<Outcome<void>> {
    const locked = this.#sealing().isLocked ? keys.find((key) => this.#locked.has(nameOf(key))) : undefined;
    if (locked !== undefined) return refused(`key pair ${locked.label} is there, but ${lockedReason}`);
    const written: StoredKey[] = [];
    for (const key of keys) {
      const saved = await this.#write(key);
      if (!saved.ok) {
        for (const one of written) await this.#restore(one.key);
        return saved;
      }
      written.push({ key, sealed: saved.value });
    }
    for (const one of written) await this.#replace(one);
    this.#changed();
    return done(undefined);
  }

  /** The pair of the same name on another device goes when the new one is there. */
  async #replace(stored: StoredKey): Promise<void> {
    const name = nameOf(stored.key);
    const old = this.#keys.get(name);
    this.#keys.set(name, stored);
    if (old !== undefined && old.key.storage !== stored.key.storage) await this.#remove(pathOf(name, old.key.storage));
  }

  /** What was written: sealed text, or undefined for a key in clear. */
  async #write(key: KeyPair): Promise<Outcome<string | undefined>> {
    const file = pathOf(nameOf(key), key.storage);
    const { vault, isWanted } = this.#sealing();
    if (isWanted && vault === undefined) return refused('the configuration key that seals keys is not at hand');
    const { text, sealed } = printKeyFile(key, isWanted ? vault : undefined);
    try {
      await this.#files.write(file, text, 0o600);
      return done(sealed);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
      return refused(`the key cannot be saved: ${reasonOf(error)}`);
    }
  }

  async #restore(key: KeyPair): Promise<void> {
    const name = nameOf(key);
    const old = this.#keys.get(name)?.key;
    if (old === undefined || old.storage !== key.storage) await this.#remove(pathOf(name, key.storage));
    else await this.#write(old);
  }
}

function nameOf({ label, usage, type }: KeyPair): string {
  if (type === 'ec') return keyFileName(label, 'ec');
  return keyFileName(label, usage === 'encryption' ? usage : 'general');
}

function pathOf(name: string, storage: string | undefined): string {
  return storage === undefined ? `${folder}/${name}` : `${folder}/${storage}/${name}`;
}

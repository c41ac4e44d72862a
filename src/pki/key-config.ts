import type { Files, Log, Random } from '../io/index.ts';
import type { ConfigKeyFace } from './key-face.ts';
import type { KeySealing, KeyStore } from './key-store.ts';
import { deriveKeys, KeyVault, saltBytes, seal, unseal, type VaultKey } from './key-vault.ts';
import type { PkiMessages } from './messages.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';

const fileName = 'config-key.json';
const context = 'former configuration keys';
const mostFormer = 8;
const lengths = { least: 8, most: 127 } as const;

/** Gives the configuration key from outside of NVRAM, each time it is asked for. Rejects with the reason. */
export type ReadConfigKey = () => Promise<string>;

export interface ConfigKeyParts {
  readonly files: Files;
  readonly random: Random;
  readonly log: Log<PkiMessages>;
  readonly keys: Pick<KeyStore, 'load' | 'reseal'>;
  readonly readConfigKey?: ReadConfigKey | undefined;
}

/**
 * `key config-key password-encrypt` and what it protects. One file of NVRAM, mode 0600, says how keys are derived from it,
 * holds the keys before it (wrapped with it), and, unless the gateway is given it from outside at each start, the
 * configuration key itself: then whoever has all of NVRAM has everything, as on IOS.
 *
 * A change writes this file first, in one step, and then every key file: at each moment between, all can be read.
 */
export class ConfigKey implements ConfigKeyFace {
  readonly #parts: ConfigKeyParts;
  #vault: KeyVault | undefined;
  #file: StoredConfigKey | undefined;
  /** A file is there that cannot be read: there was a key. */
  #isDamaged = false;
  /** There is to be a key from outside, and there was none yet: nothing is written in clear meanwhile. */
  #isAwaited = false;
  readonly #turn = new OneAtATime();
  #isEncrypting = false;
  #isLeaving = false;

  constructor(parts: ConfigKeyParts) {
    this.#parts = parts;
  }

  get state(): ConfigKeyFace['state'] {
    if (this.#vault !== undefined) return 'set';
    return this.#file === undefined && !this.#isDamaged && !this.#isAwaited ? 'absent' : 'locked';
  }

  /** What the store of keys is to do. */
  get sealing(): KeySealing {
    const isWanted = this.#isEncrypting && this.state !== 'absent' && !this.#isLeaving;
    return { vault: this.#vault, isWanted, isLocked: this.state === 'locked' };
  }

  /** `password encryption aes`. Files follow with the next `reseal`. */
  encrypt(isWanted: boolean): void {
    this.#isEncrypting = isWanted;
  }

  /** To be awaited before keys are loaded. What keeps them locked is said in the log. */
  async load(): Promise<void> {
    const read = await this.#read();
    if (read.ok) this.#file = read.value;
    else this.#isDamaged = true;
    if (read.ok && read.value === undefined && this.#parts.readConfigKey === undefined) return;
    const password = read.ok ? await this.#password() : read;
    const opened = password.ok ? await this.#begin(password.value) : password;
    if (opened.ok) return;
    this.#isAwaited = this.#file === undefined;
    this.#parts.log('CONFIG_KEY_LOCKED', { reason: opened.reason });
  }

  /** The first key that comes from outside needs no command. */
  async #begin(password: string): Promise<Outcome<void>> {
    if (this.#file !== undefined) return this.#unlock(password);
    const fault = lengthFault(password);
    return fault === undefined ? this.#write(password, false) : refused(fault);
  }

  async #read(): Promise<Outcome<StoredConfigKey | undefined>> {
    try {
      const mode = (await this.#parts.files.mode(fileName)) ?? 0;
      if ((mode & 0o077) !== 0) return refused(`mode ${mode.toString(8)} of ${fileName} lets others read it`);
      const content = await this.#parts.files.read(fileName);
      if (content === undefined) return done(undefined);
      const file: unknown = JSON.parse(content.toString('utf8'));
      return isStored(file) ? done(file) : refused(`${fileName} is damaged`);
    } catch (error) {
      return refused(error instanceof SyntaxError ? `${fileName} is damaged` : reasonOf(error));
    }
  }

  /** From outside, else from the file. */
  async #password(): Promise<Outcome<string>> {
    const { readConfigKey } = this.#parts;
    if (readConfigKey === undefined) {
      const { password } = this.#file ?? {};
      return password === undefined
        ? refused('it was given to the gateway from outside, and is not now')
        : done(password);
    }
    try {
      return done(await readConfigKey());
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  async #unlock(password: string): Promise<Outcome<void>> {
    if (this.#file === undefined) return refused(`${fileName} is damaged`);
    const salt = Buffer.from(this.#file.salt, 'hex');
    const { wrapping, sealing } = await deriveKeys(password, salt);
    const former = unseal(wrapping, Buffer.from(this.#file.former, 'base64'), context);
    const keys = former && readKeys(former);
    if (keys === undefined) return refused('it is not the one that the keys are encrypted with');
    this.#vault = new KeyVault(password, { salt, sealing }, keys);
    return done(undefined);
  }

  isKey(password: string): boolean {
    return this.#vault?.isKey(password) === true;
  }

  set(password: string): Promise<Outcome<void>> {
    return this.#turn.run(() => this.#set(password));
  }

  async #set(password: string): Promise<Outcome<void>> {
    const fault = lengthFault(password);
    if (fault !== undefined) return refused(fault);
    const fromOutside = this.#parts.readConfigKey === undefined ? undefined : await this.#password();
    if (fromOutside !== undefined && !(fromOutside.ok && fromOutside.value === password)) {
      return refused('The key is not the one this gateway is given from outside: put it there first');
    }
    if (this.state === 'locked' && !this.#isAwaited) return this.#unlockLater(password);
    const changed = await this.#write(password, fromOutside === undefined);
    if (!changed.ok) return changed;
    return (await this.#parts.keys.reseal()) ? done(undefined) : refused('not every key could be saved: see the log');
  }

  async #unlockLater(password: string): Promise<Outcome<void>> {
    const opened = await this.#unlock(password);
    if (!opened.ok) return opened;
    await this.#parts.keys.load();
    await this.#parts.keys.reseal();
    return done(undefined);
  }

  async #write(password: string, isKept: boolean): Promise<Outcome<void>> {
    const salt = this.#parts.random.bytes(saltBytes);
    const { wrapping, sealing } = await deriveKeys(password, salt);
    const former = (this.#vault?.keys ?? []).slice(0, mostFormer);
    const file: StoredConfigKey = {
      salt: salt.toString('hex'),
      former: seal(wrapping, printKeys(former), context).toString('base64'),
      ...(isKept && { password }),
    };
    try {
      await this.#parts.files.write(fileName, JSON.stringify(file, undefined, 1), 0o600);
    } catch (error) {
      this.#parts.log('NVRAM_WRITE', { file: fileName, reason: reasonOf(error) });
      return refused(`the key cannot be saved: ${reasonOf(error)}`);
    }
    this.#file = file;
    this.#isAwaited = false;
    this.#vault = new KeyVault(password, { salt, sealing }, former);
    return done(undefined);
  }

  remove(): Promise<Outcome<void>> {
    return this.#turn.run(() => this.#remove());
  }

  async #remove(): Promise<Outcome<void>> {
    this.#isLeaving = true;
    try {
      if (!(await this.#parts.keys.reseal())) return refused('not every key could be decrypted: see the log');
      await this.#parts.files.remove(fileName);
      this.#vault = undefined;
      this.#file = undefined;
      this.#isDamaged = false;
      this.#isAwaited = false;
      return done(undefined);
    } catch (error) {
      return refused(`${fileName} cannot be removed: ${reasonOf(error)}`);
    } finally {
      this.#isLeaving = false;
    }
  }

  sealPassword(clear: string): string | undefined {
    return this.#vault?.sealPassword(clear);
  }

  openPassword(sealed: string): string | undefined {
    return this.#vault?.openPassword(sealed);
  }

  isCurrent(sealed: string): boolean {
    return this.#vault?.isCurrent(sealed) === true;
  }
}

function lengthFault({ length }: string): string | undefined {
  const { least, most } = lengths;
  if (length >= least && length <= most) return undefined;
  return `Invalid key length - must be between ${least} and ${most} characters`;
}

interface StoredConfigKey {
  readonly salt: string;
  /** The keys before, sealed. Also what tells whether a configuration key is the right one. */
  readonly former: string;
  readonly password?: string;
}

function isStored(file: unknown): file is StoredConfigKey {
  if (typeof file !== 'object' || file === null) return false;
  const { salt, former, password } = file as Record<string, unknown>;
  const isPassword = password === undefined || typeof password === 'string';
  return typeof salt === 'string' && /^[0-9a-f]{16}$/.test(salt) && typeof former === 'string' && isPassword;
}

function printKeys(keys: readonly VaultKey[]): Buffer {
  return Buffer.from(JSON.stringify(keys.map(({ salt, sealing }) => [salt.toString('hex'), sealing.toString('hex')])));
}

/** What `printKeys` wrote and the seal proved to be ours; undefined for what is not that after all. */
function readKeys(text: Buffer): readonly VaultKey[] | undefined {
  const list: unknown = JSON.parse(text.toString());
  if (!Array.isArray(list)) return undefined;
  return list.map((pair: unknown) => {
    const [salt, sealing] = Array.isArray(pair) ? pair : [];
    return { salt: Buffer.from(String(salt), 'hex'), sealing: Buffer.from(String(sealing), 'hex') };
  });
}

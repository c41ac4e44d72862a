import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Files, Log } from '../../io/index.ts';
import { lockedReason } from '../key-file.ts';
import type { KeySealing } from '../key-store.ts';
import type { KeyVault } from '../key-vault.ts';
import type { PkiMessages } from '../messages.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { done, type Outcome, reasonOf, refused } from '../outcome.ts';

const folder = 'acme';
const mostFiles = 1000;

/** Keys of the accounts at ACME servers, one file a directory URL in NVRAM, mode 0600, sealed as key pairs are. */
export class AccountStore {
  readonly #files: Files;
  readonly #log: Log<PkiMessages>;
  readonly #sealing: () => KeySealing;
  readonly #turn = new OneAtATime();

  constructor(files: Files, log: Log<PkiMessages>, sealing: () => KeySealing) {
    this.#files = files;
    this.#log = log;
    this.#sealing = sealing;
  }

  /** The key of the account there, made when there is none. A file that cannot be read is left as it is. */
  key(directory: string): Promise<Outcome<KeyObject>> {
    const file = `${folder}/${createHash('sha256').update(directory).digest('hex').slice(0, 32)}.json`;
    return this.#turn.run(() => this.#key(directory, file));
  }

  async #key(directory: string, file: string): Promise<Outcome<KeyObject>> {
    const read = await this.#read(file);
    if (!read.ok) return read;
    if (read.value !== undefined) return done(read.value.key);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const written = await this.#write(file, { directory, key: privateKey });
    return written.ok ? done(privateKey) : written;
  }

  /** Brings every file to what is wanted now, each in one step. False when one could not be. */
  reseal(): Promise<boolean> {
    return this.#turn.run(() => this.#reseal());
  }

  async #reseal(): Promise<boolean> {
    const { vault, isWanted } = this.#sealing();
    let isWhole = true;
    for (const file of await this.#names()) {
      const read = await this.#read(file);
      if (!read.ok) this.#log('KEY_UNREADABLE', { file, reason: read.reason });
      if (!read.ok || read.value === undefined) continue;
      const { sealed } = read.value;
      const isRight = isWanted && vault !== undefined ? sealed !== undefined && vault.isCurrent(sealed) : !sealed;
      if (!isRight && !(await this.#write(file, read.value)).ok) isWhole = false;
    }
    return isWhole;
  }

  async #names(): Promise<readonly string[]> {
    try {
      const names = (await this.#files.list(folder)).filter((name) => name.endsWith('.json'));
      return names.slice(0, mostFiles).map((name) => `${folder}/${name}`);
    } catch (error) {
      this.#log('KEY_UNREADABLE', { file: folder, reason: reasonOf(error) });
      return [];
    }
  }

  async #read(file: string): Promise<Outcome<Account | undefined>> {
    try {
      const mode = await this.#files.mode(file);
      if (mode !== undefined && (mode & 0o077) !== 0) {
        return refused(`${file} is not used: others can read it, mode 600 is needed`);
      }
      const content = await this.#files.read(file);
      return content === undefined ? done(undefined) : readAccount(content, file, this.#sealing().vault);
    } catch (error) {
      return refused(`${file}: ${reasonOf(error)}`);
    }
  }

  async #write(file: string, { directory, key }: Omit<Account, 'sealed'>): Promise<Outcome<void>> {
    const { vault, isWanted } = this.#sealing();
    if (isWanted && vault === undefined)
      return refused(`${file}: the configuration key that seals keys is not at hand`);
    const sealed = isWanted && vault?.seal(key.export({ format: 'der', type: 'pkcs8' }), contextOf(directory));
    const secret = sealed ? { sealed } : { privateKey: key.export({ format: 'pem', type: 'pkcs8' }) };
    try {
      await this.#files.write(file, JSON.stringify({ directory, ...secret }, undefined, 1), 0o600);
      return done(undefined);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
      return refused(`${file}: ${reasonOf(error)}`);
    }
  }
}

interface Account {
  readonly directory: string;
  readonly key: KeyObject;
  /** As it stands in the file; undefined when that is in clear. */
  readonly sealed: string | undefined;
}

function contextOf(directory: string): string {
  return `ACME account ${directory}`;
}

/** Total. The reason never quotes the content. */
function readAccount(content: Buffer, file: string, vault: KeyVault | undefined): Outcome<Account> {
  try {
    const read: unknown = JSON.parse(content.toString('utf8'));
    const { directory, privateKey, sealed } = (read ?? {}) as Record<string, unknown>;
    if (typeof directory !== 'string') return refused(`${file} is damaged`);
    if (typeof sealed === 'string') {
      if (vault === undefined) return refused(`${file}: ${lockedReason}`);
      const der = vault.open(sealed, contextOf(directory));
      if (der === undefined) return refused(`${file} is damaged, or encrypted with another configuration key`);
      return done({ directory, key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), sealed });
    }
    const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : undefined;
    if (key?.asymmetricKeyDetails?.namedCurve === 'prime256v1') return done({ directory, key, sealed: undefined });
  } catch {
    // The same as a key of another kind, below.
  }
  return refused(`${file} is damaged`);
}

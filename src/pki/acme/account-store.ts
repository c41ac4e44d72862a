import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Files } from '../../io/index.ts';
import { done, type Outcome, reasonOf, refused } from '../outcome.ts';

const folder = 'acme';

/** Keys of the accounts at ACME servers, one file a directory URL in NVRAM, mode 0600. */
export class AccountStore {
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  /** The key of the account there, made when there is none. A file that cannot be read is left as it is. */
  async key(directory: string): Promise<Outcome<KeyObject>> {
    const file = `${folder}/${createHash('sha256').update(directory).digest('hex').slice(0, 32)}.json`;
    try {
      const mode = await this.#files.mode(file);
      if (mode !== undefined && (mode & 0o077) !== 0) {
        return refused(`${file} is not used: others can read it, mode 600 is needed`);
      }
      const content = await this.#files.read(file);
      if (content !== undefined) return readKey(content, file);
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
      await this.#files.write(file, JSON.stringify({ directory, privateKey: pem }, undefined, 1), 0o600);
      return done(privateKey);
    } catch (error) {
      return refused(`${file}: ${reasonOf(error)}`);
    }
  }
}

/** Total. The reason never quotes the content. */
function readKey(content: Buffer, file: string): Outcome<KeyObject> {
  try {
    const read: unknown = JSON.parse(content.toString('utf8'));
    const pem = typeof read === 'object' && read !== null && 'privateKey' in read ? read.privateKey : undefined;
    const key = typeof pem === 'string' ? createPrivateKey(pem) : undefined;
    if (key?.asymmetricKeyDetails?.namedCurve === 'prime256v1') return done(key);
  } catch {
    // The same as a key of another kind, below.
  }
  return refused(`${file} is damaged`);
}

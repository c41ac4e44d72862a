import { createPublicKey } from 'node:crypto';
import type { Random } from '../io/index.ts';
import type { KeyImport, KeyOrder, KeyPem, KeyReport, Keys, KeyType } from './key-face.ts';
import { publicPart } from './key-pair.ts';
import type { ImportedKey, KeyStore } from './key-store.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { readPasted } from './paste.ts';
import { checkPassphrase, printPrivateKey, readPrivateKey } from './private-key-pem.ts';
import type { PemProtection } from './transfer-face.ts';
import type { Trustpoints } from './trustpoints.ts';

export interface KeyDoorParts {
  readonly keys: KeyStore;
  readonly trustpoints: Trustpoints;
  readonly random: Random;
  /** The keys there are have become others. */
  readonly changed: () => void;
}

/** What others may do with keys: the one way by which a private half leaves the room, sealed by a passphrase and only when it may. */
export class KeyDoor implements Keys {
  readonly #parts: KeyDoorParts;

  constructor(parts: KeyDoorParts) {
    this.#parts = parts;
  }

  list(): readonly KeyReport[] {
    return this.#parts.keys.list().map(publicPart);
  }

  find(label: string, type: KeyType = 'rsa'): KeyReport | undefined {
    const key = this.#parts.keys.find(label, type === 'ec' ? 'ec' : 'signing');
    return key && publicPart(key);
  }

  async generate(order: KeyOrder): Promise<Outcome<void>> {
    const made = await this.#parts.keys.generate(order);
    this.#parts.changed();
    return made.ok ? done(undefined) : made;
  }

  async zeroize(label?: string, type: KeyType = 'rsa'): Promise<Outcome<number>> {
    const { keys, trustpoints, changed } = this.#parts;
    const certified = trustpoints.certifiedOn(
      (key) => key.type === type && (label === undefined || key.label === label),
    );
    const gone = await keys.zeroize(label, type);
    changed();
    trustpoints.dropIdentities(certified);
    return done(gone.length);
  }

  exportPem(label: string, type: KeyType, { cipher, passphrase }: PemProtection): Outcome<readonly KeyPem[]> {
    const { keys, random } = this.#parts;
    const pairs = keys.pairs(label, type);
    if (pairs.length === 0) return refused(`there is no key pair ${label}`);
    if (pairs.some((key) => !key.exportable)) return refused(`key pair ${label} is not exportable`);
    const fault = checkPassphrase(passphrase);
    if (fault !== undefined) return refused(fault);
    return done(
      pairs.map(({ usage, privateKey }) => ({
        usage,
        publicKey: createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString(),
        privateKey: printPrivateKey(privateKey, cipher, passphrase, random),
      })),
    );
  }

  async importPem({ label, type, exportable, passphrase, pairs }: KeyImport): Promise<Outcome<void>> {
    const { keys, changed } = this.#parts;
    if (keys.pairs(label, type).length > 0) return refused(`key pair ${label} exists`);
    const imported: ImportedKey[] = [];
    for (const pair of pairs) {
      const key = await readPrivateKey(pair.privateKey, passphrase);
      if (!key.ok) return key;
      if (key.value.asymmetricKeyType !== type) return refused(`not an ${type.toUpperCase()} key`);
      const publicHalf = publicHalfOf(pair.publicKey);
      if (!publicHalf.ok) return publicHalf;
      const ours = createPublicKey(key.value).export({ format: 'der', type: 'spki' });
      if (!ours.equals(publicHalf.value)) return refused('the private key is not that of the public key');
      imported.push({ label, usage: pair.usage, exportable, privateKey: key.value });
    }
    const saved = await keys.import(imported);
    changed();
    return saved;
  }

  async makeUnexportable(label: string, type: KeyType): Promise<Outcome<void>> {
    if (this.#parts.keys.pairs(label, type).length === 0) return refused(`there is no key pair ${label}`);
    return this.#parts.keys.makeUnexportable(label, type);
  }
}

function withoutIndents(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

/** SubjectPublicKeyInfo, DER, of a pasted public key or certificate. Total. */
function publicHalfOf(text: string): Outcome<Buffer> {
  const blocks = readPasted(text, 'PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE');
  if (!blocks.ok) return blocks;
  const pem = text.slice(text.indexOf('-----BEGIN '));
  try {
    return done(createPublicKey(withoutIndents(pem)).export({ format: 'der', type: 'spki' }));
  } catch {
    return refused('the public key cannot be read');
  }
}

import { createPrivateKey } from 'node:crypto';
import type { KeyUsage } from './key-face.ts';
import { checkLabel, checkPrivateKey, type KeyAttributes, type KeyPair, keyPair } from './key-pair.ts';
import type { KeyVault } from './key-vault.ts';
import { done, type Outcome, refused } from './outcome.ts';

/** Said of a file that needs a configuration key that is not at hand. */
export const lockedReason = 'it is encrypted, and the configuration key is not at hand';

/** A key pair as its file holds it: JSON, the private half as PEM, or sealed together with what is said of it. */
export function printKeyFile(
  key: KeyPair,
  vault: KeyVault | undefined,
): { readonly text: string; readonly sealed: string | undefined } {
  const { label, usage, exportable, generatedAt, privateKey } = key;
  const attributes = { label, usage, exportable, generatedAt };
  const sealed = vault?.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), contextOf(attributes));
  const secret =
    sealed === undefined ? { privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) } : { sealed };
  return { text: JSON.stringify({ ...attributes, ...secret }, undefined, 1), sealed };
}

/** What is sealed with the key: that it may not be exported must not be changed from outside. */
function contextOf({ label, usage, exportable, generatedAt }: KeyAttributes): string {
  return JSON.stringify([label, usage, exportable, generatedAt]);
}

export interface ReadKeyFile {
  readonly key: KeyPair;
  /** As it stands in the file; undefined when that is in clear. */
  readonly sealed: string | undefined;
}

/** Total. The reason never quotes the content: it may hold a key. */
export function readKeyFile(content: Buffer, storage: string | undefined, vault?: KeyVault): Outcome<ReadKeyFile> {
  try {
    const file: unknown = JSON.parse(content.toString('utf8'));
    if (!isKeyFile(file)) return refused('it is damaged');
    const { privateKey: pem, sealed, label, usage, exportable, generatedAt } = file;
    const attributes = { label, usage, exportable, generatedAt, ...(storage !== undefined && { storage }) };
    if (sealed !== undefined && vault === undefined) return refused(lockedReason);
    const der = sealed === undefined ? undefined : vault?.open(sealed, contextOf(attributes));
    if (sealed !== undefined && der === undefined) {
      return refused('it is damaged, or encrypted with another configuration key');
    }
    const privateKey = createPrivateKey(der === undefined ? (pem ?? '') : { key: der, format: 'der', type: 'pkcs8' });
    const fault = checkLabel(label) ?? checkPrivateKey(privateKey);
    return fault === undefined ? done({ key: keyPair(attributes, privateKey), sealed }) : refused(fault);
  } catch {
    return refused('it is damaged');
  }
}

interface KeyFile {
  readonly label: string;
  readonly usage: KeyUsage;
  readonly exportable: boolean;
  readonly generatedAt: number;
  readonly privateKey?: string;
  readonly sealed?: string;
}

function isKeyFile(file: unknown): file is KeyFile {
  if (typeof file !== 'object' || file === null) return false;
  const { label, usage, exportable, generatedAt, privateKey, sealed } = file as Record<string, unknown>;
  return (
    typeof label === 'string' &&
    (usage === 'general' || usage === 'signature' || usage === 'encryption') &&
    typeof exportable === 'boolean' &&
    typeof generatedAt === 'number' &&
    (typeof privateKey === 'string' ? sealed === undefined : typeof sealed === 'string' && privateKey === undefined)
  );
}

/** General-purpose and signature pairs of a label are one file; the encryption pair, and the EC pair, stand beside it. */
export function keyFileName(label: string, which: 'general' | 'encryption' | 'ec'): string {
  const safe = label.replace(/[^A-Za-z0-9_-]/g, (c) => (c === '.' ? c : `%${c.charCodeAt(0).toString(16)}`));
  return `${safe.replace(/^\./, '%2e')}${which === 'general' ? '' : `+${which}`}.json`;
}

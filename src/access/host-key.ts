import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ParsedKey, ServerHostKeyAlgorithm } from 'ssh2';
import ssh2 from 'ssh2';

/** A private key that the server proves itself with, and the signatures it makes with it. */
export interface HostKey {
  readonly key: ParsedKey;
  readonly algorithms: ServerHostKeyAlgorithm[];
}

/** Of each type of key; none that rests on SHA-1. */
const signatures: Readonly<Record<string, ServerHostKeyAlgorithm[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
};

/** Any RSA or EC private key, in any PEM form that is not encrypted; undefined when it is none of these. */
export function readHostKey(pem: string): HostKey | undefined {
  const text = inLibraryForm(pem);
  if (text === undefined) return undefined;
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) return undefined;
  const algorithms = signatures[parsed.type];
  return algorithms === undefined ? undefined : { key: parsed, algorithms };
}

/** The library reads the form of each type's own standard. */
function inLibraryForm(pem: string): string | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // Whatever is wrong with it: the caller says so, and the key is in no message.
    return undefined;
  }
  if (key.asymmetricKeyType === 'rsa') return String(key.export({ type: 'pkcs1', format: 'pem' }));
  if (key.asymmetricKeyType === 'ec') return String(key.export({ type: 'sec1', format: 'pem' }));
  return undefined;
}

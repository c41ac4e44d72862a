import type { HashName } from '../settings.ts';
import type { ContentCipher } from './envelope.ts';

/** What a CA can do (RFC 8894 3.5.2), reduced to the choices it leaves us. */
export interface Capabilities {
  readonly post: boolean;
  readonly cipher: ContentCipher;
  readonly hash: HashName;
  readonly renewal: boolean;
  /** GetNextCACert: it tells who it will be. */
  readonly nextCa: boolean;
}

const longestList = 4096;

/** An empty or unreadable list is a CA of the oldest kind: GET, triple DES, SHA-1. */
export function parseCapabilities(text: string): Capabilities {
  const words = new Set(
    text
      .slice(0, longestList)
      .split(/[\r\n]+/)
      .map((word) => word.trim().toLowerCase()),
  );
  const standard = words.has('scepstandard');
  return {
    post: standard || words.has('postpkioperation'),
    cipher: standard || words.has('aes') ? 'aes-128-cbc' : 'des-ede3-cbc',
    hash: standard || words.has('sha-256') ? 'sha256' : words.has('sha-512') ? 'sha512' : 'sha1',
    renewal: words.has('renewal'),
    nextCa: words.has('getnextcacert'),
  };
}

/** What of a CA's choices is weaker than what we would choose; undefined: nothing. */
export function weakness({ hash, cipher }: Capabilities): string | undefined {
  const weak = [...(hash === 'sha1' ? ['SHA-1'] : []), ...(cipher === 'des-ede3-cbc' ? ['triple DES'] : [])];
  return weak.length === 0 ? undefined : weak.join(' and ');
}

/** What our own CA server offers; the next certificate only once there is one. */
export function ownCapabilities(hasNext: boolean): readonly string[] {
  const always = ['POSTPKIOperation', 'Renewal', 'SHA-1', 'SHA-256', 'SHA-512', 'DES3', 'AES', 'SCEPStandard'];
  return hasNext ? ['GetNextCACert', ...always] : always;
}

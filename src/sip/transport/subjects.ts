import { X509Certificate } from 'node:crypto';
import type { TlsPeer } from '../../io/index.ts';

const longestSubject = 200;

/** Who the certificates of a peer's chain say they are, leaf first, one line each. For the operator's eyes only. */
export function subjects(peer: TlsPeer | undefined): readonly string[] {
  return (peer?.chainDer ?? []).map((der) => subject(der));
}

function subject(der: Buffer): string {
  try {
    return new X509Certificate(der).subject.replaceAll('\n', ', ').slice(0, longestSubject);
  } catch {
    return '(unreadable certificate)'; // that is the answer
  }
}

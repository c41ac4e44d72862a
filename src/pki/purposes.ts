/** Purposes of certificates (extendedKeyUsage) by the words of IOS's `eku`. */
export const purposeIds = {
  'client-auth': '1.3.6.1.5.5.7.3.2',
  'code-signing': '1.3.6.1.5.5.7.3.3',
  'email-protection': '1.3.6.1.5.5.7.3.4',
  'ipsec-end-system': '1.3.6.1.5.5.7.3.5',
  'ipsec-tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec-user': '1.3.6.1.5.5.7.3.7',
  'ocsp-signing': '1.3.6.1.5.5.7.3.9',
  'server-auth': '1.3.6.1.5.5.7.3.1',
  'time-stamping': '1.3.6.1.5.5.7.3.8',
} as const;
export type PurposeName = keyof typeof purposeIds;

export function isPurpose(word: string): word is PurposeName {
  return Object.hasOwn(purposeIds, word);
}

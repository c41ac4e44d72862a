import { type Certificate, groups, purposeIds } from '../../pki/index.ts';

const bits: readonly [mask: number, name: string][] = [
  [0x80, 'Digital Signature'],
  [0x40, 'Non Repudiation'],
  [0x20, 'Key Encipherment'],
  [0x10, 'Data Encipherment'],
  [0x08, 'Key Agreement'],
  [0x04, 'Key Cert Sign'],
  [0x02, 'CRL Signature'],
];

/** First octet of keyUsage; a certificate without may be used for everything. */
export function usageBits({ keyUsage }: Certificate): number {
  return keyUsage === undefined ? 0xff : Number.parseInt(keyUsage.slice(0, 2), 16);
}

/** `CRL Distribution Points:` of a certificate's block, verbose or not. */
export function crlLines({ crlUrls }: Certificate): readonly string[] {
  return titled('  CRL Distribution Points: ', '    ', crlUrls);
}

/** The extensions of a certificate, in the order of IOS's verbose display. */
export function extensionLines(certificate: Certificate): readonly string[] {
  const { keyUsage, subjectKeyId, authorityKeyId, isCa, ocspUrls, extendedKeyUsage = [] } = certificate;
  const responders = ocspUrls.map((url) => `OCSP URL: ${url}`);
  return [
    '  X509v3 extensions:',
    ...(keyUsage === undefined ? [] : usageLines(certificate, keyUsage)),
    ...(subjectKeyId === undefined ? [] : [`    X509v3 Subject Key ID: ${groups(subjectKeyId)}`]),
    ...(isCa ? ['    X509v3 Basic Constraints:', '        CA: TRUE'] : []),
    ...titled('    X509v3 Subject Alternative Name:', '        ', alternativeNames(certificate)),
    ...(authorityKeyId === undefined ? [] : [`    X509v3 Authority Key ID: ${groups(authorityKeyId)}`]),
    '    Authority Info Access:',
    ...responders.map((line) => `        ${line}`),
    ...titled('    Extended Key Usage:', '        ', extendedKeyUsage.map(purposeText)),
  ];
}

function usageLines(certificate: Certificate, keyUsage: string): readonly string[] {
  const has = usageBits(certificate);
  const names = bits.filter(([mask]) => (has & mask) !== 0).map(([, name]) => `      ${name}`);
  return [`    X509v3 Key Usage: ${keyUsage}`, ...names];
}

function alternativeNames({ alternativeNames: names }: Certificate): readonly string[] {
  if (names === undefined) return [];
  return [
    ...names.dns,
    ...names.addresses.map((address) => `IP Address: ${address}`),
    ...names.uris.map((uri) => `URI: ${uri}`),
    ...names.mails.map((mail) => `Email: ${mail}`),
  ];
}

const purposes: ReadonlyMap<string, string> = new Map([
  [purposeIds['client-auth'], 'Client Auth'],
  [purposeIds['server-auth'], 'Server Auth'],
  [purposeIds['code-signing'], 'Code Signing'],
  [purposeIds['email-protection'], 'Email Protection'],
  [purposeIds['ipsec-end-system'], 'IPSEC End System'],
  [purposeIds['ipsec-tunnel'], 'IPSEC Tunnel'],
  [purposeIds['ipsec-user'], 'IPSEC User'],
  [purposeIds['ocsp-signing'], 'OCSP Signing'],
  [purposeIds['time-stamping'], 'Time Stamping'],
  ['1.3.6.1.5.5.7.3.20', 'SIP Domain'],
]);

function purposeText(id: string): string {
  return purposes.get(id) ?? id;
}

function titled(title: string, indent: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => indent + line)];
}

import type { TlsCredentials } from '../io/index.ts';
import { type Certificate, certificatePem } from './certificate.ts';
import type { SignalingRule } from './handshake-face.ts';
import { canonicalAddress, ipv4Number } from './ip.ts';
import type { KeyPair } from './key-pair.ts';
import { done, type Outcome, refused } from './outcome.ts';

/** The one suite of 12.4's `strict-cipher`; it exists in TLS 1.2 and below only. */
const strict = { ciphers: 'AES128-SHA', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
/** While nothing is named: suites that authenticate what they encrypt and forget their keys (RFC 9325 4.2), no others. */
const modern = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];
const usual = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers: modern.join(':') } as const;

/** `crypto signaling` for a peer: the entry with the most specific mask that covers it, else the default. */
export function chooseRule<Rule extends Pick<SignalingRule, 'remote'>>(
  peerAddress: string,
  rules: readonly Rule[],
): Rule | undefined {
  const peer = ipv4Number(canonicalAddress(peerAddress));
  const covering = rules.filter((rule) => rule.remote !== undefined && covers(rule.remote, peer));
  const bits = (rule: Rule): number => ipv4Number(rule.remote?.mask ?? '') ?? 0;
  const [best] = covering.toSorted((a, b) => bits(b) - bits(a));
  return best ?? rules.find((rule) => rule.remote === undefined);
}

function covers(remote: { readonly address: string; readonly mask: string }, peer: number | undefined): boolean {
  const [address, mask] = [ipv4Number(remote.address), ipv4Number(remote.mask)];
  if (peer === undefined || address === undefined || mask === undefined) return false;
  return ((peer ^ address) & mask) === 0;
}

/** What a trustpoint must have before its certificate can be shown. */
export interface Identity {
  readonly trustpoint: string;
  readonly certificate: Certificate | undefined;
  /** Intermediate CA certificates on the way to the anchor. */
  readonly intermediates: readonly Certificate[];
  readonly key: KeyPair | undefined;
}

export function buildCredentials(
  identity: Identity,
  anchors: readonly Certificate[],
  strictCipher: boolean,
): Outcome<TlsCredentials> {
  const { trustpoint, certificate, intermediates, key } = identity;
  if (certificate === undefined) return refused(`trustpoint ${trustpoint} has no certificate`);
  if (key === undefined) return refused(`trustpoint ${trustpoint} has no key pair for its certificate`);
  if (strictCipher && key.type === 'ec') return refused('strict-cipher is a cipher of RSA, and the key pair is EC');
  if (anchors.length === 0) return refused('no CA certificate is authenticated');
  return done({
    certificateChainPem: [certificate, ...intermediates].map(certificatePem).join(''),
    privateKeyPem: key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    trustAnchorsPem: anchors.map(certificatePem),
    ...(strictCipher ? strict : usual),
  });
}

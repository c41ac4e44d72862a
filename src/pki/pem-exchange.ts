import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Random } from '../io/index.ts';
import { type Certificate, certificatePem, isForEncryption, isIssuedBy } from './certificate.ts';
import { chainCertificate } from './certificate-store.ts';
import type { KeyType, KeyUsage } from './key-face.ts';
import type { KeyPair } from './key-pair.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import { type CertifiedKey, readPkcs12 } from './pkcs12.ts';
import { checkPassphrase, printPrivateKey, readPrivateKey } from './private-key-pem.ts';
import { orderAuthorities } from './scep/client.ts';
import { type ChainCertificate, type TrustpointSettings, trustpointDefaults } from './settings.ts';
import type { PemExport, PemExportPair, PemImport, PemProtection, Pkcs12Import } from './transfer-face.ts';
import type { DecodedChain } from './trustpoint.ts';

/** Private keys with their certificates and the CA that issued them: what belongs together. */
export interface ImportedIdentity {
  readonly keys: readonly { readonly privateKey: KeyObject; readonly usage: KeyUsage }[];
  readonly chain: readonly ChainCertificate[];
}

/** Reads what was pasted and proves that each key is its certificate's and each certificate the CA's. Total. */
export async function readPemImport(pasted: PemImport): Promise<Outcome<ImportedIdentity>> {
  const pastedCa = readPastedCertificates(pasted.ca);
  const authorities = pastedCa.ok ? orderAuthorities(pastedCa.value, 'what was pasted') : pastedCa;
  if (!authorities.ok) return authorities;
  const pairs: CertifiedKey[] = [];
  for (const pair of pasted.pairs) {
    const key = await readPrivateKey(pair.privateKey, pasted.passphrase);
    if (!key.ok) return key;
    const certificates = readPastedCertificates(pair.certificate);
    if (!certificates.ok) return certificates;
    const certificate = certificates.value[0]!;
    if (!authorities.value.some((authority) => isIssuedBy(certificate, authority))) {
      return refused('the certificate is not issued by that CA');
    }
    if (!isKeyOf(key.value, certificate)) return refused('the private key is not that of the certificate');
    pairs.push({ privateKey: key.value, certificate });
  }
  return identityOf(pairs, 'identity', authorities.value);
}

/** Reads a PKCS#12 file and proves the same of it. A certificate that signed itself needs no CA beside it. Total. */
export async function readPkcs12Import({ content, password }: Pkcs12Import): Promise<Outcome<ImportedIdentity>> {
  const read = await readPkcs12(content, password);
  if (!read.ok) return read;
  const { pairs, authorities } = read.value;
  if (pairs.every(({ certificate }) => isIssuedBy(certificate, certificate)))
    return identityOf(pairs, 'self-signed', []);
  const ordered = orderAuthorities(authorities);
  if (!ordered.ok) return refused('the PKCS#12 file holds no CA certificate');
  if (!pairs.every(({ certificate }) => ordered.value.some((authority) => isIssuedBy(certificate, authority)))) {
    return refused('the certificate is not issued by a CA of the PKCS#12 file');
  }
  return identityOf(pairs, 'identity', ordered.value);
}

/** One key for all purposes, or two that share them. */
function identityOf(
  pairs: readonly CertifiedKey[],
  kind: 'identity' | 'self-signed',
  authorities: readonly Certificate[],
): Outcome<ImportedIdentity> {
  const signing = pairs.filter(({ certificate }) => !isForEncryption(certificate));
  const encrypting = pairs.filter(({ certificate }) => isForEncryption(certificate));
  if (pairs.length > 1 && (signing.length !== 1 || encrypting.length !== 1)) {
    return refused('of two certificates one must be for signatures, the other for encryption');
  }
  const sorted = [...signing, ...encrypting];
  const usages: readonly KeyUsage[] = sorted.length === 1 ? ['general'] : ['signature', 'encryption'];
  return done({
    keys: sorted.map(({ privateKey }, at) => ({ privateKey, usage: usages[at] ?? 'general' })),
    chain: [
      ...sorted.map(({ certificate }) => chainCertificate(certificate, kind)),
      ...authorities.map((one) => chainCertificate(one, 'ca')),
    ],
  });
}

function isKeyOf(privateKey: KeyObject, certificate: Certificate): boolean {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).equals(certificate.publicKeyDer);
}

/** The trustpoint an import makes when there is none of that name. */
export function importedTrustpoint(name: string, type: KeyType): TrustpointSettings {
  return {
    name,
    ...trustpointDefaults,
    enrollment: { ...trustpointDefaults.enrollment, method: { kind: 'terminal', pem: true } },
    ...(type === 'ec' ? { ecKeyPair: name } : { rsaKeyPair: { label: name } }),
  };
}

/** Certificates, and the private keys only under a passphrase and only when they may leave. */
export function printPemExport(
  { ca, identity, encryption, selfSigned }: DecodedChain,
  keys: readonly KeyPair[],
  protection: PemProtection | undefined,
  random: Random,
): Outcome<PemExport> {
  const locked = protection && keys.find(({ exportable }) => !exportable);
  if (locked !== undefined) return refused(`key pair ${locked.label} is not exportable`);
  const fault = protection && keys.length > 0 ? checkPassphrase(protection.passphrase) : undefined;
  if (fault !== undefined) return refused(fault);
  const [first, second] = keys;
  const pair = (key: KeyPair | undefined, certificate: Certificate | undefined): PemExportPair => ({
    usage: second === undefined ? 'general' : (key?.usage ?? 'general'),
    certificate: certificate && certificatePem(certificate),
    key: key && protection && { label: key.label, pem: printProtected(key, protection, random) },
  });
  const pairs = [pair(first, identity), ...(second === undefined ? [] : [pair(second, encryption)])];
  return done({ ca: ca && certificatePem(ca), selfSigned, pairs });
}

function printProtected({ privateKey }: KeyPair, { cipher, passphrase }: PemProtection, random: Random): string {
  return printPrivateKey(privateKey, cipher, passphrase, random);
}

import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Random } from '../io/index.ts';
import { type Certificate, certificatePem, isIssuedBy } from './certificate.ts';
import { chainCertificate } from './certificate-store.ts';
import type { KeyType } from './key-face.ts';
import type { KeyPair } from './key-pair.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import { readPkcs12 } from './pkcs12.ts';
import { checkPassphrase, printPrivateKey, readPrivateKey } from './private-key-pem.ts';
import { orderAuthorities } from './scep/client.ts';
import { type ChainCertificate, type TrustpointSettings, trustpointDefaults } from './settings.ts';
import type { PemExport, PemImport, PemProtection, Pkcs12Import } from './transfer-face.ts';
import type { DecodedChain } from './trustpoint.ts';

/** A private key with its certificate and the CA that issued it: three that belong together. */
export interface ImportedIdentity {
  readonly privateKey: KeyObject;
  readonly chain: readonly ChainCertificate[];
}

/** Reads what was pasted and proves that the key is the certificate's and the certificate the CA's. Total. */
export async function readPemImport(pasted: PemImport): Promise<Outcome<ImportedIdentity>> {
  const pastedCa = readPastedCertificates(pasted.ca);
  const authorities = pastedCa.ok ? orderAuthorities(pastedCa.value, 'what was pasted') : pastedCa;
  if (!authorities.ok) return authorities;
  const key = await readPrivateKey(pasted.privateKey, pasted.passphrase);
  if (!key.ok) return key;
  const certificates = readPastedCertificates(pasted.certificate);
  if (!certificates.ok) return certificates;
  const ours = certificates.value[0]!;
  if (!authorities.value.some((authority) => isIssuedBy(ours, authority))) {
    return refused('the certificate is not issued by that CA');
  }
  if (!isKeyOf(key.value, ours)) return refused('the private key is not that of the certificate');
  return done({ privateKey: key.value, chain: chainOf(ours, authorities.value) });
}

/** Reads a PKCS#12 file and proves the same of it. A certificate that signed itself needs no CA beside it. Total. */
export async function readPkcs12Import({ content, password }: Pkcs12Import): Promise<Outcome<ImportedIdentity>> {
  const read = await readPkcs12(content, password);
  if (!read.ok) return read;
  const { privateKey, certificate, authorities } = read.value;
  if (isIssuedBy(certificate, certificate)) {
    return done({ privateKey, chain: [chainCertificate(certificate, 'self-signed')] });
  }
  const ordered = orderAuthorities(authorities);
  if (!ordered.ok) return refused('the PKCS#12 file holds no CA certificate');
  if (!ordered.value.some((authority) => isIssuedBy(certificate, authority))) {
    return refused('the certificate is not issued by a CA of the PKCS#12 file');
  }
  return done({ privateKey, chain: chainOf(certificate, ordered.value) });
}

function chainOf(ours: Certificate, authorities: readonly Certificate[]): readonly ChainCertificate[] {
  return [chainCertificate(ours, 'identity'), ...authorities.map((one) => chainCertificate(one, 'ca'))];
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

/** Certificates, and the private key only under a passphrase and only when it may leave. */
export function printPemExport(
  { ca, identity, selfSigned }: DecodedChain,
  key: KeyPair | undefined,
  protection: PemProtection | undefined,
  random: Random,
): Outcome<PemExport> {
  const certificates = {
    ca: ca && certificatePem(ca),
    certificate: identity && certificatePem(identity),
    selfSigned,
  };
  if (protection === undefined || key === undefined) return done({ ...certificates, key: undefined });
  if (!key.exportable) return refused(`key pair ${key.label} is not exportable`);
  const fault = checkPassphrase(protection.passphrase);
  if (fault !== undefined) return refused(fault);
  const pem = printPrivateKey(key.privateKey, protection.cipher, protection.passphrase, random);
  return done({ ...certificates, key: { label: key.label, pem } });
}

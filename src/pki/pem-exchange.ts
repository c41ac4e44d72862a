import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Random } from '../io/index.ts';
import { type Certificate, certificatePem, isIssuedBy } from './certificate.ts';
import { chainCertificate } from './certificate-store.ts';
import type { PemExport, PemImport, PemProtection } from './face.ts';
import type { RsaKey } from './key-store.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import { printPrivateKey, readPrivateKey } from './private-key-pem.ts';
import { orderAuthorities } from './scep/client.ts';
import { type ChainCertificate, type TrustpointSettings, trustpointDefaults } from './settings.ts';
import type { DecodedChain } from './trustpoint.ts';

const shortestPassphrase = 8;

/** A private key with its certificate and the CA that issued it: three that belong together. */
export interface ImportedIdentity {
  readonly privateKey: KeyObject;
  readonly chain: readonly ChainCertificate[];
}

/** Reads what was pasted and proves that the key is the certificate's and the certificate the CA's. Total. */
export function readPemImport(pasted: PemImport): Outcome<ImportedIdentity> {
  const pastedCa = readPastedCertificates(pasted.ca);
  const authorities = pastedCa.ok ? orderAuthorities(pastedCa.value) : pastedCa;
  if (!authorities.ok) return authorities;
  const key = readPrivateKey(pasted.privateKey, pasted.passphrase);
  if (!key.ok) return key;
  const certificates = readPastedCertificates(pasted.certificate);
  if (!certificates.ok) return certificates;
  const ours = certificates.value[0]!;
  if (!authorities.value.some((authority) => isIssuedBy(ours, authority))) {
    return refused('the certificate is not issued by that CA');
  }
  if (!isKeyOf(key.value, ours)) return refused('the private key is not that of the certificate');
  const chain = [chainCertificate(ours, 'identity'), ...authorities.value.map((one) => chainCertificate(one, 'ca'))];
  return done({ privateKey: key.value, chain });
}

function isKeyOf(privateKey: KeyObject, certificate: Certificate): boolean {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).equals(certificate.publicKeyDer);
}

/** The trustpoint an import makes when there is none of that name. */
export function importedTrustpoint(name: string): TrustpointSettings {
  return {
    name,
    ...trustpointDefaults,
    enrollment: { ...trustpointDefaults.enrollment, method: { kind: 'terminal', pem: true } },
    rsaKeyPair: { label: name },
  };
}

/** Certificates, and the private key only under a passphrase and only when it may leave. */
export function printPemExport(
  { ca, identity, selfSigned }: DecodedChain,
  key: RsaKey | undefined,
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
  if (protection.passphrase.length < shortestPassphrase) {
    return refused(`the passphrase is shorter than ${shortestPassphrase} characters`);
  }
  const pem = printPrivateKey(key.privateKey, protection.cipher, protection.passphrase, random);
  return done({ ...certificates, key: { label: key.label, pem } });
}

import { type Certificate, readCertificate } from './certificate.ts';
import { issueCertificate } from './issue.ts';
import { type TestPair, testName } from './test-request.ts';

const yearMs = 365 * 86_400_000;

/** What a client without certificate signs its first SCEP message with. */
export function selfSignedTest(subject: string, { privateKey, publicKey }: TestPair): Certificate {
  const name = testName(subject);
  const der = issueCertificate({
    serial: 1,
    subject: name,
    publicKey,
    issuer: { name, privateKey, publicKey },
    notBefore: Date.UTC(2025, 11, 31),
    notAfter: Date.UTC(2026, 0, 1) + 20 * yearMs,
    hash: 'sha256',
    kind: 'router',
    alternativeNames: [],
  });
  const read = readCertificate(der);
  if (!read.ok) throw new TypeError(read.reason);
  return read.value;
}

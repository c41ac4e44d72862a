import { type Certificate, certificatePem, type TrustpointReport } from '../../pki/index.ts';

/** `show crypto pki certificates pem`: the certificates of each trustpoint as they would be exported, never a key. */
export function pemLines(reports: readonly TrustpointReport[]): readonly string[] {
  return reports.flatMap(({ name, ca, identity, encryption }) => [
    `------Trustpoint: ${name}------`,
    ...(identity === undefined
      ? [`% The specified trustpoint is not enrolled (${name}).`, '% Only export the CA certificate in PEM format.']
      : []),
    ...(ca === undefined ? ['% Error: failed to get CA cert.'] : ['% CA certificate:', ...textLines(ca)]),
    ...(identity === undefined
      ? []
      : [`% ${encryption === undefined ? 'General Purpose' : 'Signature'} Certificate:`, ...textLines(identity)]),
    ...(encryption === undefined ? [] : ['% Encryption Certificate:', ...textLines(encryption)]),
    '',
  ]);
}

function textLines(certificate: Certificate): readonly string[] {
  return certificatePem(certificate).trimEnd().split('\n');
}

import type { TlsCredentials } from '../../src/io/index.ts';
import { authority, certificate, type TestCertificate } from '../certificates.ts';
import { type Router, storyValidity } from './scene.ts';

/** A certificate authority for a story. */
export function storyAuthority(name: string): TestCertificate {
  return authority(name, { key: 'rsa', ...storyValidity });
}

export function storyCertificate(
  issuer: TestCertificate,
  name: string,
  names: {
    readonly dnsNames?: readonly string[];
    readonly ipAddresses?: readonly string[];
    readonly usages?: readonly string[];
  },
): TestCertificate {
  return certificate(name, { issuer, key: 'rsa', ...storyValidity, ...names });
}

/** What a scripted TLS peer shows, and whom it trusts. */
export function credentialsOf(own: TestCertificate, trusted: TestCertificate): TlsCredentials {
  return {
    certificateChainPem: own.chainPem,
    privateKeyPem: own.keyPem,
    trustAnchorsPem: [trusted.pem],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    resumption: 'story',
  };
}

/** Types a PEM import at the console: CA, key and certificate in a new trustpoint. */
export async function importIdentity(router: Router, trustpoint: string, own: TestCertificate, ca: TestCertificate) {
  const pasted = [ca.pem, own.keyPem, own.pem].flatMap((pem) => [...pem.trimEnd().split('\n'), 'quit']);
  return router.type(
    'configure terminal',
    `crypto pki import ${trustpoint} pem terminal password storybook`,
    ...pasted,
    'end',
  );
}

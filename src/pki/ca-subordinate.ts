import type { CaPair } from './ca-identity.ts';
import type { KeyStore } from './key-store.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { pathTo } from './path.ts';
import type { Trustpoints } from './trustpoints.ts';

/** What a subordinate CA signs with: the certificate that the trustpoint of its name has from the CA above, with its key. */
export function subordinatePair(name: string, trustpoints: Trustpoints, keys: KeyStore): Outcome<CaPair> {
  const { ca, others, identity } = trustpoints.chain(name);
  if (ca === undefined) return refused(`trustpoint ${name} is not authenticated: a subordinate CA enrols there`);
  if (identity === undefined) return refused(`trustpoint ${name} has no certificate yet`);
  if (!identity.isCa) return refused(`the certificate of trustpoint ${name} is not one of a CA`);
  const key = keys.withPublicKey(identity.publicKeyDer);
  if (key === undefined) return refused(`the key pair of trustpoint ${name} is missing`);
  if (key.type !== 'rsa') return refused('a certificate server has an RSA key: an EC key cannot read what SCEP sends');
  const path = pathTo([identity, ...others], ca);
  return path === undefined
    ? refused(`the certificate of trustpoint ${name} is not issued by its CA`)
    : done({ certificate: identity, key, chain: path.slice(1) });
}

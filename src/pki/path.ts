import { type Certificate, isIssuedBy } from './certificate.ts';

/** A way from a peer's certificate to an anchor: the certificate itself first, the anchor last. */
export type Path = readonly Certificate[];

/**
 * Walks issuer by issuer from the leaf, signatures verified; a certificate the peer sent counts only where it issued the
 * one before. Whether each issuer was allowed to is for the rules of the path to say.
 */
export function pathTo(chain: readonly Certificate[], anchor: Certificate): Path | undefined {
  const path: Certificate[] = [];
  let current = chain[0];
  while (current !== undefined) {
    const below = current;
    path.push(below);
    if (below.der.equals(anchor.der)) return path;
    if (isIssuedBy(below, anchor)) return [...path, anchor];
    current = issuerAmong(chain, path, below);
  }
  return undefined;
}

/** How far the chain goes without any anchor. */
export function pathAsShown(chain: readonly Certificate[]): Path {
  const path: Certificate[] = [];
  let current = chain[0];
  while (current !== undefined) {
    const below = current;
    path.push(below);
    current = issuerAmong(chain, path, below);
  }
  return path;
}

function issuerAmong(chain: readonly Certificate[], used: Path, below: Certificate): Certificate | undefined {
  const issuers = chain.filter((one) => !used.includes(one) && isIssuedBy(below, one));
  return issuers.find((one) => one.isCa) ?? issuers[0];
}

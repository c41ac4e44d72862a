import type { Certificate } from './certificate.ts';
import { mapMatches } from './certificate-map.ts';
import { type Path, pathTo } from './path.ts';
import type { Check, CrlSource, OcspSource, OwnList } from './revocation/standing.ts';
import type { CertificateMapEntry, CertificateMatch, RevocationMethod, TrustSettings } from './settings.ts';

/** How one trustpoint judges what it anchors. */
export interface TrustTerms {
  readonly trustpoint: string;
  readonly revocationCheck: readonly RevocationMethod[];
  readonly trust: TrustSettings;
  readonly maps: ReadonlyMap<string, readonly CertificateMapEntry[]>;
  /** Where the CRL of its CA is asked for by SCEP when nobody names a place; with its certificate, so it needs one. */
  readonly scepUrl?: string;
  /** The list of a certificate server of ours, by its certificate. */
  readonly ownList?: (issuer: Certificate) => OwnList | undefined;
  /** Our address that evidence is fetched from: of `source interface`. */
  readonly localHost?: string;
}

/** One CA certificate that is trusted, and the trustpoint it stands in. */
export interface Anchor {
  readonly certificate: Certificate;
  readonly terms: TrustTerms;
  /** `chain-validation continue`: the way from this CA to the parent's, or why there is none. */
  readonly upper?: Upper | { readonly fault: string };
}

export interface Upper {
  readonly path: Path;
  readonly anchor: Anchor;
}

/** One certificate of a path below the last anchor, who issued it, and whose terms it is checked by. */
export interface PathStep {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly terms: TrustTerms;
}

/** A whole way to the last anchor: through the parents where validation continues. */
export interface AnchoredPath {
  readonly anchor: Anchor;
  readonly path: Path;
  readonly steps: readonly PathStep[];
  /** Why a parent does not anchor it. */
  readonly fault?: string;
}

export function anchoredPath(chain: readonly Certificate[], anchor: Anchor): AnchoredPath | undefined {
  const first = pathTo(chain, anchor.certificate);
  if (first === undefined) return undefined;
  const steps = [...stepsOf(first, anchor.terms)];
  const path = [...first];
  for (let { upper } = anchor; upper !== undefined; upper = upper.anchor.upper) {
    if ('fault' in upper) return { anchor, path, steps, fault: upper.fault };
    path.push(...upper.path.slice(1));
    steps.push(...stepsOf(upper.path, upper.anchor.terms));
  }
  return { anchor, path, steps };
}

function stepsOf(path: Path, terms: TrustTerms): readonly PathStep[] {
  return path.slice(0, -1).map((certificate, at) => ({ certificate, issuer: path[at + 1]!, terms }));
}

/** `match certificate MAP` without more: the peer must fit one of them, or one that makes an exception for it. */
export function isAdmitted(leaf: Certificate, { trust, maps }: TrustTerms): boolean {
  const { matches = [] } = trust;
  if (!matches.some(({ effect }) => effect.kind === 'accept')) return true;
  return matches.some(({ map }) => fits(map, leaf, maps));
}

function fits(map: string, certificate: Certificate, maps: TrustTerms['maps']): boolean {
  const entries = maps.get(map);
  return entries !== undefined && mapMatches(entries, certificate);
}

/** How the revocation of a step is found out: the trustpoint's methods and places, with the exceptions of its maps. */
export function checkOf({ certificate, issuer, terms }: PathStep): Check {
  const { trust, maps } = terms;
  const exceptions = (trust.matches ?? [])
    .filter(({ map }) => fits(map, certificate, maps))
    .map(({ effect }) => effect);
  const isSkipped = exceptions.some(({ kind }) => kind === 'skip-revocation');
  return {
    certificate,
    issuer,
    methods: isSkipped ? ['none'] : terms.revocationCheck,
    crls: listsOf(certificate, issuer, terms, exceptions),
    responders: respondersOf(certificate, issuer, terms, exceptions),
  };
}

type Effect = CertificateMatch['effect'];
const isHttp = (url: string): boolean => /^http:\/\//i.test(url);

function listsOf(
  certificate: Certificate,
  issuer: Certificate,
  { trust, trustpoint, scepUrl, ownList, localHost }: TrustTerms,
  exceptions: readonly Effect[],
): readonly CrlSource[] {
  const typed = exceptions.flatMap((effect) => (effect.kind === 'cdp' ? [effect.url] : []));
  const named = certificate.crlUrls.filter(isHttp);
  const query = trust.crlQuery === undefined ? [] : [trust.crlQuery];
  const byOperator = typed.length > 0 ? typed : named.length > 0 ? [] : query;
  const { crlCacheMinutes, fetchPrivate } = trust;
  const cache = crlCacheMinutes === undefined ? {} : { cacheMs: crlCacheMinutes * 60_000 };
  const from = localHost === undefined ? {} : { localHost };
  const source = (url: string, allowsPrivate: boolean): CrlSource => ({
    kind: 'crl',
    url,
    issuer,
    allowsPrivate,
    ...cache,
    ...from,
  });
  if (byOperator.length > 0) return byOperator.map((url) => source(url, true));
  const own = ownList?.(issuer);
  if (own !== undefined) return [{ ...source(`nvram:${own.server}.crl`, true), ownServer: own.server }];
  if (named.length === 0 && scepUrl !== undefined) return [{ ...source(scepUrl, true), scepTrustpoint: trustpoint }];
  return named.map((url) => source(url, fetchPrivate === true));
}

function respondersOf(
  certificate: Certificate,
  issuer: Certificate,
  { trust, localHost }: TrustTerms,
  exceptions: readonly Effect[],
): readonly OcspSource[] {
  const typed = exceptions
    .flatMap((effect) => (effect.kind === 'ocsp' ? [effect] : []))
    .toSorted((a, b) => a.order - b.order)
    .map(({ url }) => url);
  const byOperator = typed.length > 0 ? typed : trust.ocspUrl === undefined ? [] : [trust.ocspUrl];
  const source = (url: string, allowsPrivate: boolean): OcspSource => ({
    kind: 'ocsp',
    url,
    certificate,
    issuer,
    withNonce: trust.ocspWithoutNonce !== true,
    allowsPrivate,
    ...(localHost !== undefined && { localHost }),
  });
  if (byOperator.length > 0) return byOperator.map((url) => source(url, true));
  return certificate.ocspUrls.filter(isHttp).map((url) => source(url, trust.fetchPrivate === true));
}

import { CommandError } from '../../cli/index.ts';
import type { CertificateMatch, TrustpointSettings, TrustSettings } from '../../pki/index.ts';
import { settingsOf } from '../config-mode.ts';

const setting = settingsOf<TrustpointSettings>();

/** The record with a part of its trust changed; a part that is undefined goes back to the default. */
function trusting(
  record: TrustpointSettings,
  change: { readonly [K in keyof TrustSettings]?: TrustSettings[K] | undefined },
): TrustpointSettings {
  const { trust: before, ...rest } = record;
  const entries = Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? rest : { ...rest, trust: Object.fromEntries(entries) };
}

function httpUrl(url: string): string {
  if (/^http:\/\/[^/]/i.test(url) && URL.canParse(url)) return url;
  throw new CommandError('% Only http:// can be fetched');
}

const mostMatches = 32;

function isSameMatch(a: CertificateMatch, b: CertificateMatch): boolean {
  const order = ({ effect }: CertificateMatch) => (effect.kind === 'ocsp' ? effect.order : 0);
  return a.map === b.map && a.effect.kind === b.effect.kind && order(a) === order(b);
}

/** A line for the same map and purpose replaces the one before, in its place. */
function withMatch(record: TrustpointSettings, match: CertificateMatch): TrustpointSettings {
  const all = record.trust?.matches ?? [];
  const at = all.findIndex((other) => isSameMatch(other, match));
  if (at < 0 && all.length >= mostMatches) throw new CommandError(`% No more than ${mostMatches} certificate maps`);
  return trusting(record, { matches: at < 0 ? [...all, match] : all.with(at, match) });
}

/** What a `no` line names behind the map; all of the map when it says no more. */
function isMeant(
  { effect }: CertificateMatch,
  words: {
    readonly skip?: true | undefined;
    readonly cdp?: true | undefined;
    readonly ocsp?: true | undefined;
    readonly order?: number | undefined;
  },
): boolean {
  if (words.skip) return effect.kind === 'skip-revocation';
  if (words.cdp) return effect.kind === 'cdp';
  if (words.ocsp) return effect.kind === 'ocsp' && (words.order === undefined || effect.order === words.order);
  return true;
}

function printMatch({ map, effect }: CertificateMatch): string {
  switch (effect.kind) {
    case 'accept':
      return `match certificate ${map}`;
    case 'skip-revocation':
      return `match certificate ${map} skip revocation-check`;
    case 'cdp':
      return `match certificate ${map} override cdp url ${effect.url}`;
    case 'ocsp':
      return `match certificate ${map} override ocsp ${effect.order} url ${effect.url}`;
  }
}

/** How a trustpoint judges peers: where revocation is asked, whom it admits, what purpose it takes. */
export const trustSettings = [
  setting('crl query <url:url>', 'Where the CRL is when a certificate does not say', {
    set: (record, { url }) => trusting(record, { crlQuery: httpUrl(url) }),
    unset: (record) => trusting(record, { crlQuery: undefined }),
    print: ({ trust }) => (trust?.crlQuery === undefined ? undefined : `crl query ${trust.crlQuery}`),
  }),
  setting('crl cache delete-after <minutes:int(1-43200)>', 'Fetch a CRL anew when it is this many minutes old', {
    set: (record, { minutes }) => trusting(record, { crlCacheMinutes: minutes }),
    unset: (record) => trusting(record, { crlCacheMinutes: undefined }),
    print: ({ trust }) =>
      trust?.crlCacheMinutes === undefined ? undefined : `crl cache delete-after ${trust.crlCacheMinutes}`,
  }),
  setting('ocsp url <url:url>', 'Responder to ask instead of the one a certificate names', {
    set: (record, { url }) => trusting(record, { ocspUrl: httpUrl(url) }),
    unset: (record) => trusting(record, { ocspUrl: undefined }),
    print: ({ trust }) => (trust?.ocspUrl === undefined ? undefined : `ocsp url ${trust.ocspUrl}`),
  }),
  setting('ocsp disable-nonce', 'Ask responders without a nonce', {
    set: (record) => trusting(record, { ocspWithoutNonce: true }),
    unset: (record) => trusting(record, { ocspWithoutNonce: undefined }),
    print: ({ trust }) => (trust?.ocspWithoutNonce === true ? 'ocsp disable-nonce' : undefined),
    default: 'no ocsp disable-nonce',
  }),
  setting(
    'match certificate <map:word> [skip revocation-check | override {cdp url <list:url> | ocsp <order:int(1-99)> url <responder:url>}]',
    'Certificate map that peers must fit, or an exception for those that do',
    {
      set: (record, { map, list, order, responder, revocationCheck }) => {
        if (list !== undefined) return withMatch(record, { map, effect: { kind: 'cdp', url: httpUrl(list) } });
        if (responder !== undefined && order !== undefined) {
          return withMatch(record, { map, effect: { kind: 'ocsp', order, url: httpUrl(responder) } });
        }
        return withMatch(record, { map, effect: { kind: revocationCheck === true ? 'skip-revocation' : 'accept' } });
      },
      unset: (record, args) => {
        const left = (record.trust?.matches ?? []).filter((one) => one.map !== args.map || !isMeant(one, args));
        return trusting(record, { matches: left.length === 0 ? undefined : left });
      },
      noSyntax:
        'match certificate <map:word> [skip | override] [revocation-check | cdp | ocsp] [<order:int(1-99)>] [url <place:url>]',
      print: ({ trust }) => trust?.matches?.map(printMatch),
    },
  ),
  setting('chain-validation [stop | continue <parent:word>]', 'Where the validation of a chain ends', {
    set: (record, { parent }) => trusting(record, { parent }),
    unset: (record) => trusting(record, { parent: undefined }),
    print: ({ trust }) => (trust?.parent === undefined ? undefined : `chain-validation continue ${trust.parent}`),
    default: 'chain-validation stop',
  }),
  setting('peer-purpose {strict | any-eku | ignore}', 'Extended key usage a peer must have', {
    set: (record, { anyEku, ignore }) =>
      trusting(record, { peerPurpose: anyEku ? 'any-eku' : ignore ? 'ignore' : undefined }),
    unset: (record) => trusting(record, { peerPurpose: undefined }),
    print: ({ trust }) => (trust?.peerPurpose === undefined ? undefined : `peer-purpose ${trust.peerPurpose}`),
    default: 'peer-purpose strict',
    ours: true,
  }),
  setting('fetch private-address', 'Fetch what certificates name from private addresses too', {
    set: (record) => trusting(record, { fetchPrivate: true }),
    unset: (record) => trusting(record, { fetchPrivate: undefined }),
    print: ({ trust }) => (trust?.fetchPrivate === true ? 'fetch private-address' : undefined),
    default: 'no fetch private-address',
    ours: true,
  }),
  setting('trustpool', 'Trust the CAs of the trustpool too', {
    set: (record) => trusting(record, { trustpool: true }),
    unset: (record) => trusting(record, { trustpool: undefined }),
    print: ({ trust }) => (trust?.trustpool === true ? 'trustpool' : undefined),
    default: 'no trustpool',
    ours: true,
  }),
];

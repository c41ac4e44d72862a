import { AuthorityKeyIdentifier, IssuingDistributionPoint } from '@peculiar/asn1-x509';
import type { Certificate } from '../certificate.ts';
import { decode, undecodable } from '../der.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { displayName, readNameDer } from '../x500-name.ts';
import { algorithmOf, extensionsOf, need, tags, timeAt, times, Unreadable } from './fields.ts';
import { RevokedList } from './revoked-list.ts';
import { signatureFault } from './signed-bytes.ts';
import { type Tlv, TlvReader } from './tlv.ts';

/** A longer one is not read: some hundred thousand revoked certificates. */
export const longestCrl = 4 * 1024 * 1024;
/** Clocks of two hosts differ. */
export const skewMs = 5 * 60_000;

/** A certificate revocation list (RFC 5280 5), read from its DER. */
export interface Crl {
  readonly size: number;
  /** As IOS displays the issuer's name. */
  readonly issuer: readonly string[];
  readonly issuerDer: Buffer;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly number: bigint | undefined;
  readonly revoked: RevokedList;
  readonly scope: CrlScope;
  readonly authorityKeyId: Buffer | undefined;
  readonly tbs: Buffer;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
}

/** What the issuing distribution point narrows the list to. */
export interface CrlScope {
  readonly only: 'users' | 'authorities' | undefined;
  /** URLs of the distribution point; undefined: the list says nothing of it. */
  readonly urls: readonly string[] | undefined;
}

/** Total: hostile bytes give a reason. Whether the list may be believed is `crlFault`'s to say, and whom it names is known after it. */
export function readCrl(der: Buffer): Outcome<Crl> {
  if (der.length > longestCrl) return refused(`the CRL is larger than ${longestCrl} bytes`);
  try {
    return done(read(der));
  } catch (error) {
    return refused(wordsOf(error));
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Unreadable && error.message !== '' ? error.message : undecodable('the CRL');
}

function read(der: Buffer): Crl {
  const whole = new TlvReader(der);
  const list = whole.within(need(whole.next(tags.sequence)));
  const tbs = need(list.next(tags.sequence));
  const outer = algorithmOf(der, list, need(list.next(tags.sequence)));
  const bits = need(list.next(tags.bits));
  if (!whole.isAtEnd || !list.isAtEnd || der[bits.start] !== 0) throw new Unreadable();
  const body = list.within(tbs);
  const version = body.next(tags.integer);
  if (version !== undefined && !isSecond(der, version)) throw new Unreadable('the CRL is of an unknown version');
  if (algorithmOf(der, body, need(body.next(tags.sequence))) !== outer) throw new Unreadable();
  const issuer = need(body.next(tags.sequence));
  const issuerDer = Buffer.from(der.subarray(issuer.at, issuer.end));
  const name = readNameDer(issuerDer);
  if (!name.ok) throw new Unreadable(name.reason);
  const thisUpdate = timeAt(der, need(body.next(...times)));
  const next = body.next(...times);
  if (next === undefined) throw new Unreadable('the CRL does not say when the next one is due');
  const entries = body.next(tags.sequence);
  const extensions = body.next(tags.explicit0);
  if (!body.isAtEnd) throw new Unreadable();
  return {
    size: der.length,
    issuer: displayName(name.value),
    issuerDer,
    thisUpdate,
    nextUpdate: timeAt(der, next),
    revoked: new RevokedList(der, entries?.start, entries?.end),
    ...readExtensions(der, extensions === undefined ? undefined : body.within(extensions)),
    tbs: der.subarray(tbs.at, tbs.end),
    signatureAlgorithm: outer,
    signature: der.subarray(bits.start + 1, bits.end),
  };
}

/** Version 2 is written as 1. */
function isSecond(der: Buffer, { start, end }: Tlv): boolean {
  return end - start === 1 && der[start] === 1;
}

const ids = { number: '2.5.29.20', scope: '2.5.29.28', authorityKeyId: '2.5.29.35', delta: '2.5.29.27' };

function readExtensions(
  der: Buffer,
  explicit: TlvReader | undefined,
): Pick<Crl, 'number' | 'scope' | 'authorityKeyId'> {
  const all = explicit === undefined ? [] : extensionsOf(der, explicit.within(need(explicit.next(tags.sequence))));
  const known = Object.values(ids);
  const unknown = all.find(({ id, critical }) => critical && !known.includes(id));
  if (unknown !== undefined) throw new Unreadable(`the CRL has an unknown critical extension ${unknown.id}`);
  const value = (id: string): Buffer | undefined => all.find((one) => one.id === id)?.value;
  if (value(ids.delta) !== undefined) throw new Unreadable('the CRL is a delta CRL, which is not used');
  return {
    number: numberOf(value(ids.number)),
    scope: scopeOf(value(ids.scope)),
    authorityKeyId: keyIdOf(value(ids.authorityKeyId)),
  };
}

function numberOf(value: Buffer | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  const { start, end } = need(new TlvReader(value).next(tags.integer));
  // RFC 5280 5.2.3: at most 20 octets, never negative.
  if (end === start || end - start > 21 || value[start]! > 0x7f) throw new Unreadable('the CRL number makes no sense');
  return BigInt(`0x${value.subarray(start, end).toString('hex')}`);
}

function keyIdOf(value: Buffer | undefined): Buffer | undefined {
  if (value === undefined) return undefined;
  const read = decode(value, AuthorityKeyIdentifier, 'the key identifier of the CRL');
  if (!read.ok) throw new Unreadable(read.reason);
  const { keyIdentifier } = read.value;
  return keyIdentifier === undefined ? undefined : Buffer.from(keyIdentifier.buffer);
}

function scopeOf(value: Buffer | undefined): CrlScope {
  if (value === undefined) return { only: undefined, urls: undefined };
  const read = decode(value, IssuingDistributionPoint, 'the distribution point of the CRL');
  if (!read.ok) throw new Unreadable(read.reason);
  const point = read.value;
  if (point.indirectCRL) throw new Unreadable('the CRL is an indirect one, which is not used');
  if (point.onlySomeReasons !== undefined) throw new Unreadable('the CRL covers some reasons only');
  if (point.onlyContainsAttributeCerts) throw new Unreadable('the CRL is about attribute certificates');
  const urls = point.distributionPoint?.fullName?.flatMap((name) => name.uniformResourceIdentifier ?? []);
  if (point.distributionPoint !== undefined && urls === undefined) {
    throw new Unreadable('the distribution point of the CRL is relative, which is not used');
  }
  const only = point.onlyContainsUserCerts ? 'users' : point.onlyContainsCACerts ? 'authorities' : undefined;
  return { only, urls };
}

const crlSign = 0x02;

/**
 * Why a list just fetched may not be believed; undefined when it may. `held` is the one it is to replace: numbers and dates only go up.
 */
export function crlFault(crl: Crl, issuer: Certificate, now: number, held?: Crl): string | undefined {
  if (!crl.issuerDer.equals(issuer.subjectDer)) return `it is the CRL of ${crl.issuer.join(',')}`;
  if (issuer.keyUsage !== undefined && (Number.parseInt(issuer.keyUsage.slice(0, 2), 16) & crlSign) === 0) {
    return 'keyUsage of its issuer does not allow signing CRLs';
  }
  const { authorityKeyId: key } = crl;
  if (key !== undefined && issuer.subjectKeyId !== undefined && !key.equals(issuer.subjectKeyId)) {
    return 'another key of its issuer signed the CRL';
  }
  const signature = signatureFault(crl.tbs, crl.signatureAlgorithm, crl.signature, issuer.publicKey);
  if (signature !== undefined) return signature;
  if (crl.thisUpdate > now + skewMs) return 'the CRL is of the future';
  if (!isCurrent(crl, now)) return 'the CRL is out of date';
  return held === undefined ? undefined : regression(crl, held);
}

/** Reads whom a list names, once it may be believed; undefined when it could be read. `pauses` lets others work in between. */
export async function entriesFault({ revoked }: Crl, pauses: () => Promise<void>): Promise<string | undefined> {
  try {
    await revoked.read(pauses);
    return undefined;
  } catch (error) {
    return wordsOf(error);
  }
}

function regression(crl: Crl, held: Crl): string | undefined {
  const olderNumber = crl.number !== undefined && held.number !== undefined && crl.number < held.number;
  return olderNumber || crl.thisUpdate < held.thisUpdate ? 'the CRL is older than the one held' : undefined;
}

export function isCurrent({ nextUpdate }: Pick<Crl, 'nextUpdate'>, now: number): boolean {
  return now <= nextUpdate + skewMs;
}

export type CrlAnswer =
  | { readonly state: 'good' }
  | { readonly state: 'revoked'; readonly at: number }
  | { readonly state: 'silent'; readonly reason: string };

/** What a believed list, fetched from `url`, says of a certificate of its issuer. */
export function crlAnswer({ revoked, scope }: Crl, certificate: Certificate, url: string): CrlAnswer {
  if (scope.only === 'users' && certificate.isCa) return { state: 'silent', reason: 'the CRL is not about CAs' };
  if (scope.only === 'authorities' && !certificate.isCa)
    return { state: 'silent', reason: 'the CRL is about CAs only' };
  const points = [url, ...certificate.crlUrls];
  if (scope.urls !== undefined && !scope.urls.some((one) => points.includes(one))) {
    return { state: 'silent', reason: 'the CRL is that of another distribution point' };
  }
  const at = revoked.revokedAt(certificate.serial);
  return at === undefined ? { state: 'good' } : { state: 'revoked', at };
}

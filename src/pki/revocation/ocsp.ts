import { createHash } from 'node:crypto';
import { type Certificate, isIssuedBy, readCertificate, serialText } from '../certificate.ts';
import { undecodable } from '../der.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { skewMs } from './crl.ts';
import { algorithmOf, extensionsOf, inside, need, oidText, tags, timeAt, Unreadable } from './fields.ts';
import { signatureFault } from './signed-bytes.ts';
import { type Tlv, TlvReader } from './tlv.ts';

/** A longer answer is not read. */
export const longestOcsp = 64 * 1024;
const mostResponses = 100;
const mostCertificates = 5;

/** What a responder says of one certificate (RFC 6960), read from DER and proved. */
export interface OcspAnswer {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** When it was revoked. */
  readonly revokedAt: number | undefined;
  readonly thisUpdate: number;
  /** Until when it holds; an answer that does not say so holds a few minutes. */
  readonly nextUpdate: number;
  readonly responder: string;
  /** As it came: what is stapled. */
  readonly der: Buffer;
}

/** An answer without end holds this long. */
const endlessMs = 5 * 60_000;

const ids = {
  sha1: '1.3.14.3.2.26',
  basic: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
  noCheck: '1.3.6.1.5.5.7.48.1.5',
  signing: '1.3.6.1.5.5.7.3.9',
} as const;

/** By object identifier: hashes a CertID may be made with. */
const hashes = new Map([
  [ids.sha1, 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** A request for one certificate. CertID with SHA-1, which every responder knows and whose strength nothing rests on. */
export function encodeOcspRequest(certificate: Certificate, issuer: Certificate, nonce?: Buffer): Buffer {
  const algorithm = der(0x30, der(0x06, Buffer.from('2b0e03021a', 'hex')), der(0x05));
  const name = der(0x04, createHash('sha1').update(issuer.subjectDer).digest());
  const key = der(0x04, createHash('sha1').update(keyBits(issuer.publicKeyDer)).digest());
  const serial = der(0x02, Buffer.from(integerHex(certificate.serial), 'hex'));
  const list = der(0x30, der(0x30, der(0x30, algorithm, name, key, serial)));
  if (nonce === undefined) return der(0x30, der(0x30, list));
  const extension = der(0x30, der(0x06, Buffer.from('2b0601050507300102', 'hex')), der(0x04, der(0x04, nonce)));
  return der(0x30, der(0x30, list, der(0xa2, der(0x30, extension))));
}

/** A serial number was read without the octet that keeps it positive. */
function integerHex(serial: string): string {
  return Number.parseInt(serial.slice(0, 2), 16) > 0x7f ? `00${serial}` : serial;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** The subjectPublicKey of a SubjectPublicKeyInfo: what key hashes are made of. */
function keyBits(spki: Buffer): Buffer {
  const whole = new TlvReader(spki);
  const info = whole.within(need(whole.next(tags.sequence)));
  need(info.next(tags.sequence));
  const { start, end } = need(info.next(tags.bits));
  return spki.subarray(start + 1, end);
}

export interface OcspQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** The wall clock, milliseconds since the epoch. */
  readonly now: number;
  /** What we sent and must come back; absent: none was sent. */
  readonly nonce?: Buffer;
  /** Whether a responder's certificate without OCSP nocheck is known to be unrevoked. */
  readonly isResponderGood?: (responder: Certificate) => boolean;
}

/** Total: reads an answer and proves it: signer, certificate meant, nonce and time. Anything else is a reason. */
export function readOcspAnswer(bytes: Buffer, question: OcspQuestion): Outcome<OcspAnswer> {
  if (bytes.length > longestOcsp) return refused(`the OCSP answer is larger than ${longestOcsp} bytes`);
  try {
    const basic = readBasic(bytes);
    return prove(basic, bytes, question);
  } catch (error) {
    const said = error instanceof Unreadable ? error.message : '';
    return refused(said === '' ? undecodable('the OCSP answer') : said);
  }
}

interface Single {
  readonly hash: string;
  readonly nameHash: Buffer;
  readonly keyHash: Buffer;
  readonly serial: string;
  readonly status: OcspAnswer['status'];
  readonly revokedAt: number | undefined;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
}

interface Basic {
  readonly tbs: Buffer;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
  readonly certificates: readonly Certificate[];
  readonly responder: { readonly name: Buffer } | { readonly keyHash: Buffer };
  readonly producedAt: number;
  readonly singles: readonly Single[];
  readonly nonce: Buffer | undefined;
}

const failures: Readonly<Record<number, string>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

function readBasic(bytes: Buffer): Basic {
  const whole = new TlvReader(bytes);
  const response = whole.within(need(whole.next(tags.sequence)));
  const status = bytes[need(response.next(tags.enumerated)).start];
  if (status !== 0) throw new Unreadable(`the responder says ${failures[status ?? -1] ?? `status ${status}`}`);
  const typed = inside(response, need(response.next(tags.explicit0)));
  if (!whole.isAtEnd || oidText(bytes, need(typed.next(tags.oid))) !== ids.basic) throw new Unreadable();
  const octets = need(typed.next(tags.octets));
  return readSigned(bytes.subarray(octets.start, octets.end));
}

function readSigned(bytes: Buffer): Basic {
  const whole = new TlvReader(bytes);
  const basic = whole.within(need(whole.next(tags.sequence)));
  const tbs = need(basic.next(tags.sequence));
  const signatureAlgorithm = algorithmOf(bytes, basic, need(basic.next(tags.sequence)));
  const bits = need(basic.next(tags.bits));
  const certificates = basic.next(tags.explicit0);
  if (!basic.isAtEnd || bytes[bits.start] !== 0) throw new Unreadable();
  return {
    tbs: bytes.subarray(tbs.at, tbs.end),
    signatureAlgorithm,
    signature: bytes.subarray(bits.start + 1, bits.end),
    certificates: certificates === undefined ? [] : readCertificates(bytes, inside(basic, certificates)),
    ...readData(bytes, basic.within(tbs)),
  };
}

/** Those that cannot be read cannot have signed. */
function readCertificates(bytes: Buffer, reader: TlvReader): readonly Certificate[] {
  const found: Certificate[] = [];
  for (let count = 0; !reader.isAtEnd; count++) {
    if (count >= mostCertificates) throw new Unreadable('too many certificates in the OCSP answer');
    const { at, end } = need(reader.next(tags.sequence));
    const read = readCertificate(bytes.subarray(at, end));
    if (read.ok) found.push(read.value);
  }
  return found;
}

function readData(bytes: Buffer, data: TlvReader): Pick<Basic, 'responder' | 'producedAt' | 'singles' | 'nonce'> {
  data.next(tags.explicit0);
  const responder = responderOf(bytes, data);
  const producedAt = timeAt(bytes, need(data.next(0x18)));
  const singles = readSingles(bytes, data.within(need(data.next(tags.sequence))));
  const extensions = data.next(tags.explicit1);
  if (!data.isAtEnd) throw new Unreadable();
  const all = extensions === undefined ? [] : extensionsOf(bytes, inside(data, extensions));
  const unknown = all.find(({ id, critical }) => critical && id !== ids.nonce);
  if (unknown !== undefined) throw new Unreadable(`the OCSP answer has an unknown critical extension ${unknown.id}`);
  return { responder, producedAt, singles, nonce: nonceOf(all.find(({ id }) => id === ids.nonce)?.value) };
}

function responderOf(bytes: Buffer, data: TlvReader): Basic['responder'] {
  const choice = need(data.next(tags.explicit1, tags.explicit2));
  const { tag, at, start, end } = need(data.within(choice).next());
  if (choice.tag === tags.explicit1 && tag === tags.sequence) return { name: bytes.subarray(at, end) };
  if (choice.tag === tags.explicit2 && tag === tags.octets) return { keyHash: bytes.subarray(start, end) };
  throw new Unreadable();
}

/** RFC 8954 wraps it in an OCTET STRING of 1 to 32 octets; older responders gave the octets bare. */
function nonceOf(value: Buffer | undefined): Buffer | undefined {
  if (value === undefined) return undefined;
  const wrapped = new TlvReader(value).next(tags.octets);
  return wrapped === undefined || wrapped.end !== value.length ? value : value.subarray(wrapped.start, wrapped.end);
}

function readSingles(bytes: Buffer, reader: TlvReader): readonly Single[] {
  const singles: Single[] = [];
  while (!reader.isAtEnd) {
    if (singles.length >= mostResponses) throw new Unreadable('too many certificates in one OCSP answer');
    singles.push(readSingle(bytes, reader.within(need(reader.next(tags.sequence)))));
  }
  return singles;
}

const statuses: ReadonlyMap<number, OcspAnswer['status']> = new Map([
  [0x80, 'good'],
  [0xa1, 'revoked'],
  [0x82, 'unknown'],
]);

function readSingle(bytes: Buffer, single: TlvReader): Single {
  const id = single.within(need(single.next(tags.sequence)));
  const hash = algorithmOf(bytes, id, need(id.next(tags.sequence)));
  const content = ({ start, end }: Tlv): Buffer => bytes.subarray(start, end);
  const nameHash = content(need(id.next(tags.octets)));
  const keyHash = content(need(id.next(tags.octets)));
  const serial = serialText(content(need(id.next(tags.integer))));
  const state = need(single.next());
  const status = statuses.get(state.tag);
  if (status === undefined) throw new Unreadable();
  const revokedAt = status === 'revoked' ? timeAt(bytes, need(single.within(state).next(0x18))) : undefined;
  const thisUpdate = timeAt(bytes, need(single.next(0x18)));
  const next = single.next(tags.explicit0);
  const nextUpdate = next === undefined ? undefined : timeAt(bytes, need(single.within(next).next(0x18)));
  const extensions = single.next(tags.explicit1);
  if (!single.isAtEnd) throw new Unreadable();
  const all = extensions === undefined ? [] : extensionsOf(bytes, inside(single, extensions));
  const unknown = all.find(({ critical }) => critical);
  if (unknown !== undefined) throw new Unreadable(`the OCSP answer has an unknown critical extension ${unknown.id}`);
  return { hash, nameHash, keyHash, serial, status, revokedAt, thisUpdate, nextUpdate };
}

function prove(basic: Basic, bytes: Buffer, question: OcspQuestion): Outcome<OcspAnswer> {
  const { certificate, issuer, now, nonce } = question;
  const single = basic.singles.find((one) => isAbout(one, certificate, issuer));
  if (single === undefined) return refused('the OCSP answer is about another certificate');
  if (nonce !== undefined && basic.nonce === undefined) {
    return refused('the OCSP answer does not repeat our nonce (ocsp disable-nonce does without)');
  }
  if (nonce !== undefined && basic.nonce?.equals(nonce) !== true) return refused('the OCSP answer has another nonce');
  const signer = signerOf(basic, question);
  if (!signer.ok) return signer;
  const wrong = signatureFault(basic.tbs, basic.signatureAlgorithm, basic.signature, signer.value.publicKey);
  if (wrong !== undefined) return refused(`OCSP answer: ${wrong}`);
  const { status, revokedAt, thisUpdate } = single;
  const nextUpdate = single.nextUpdate ?? thisUpdate + endlessMs;
  if (thisUpdate > now + skewMs || basic.producedAt > now + skewMs) return refused('the OCSP answer is of the future');
  if (now > nextUpdate + skewMs) return refused('the OCSP answer is out of date');
  return done({ status, revokedAt, thisUpdate, nextUpdate, responder: nameOf(signer.value), der: bytes });
}

function isAbout(single: Single, certificate: Certificate, issuer: Certificate): boolean {
  const hash = hashes.get(single.hash);
  if (hash === undefined || single.serial !== certificate.serial) return false;
  const digest = (bytes: Buffer): Buffer => createHash(hash).update(bytes).digest();
  return (
    single.nameHash.equals(digest(issuer.subjectDer)) && single.keyHash.equals(digest(keyBits(issuer.publicKeyDer)))
  );
}

/** RFC 6960 4.2.2.2: the issuer itself, or whom it appointed by a certificate for nothing but this. */
function signerOf(basic: Basic, question: OcspQuestion): Outcome<Certificate> {
  const { issuer } = question;
  const signs = (one: Certificate): boolean => isResponder(basic.responder, one);
  if (signs(issuer)) return done(issuer);
  const delegate = basic.certificates.find(signs);
  if (delegate === undefined) return refused('the certificate of the OCSP responder is not in its answer');
  const fault = delegateFault(delegate, question);
  return fault === undefined ? done(delegate) : refused(fault);
}

function isResponder(responder: Basic['responder'], certificate: Certificate): boolean {
  if ('name' in responder) return responder.name.equals(certificate.subjectDer);
  return responder.keyHash.equals(createHash('sha1').update(keyBits(certificate.publicKeyDer)).digest());
}

function delegateFault(delegate: Certificate, { issuer, now, isResponderGood }: OcspQuestion): string | undefined {
  if (!isIssuedBy(delegate, issuer)) return 'the OCSP responder was not appointed by the issuer of the certificate';
  if (delegate.extendedKeyUsage?.includes(ids.signing) !== true) {
    return 'the certificate of the OCSP responder is not one for signing OCSP answers';
  }
  if (now < delegate.notBefore || now > delegate.notAfter)
    return 'the certificate of the OCSP responder is out of date';
  if (delegate.extensions.some(({ id }) => id === ids.noCheck)) return undefined;
  if (isResponderGood?.(delegate) === true) return undefined;
  return 'nobody says that the OCSP responder was not revoked (no OCSP nocheck, no CRL held)';
}

function nameOf({ subject }: Certificate): string {
  const [{ value = '' } = {}] = subject.flat().toReversed();
  return value;
}

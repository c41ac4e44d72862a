import { createHash, createPublicKey, sign, X509Certificate } from 'node:crypto';
import type { TestCertificate } from './certificates.ts';

/** One DER element. */
export function der(tag: number, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)));
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const octets = length < 0x100 ? [length] : length < 0x10000 ? [length >> 8, length & 0xff] : undefined;
  const long = octets ?? [length >> 16, (length >> 8) & 0xff, length & 0xff];
  return Buffer.concat([Buffer.from([tag, 0x80 | long.length, ...long]), content]);
}

const utc = (ms: number): Buffer => der(0x17, Buffer.from(`${stamp(ms).slice(2)}Z`));
const general = (ms: number): Buffer => der(0x18, Buffer.from(`${stamp(ms)}Z`));

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14);
}

function algorithmOf(issuer: TestCertificate): Buffer {
  return issuer.privateKey.asymmetricKeyType === 'rsa'
    ? der(0x30, '06092a864886f70d01010b0500')
    : der(0x30, '06082a8648ce3d040302');
}

function signed(tbs: Buffer, issuer: TestCertificate, ...more: readonly Buffer[]): Buffer {
  return der(0x30, tbs, algorithmOf(issuer), der(0x03, '00', sign('sha256', tbs, issuer.privateKey)), ...more);
}

/** What of a certificate its issuer is asked for. */
interface Parts {
  readonly name: Buffer;
  readonly keyBits: Buffer;
}

function elements(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1]!;
    const count = first < 0x80 ? 0 : first & 0x7f;
    const length = count === 0 ? first : bytes.readUIntBE(at + 2, count);
    const end = at + 2 + count + length;
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found;
}

function content(element: Buffer): Buffer {
  const first = element[1]!;
  return element.subarray(2 + (first < 0x80 ? 0 : first & 0x7f));
}

function partsOf({ der: bytes }: TestCertificate): Parts {
  const [tbs] = elements(content(bytes));
  const fields = elements(content(tbs!));
  const spki = createPublicKey(new X509Certificate(bytes).publicKey.export({ type: 'spki', format: 'pem' }));
  const [, bits] = elements(content(spki.export({ type: 'spki', format: 'der' })));
  return { name: fields[5]!, keyBits: content(bits!).subarray(1) };
}

export function serialOf({ der: bytes }: TestCertificate): Buffer {
  const [tbs] = elements(content(bytes));
  return content(elements(content(tbs!))[1]!);
}

export interface TestCrlOptions {
  readonly revoked?: readonly TestCertificate[];
  readonly number?: number;
  readonly thisUpdate: number;
  /** Absent: no such field. */
  readonly nextUpdate?: number;
  /** Extensions of the list, as id, critical and value in hex. */
  readonly extensions?: readonly (readonly [id: string, critical: boolean, value: string])[];
  readonly entryExtensions?: readonly (readonly [id: string, critical: boolean, value: string])[];
}

function extensionDer([id, critical, value]: readonly [string, boolean, string]): Buffer {
  return der(0x30, der(0x06, id), ...(critical ? [der(0x01, 'ff')] : []), der(0x04, value));
}

/** A CRL made for a test. Object identifiers are given as the hex of their content. */
export function revocationList(issuer: TestCertificate, options: TestCrlOptions): Buffer {
  const { revoked = [], number = 1, thisUpdate, nextUpdate, extensions = [], entryExtensions = [] } = options;
  const entries = revoked.map((one) =>
    der(
      0x30,
      der(0x02, serialOf(one)),
      utc(thisUpdate),
      ...(entryExtensions.length === 0 ? [] : [der(0x30, ...entryExtensions.map(extensionDer))]),
    ),
  );
  const numbered = extensionDer(['551d14', false, der(0x02, number.toString(16).padStart(8, '0')).toString('hex')]);
  const tbs = der(
    0x30,
    der(0x02, '01'),
    algorithmOf(issuer),
    partsOf(issuer).name,
    utc(thisUpdate),
    ...(nextUpdate === undefined ? [] : [utc(nextUpdate)]),
    ...(entries.length === 0 ? [] : [der(0x30, ...entries)]),
    der(0xa0, der(0x30, numbered, ...extensions.map(extensionDer))),
  );
  return signed(tbs, issuer);
}

export interface TestOcspOptions {
  readonly status?: 'good' | 'revoked' | 'unknown';
  readonly thisUpdate: number;
  readonly nextUpdate?: number;
  readonly nonce?: Buffer;
  /** Signs in the issuer's place and shows its certificate. */
  readonly delegate?: TestCertificate;
  /** By key instead of by name. */
  readonly byKey?: boolean;
}

/** An OCSP answer made for a test. */
export function ocspAnswer(certificate: TestCertificate, issuer: TestCertificate, options: TestOcspOptions): Buffer {
  const { status = 'good', thisUpdate, nextUpdate, nonce, delegate, byKey = false } = options;
  const ca = partsOf(issuer);
  const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();
  const id = der(
    0x30,
    der(0x30, '06052b0e03021a0500'),
    der(0x04, sha1(ca.name)),
    der(0x04, sha1(ca.keyBits)),
    der(0x02, serialOf(certificate)),
  );
  const state = { good: der(0x80), revoked: der(0xa1, general(thisUpdate)), unknown: der(0x82) }[status];
  const next = nextUpdate === undefined ? [] : [der(0xa0, general(nextUpdate))];
  const single = der(0x30, id, state, general(thisUpdate), ...next);
  const signer = delegate ?? issuer;
  const { name, keyBits } = partsOf(signer);
  const responder = byKey ? der(0xa2, der(0x04, sha1(keyBits))) : der(0xa1, name);
  const wrapped = nonce && der(0x30, der(0x06, '2b0601050507300102'), der(0x04, der(0x04, nonce)));
  const extensions = wrapped === undefined ? [] : [der(0xa1, der(0x30, wrapped))];
  const tbs = der(0x30, responder, general(thisUpdate), der(0x30, single), ...extensions);
  const shown = delegate === undefined ? [] : [der(0xa0, der(0x30, delegate.der))];
  const basic = signed(tbs, signer, ...shown);
  return der(0x30, der(0x0a, '00'), der(0xa0, der(0x30, der(0x06, '2b0601050507300101'), der(0x04, basic))));
}

/** The nonce of an OCSP request, undefined when it has none. */
export function nonceOf(request: Buffer): Buffer | undefined {
  const at = request.indexOf(Buffer.from('06092b0601050507300102', 'hex'));
  return at < 0 ? undefined : content(content(elements(request.subarray(at))[1]!));
}

/** Extensions that say where the CRL is and who answers OCSP, as `certificate` takes them. */
export function pointers(places: { readonly crl?: string; readonly ocsp?: string }) {
  const uri = (text: string): Buffer => der(0x86, Buffer.from(text));
  const { crl, ocsp } = places;
  return [
    ...(crl === undefined ? [] : [{ id: '2.5.29.31', der: der(0x30, der(0x30, der(0xa0, der(0xa0, uri(crl))))) }]),
    ...(ocsp === undefined
      ? []
      : [{ id: '1.3.6.1.5.5.7.1.1', der: der(0x30, der(0x30, der(0x06, '2b06010505073001'), uri(ocsp))) }]),
  ];
}

/** OCSP nocheck, as `certificate` takes it. */
export const noCheck = [{ id: '1.3.6.1.5.5.7.48.1.5', der: der(0x05) }];

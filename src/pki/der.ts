import { AsnConvert } from '@peculiar/asn1-schema';
import { done, type Outcome, refused } from './outcome.ts';

/** A class of the ASN.1 schema libraries. */
export type Schema<T> = new () => T;

/** No certificate, request or SCEP message in real use comes near these; what does is hostile. */
const longestDer = 256 * 1024;
const berOptions = { maxDepth: 40, maxNodes: 5000, maxContentLength: longestDer };

/** Total: hostile bytes give a reason, never a throw. */
export function decode<T>(bytes: Uint8Array | ArrayBuffer, schema: Schema<T>, what: string): Outcome<T> {
  if (bytes.byteLength > longestDer) return refused(`${what} is larger than ${longestDer} bytes`);
  try {
    return done(AsnConvert.parse(bytes, schema, { berOptions }));
  } catch {
    return refused(undecodable(what));
  }
}

/** In place of the libraries' own words, which speak of their insides. */
export function undecodable(what: string): string {
  return `${what} cannot be decoded: it is damaged or something else`;
}

export function encode(value: unknown): Buffer {
  return Buffer.from(AsnConvert.serialize(value));
}

/** The exact bytes as the library wants them: a buffer of its own, without a pool behind it. */
export function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}

import { createHash, type KeyObject } from 'node:crypto';
import {
  BasicOCSPResponse,
  type CertID,
  CertStatus,
  KeyHash,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from '@peculiar/asn1-ocsp';
import { OctetString } from '@peculiar/asn1-schema';
import { Certificate as CertificateSchema, type Extension } from '@peculiar/asn1-x509';
import type { Certificate } from './certificate.ts';
import { type RevokedEntry, reasonCode } from './crl-issue.ts';
import { arrayBuffer, decode, encode } from './der.ts';
import { keyBits, keyIdentifier } from './issue.ts';
import type { HashName } from './settings.ts';
import { hashOf, signatureAlgorithm, signRsa } from './signature.ts';

export type OcspStatus =
  | { readonly state: 'good' | 'unknown' }
  | { readonly state: 'revoked'; readonly entry: Pick<RevokedEntry, 'at' | 'reason'> };

/** A CA that answers for its own certificates, with its own key. */
export interface OcspResponder {
  readonly certificate: Certificate;
  readonly key: KeyObject;
  readonly hash: HashName;
  /** `serial` as a certificate shows it. */
  statusOf(serial: string): OcspStatus;
}

export interface OcspAnswer {
  readonly der: Buffer;
  /** Milliseconds since the epoch, of an answer that may be kept by caches: one without nonce. */
  readonly keepUntil?: number;
}

const basicResponse = '1.3.6.1.5.5.7.48.1.1';
const nonceId = '1.3.6.1.5.5.7.48.1.2';
const longestRequest = 16 * 1024;
const mostQuestions = 32;
/** With the tag and length of its OCTET STRING (RFC 9654 allows 128 octets). */
const longestNonce = 131;
const secondMs = 1000;
const validityMs = 60 * 60 * secondMs;

/**
 * Answers an OCSP request (RFC 6960). Total: what cannot be read gets the error status the RFC has for it. `maySign` is asked
 * once before each signature, the one thing here that costs.
 */
export function answerOcsp(
  bytes: Buffer,
  responders: readonly OcspResponder[],
  now: number,
  maySign: () => boolean,
): OcspAnswer {
  if (bytes.length > longestRequest) return failed(OCSPResponseStatus.malformedRequest);
  const request = decode(bytes, OCSPRequest, 'the OCSP request');
  if (!request.ok) return failed(OCSPResponseStatus.malformedRequest);
  const { requestList, requestExtensions = [] } = request.value.tbsRequest;
  const fits = requestList.length >= 1 && requestList.length <= mostQuestions;
  const nonces = requestExtensions.filter(({ extnID }) => extnID === nonceId);
  if (!fits || nonces.length > 1 || !nonces.every(isNonce) || requestExtensions.some(isForeign)) {
    return failed(OCSPResponseStatus.malformedRequest);
  }
  const ids = requestList.map(({ reqCert }) => reqCert);
  const responder = responders.find((one) => ids.some((id) => isIssuer(one, id)));
  // RFC 6960 2.3: none of them is ours to speak about.
  if (responder === undefined) return failed(OCSPResponseStatus.unauthorized);
  if (!maySign()) return failed(OCSPResponseStatus.tryLater);
  return answer(ids, responder, nonces, Math.floor(now / secondMs) * secondMs);
}

function failed(responseStatus: OCSPResponseStatus): OcspAnswer {
  return { der: encode(new OCSPResponse({ responseStatus })) };
}

function isNonce({ extnValue }: Extension): boolean {
  return extnValue.buffer.byteLength > 0 && extnValue.buffer.byteLength <= longestNonce;
}

function isForeign({ extnID, critical }: Extension): boolean {
  return critical && extnID !== nonceId;
}

/** RFC 6960 4.1.1: hashes of the issuer's name and key. */
function isIssuer({ certificate }: OcspResponder, id: CertID): boolean {
  const hash = hashOf(id.hashAlgorithm.algorithm);
  if (hash === undefined) return false;
  const digest = (bytes: Buffer): Buffer => createHash(hash).update(bytes).digest();
  return (
    digest(certificate.subjectDer).equals(Buffer.from(id.issuerNameHash.buffer)) &&
    digest(keyBits(certificate.publicKeyDer)).equals(Buffer.from(id.issuerKeyHash.buffer))
  );
}

function answer(
  ids: readonly CertID[],
  responder: OcspResponder,
  nonces: readonly Extension[],
  now: number,
): OcspAnswer {
  const nextUpdate = now + validityMs;
  const data = new ResponseData({
    responderID: new ResponderID({ byKey: new KeyHash(keyIdentifier(responder.certificate.publicKeyDer)) }),
    producedAt: new Date(now),
    responses: ids.map((id) => single(id, responder, now, nextUpdate)),
  });
  if (nonces.length > 0) data.responseExtensions = [...nonces];
  const signature = signRsa(responder.hash, encode(data), responder.key);
  const own = decode(responder.certificate.der, CertificateSchema, 'the certificate of the CA');
  const basic = new BasicOCSPResponse({
    tbsResponseData: data,
    signatureAlgorithm: signatureAlgorithm(responder.hash),
    signature: arrayBuffer(signature),
    ...(own.ok && { certs: [own.value] }),
  });
  const response = new OctetString(arrayBuffer(encode(basic)));
  const der = encode(
    new OCSPResponse({
      responseStatus: OCSPResponseStatus.successful,
      responseBytes: new ResponseBytes({ responseType: basicResponse, response }),
    }),
  );
  return nonces.length > 0 ? { der } : { der, keepUntil: nextUpdate };
}

function single(id: CertID, responder: OcspResponder, now: number, nextUpdate: number): SingleResponse {
  const status: OcspStatus = isIssuer(responder, id) ? responder.statusOf(serialOf(id)) : { state: 'unknown' };
  return new SingleResponse({
    certID: id,
    certStatus: certStatus(status),
    thisUpdate: new Date(now),
    nextUpdate: new Date(nextUpdate),
  });
}

function serialOf({ serialNumber }: CertID): string {
  const hex = Buffer.from(serialNumber).toString('hex').toUpperCase();
  return hex.length > 2 && hex.startsWith('00') ? hex.slice(2) : hex;
}

function certStatus(status: OcspStatus): CertStatus {
  if (status.state !== 'revoked') return new CertStatus({ [status.state]: null });
  const { at, reason } = status.entry;
  const info = new RevokedInfo({ revocationTime: new Date(Math.floor(at / secondMs) * secondMs) });
  if (reason !== 'unspecified') info.revocationReason = reasonCode(reason);
  return new CertStatus({ revoked: info });
}

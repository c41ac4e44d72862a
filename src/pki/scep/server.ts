import type { KeyObject } from 'node:crypto';
import { IssuerAndSerialNumber } from '@peculiar/asn1-cms';
import type { Random } from '../../io/index.ts';
import type { ScepRequest, ScepResponse } from '../authority-face.ts';
import { type Certificate, isIssuedBy, isSelfIssued } from '../certificate.ts';
import { decode, encode } from '../der.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { isRegistrar } from '../registrar.ts';
import { type ReadRequest, readRequest } from '../request.ts';
import { ownCapabilities } from './capabilities.ts';
import { crlOnly } from './crl-only.ts';
import { type ContentCipher, isSealedFor, type Opened, open, seal } from './envelope.ts';
import {
  type FailureName,
  failures,
  messageTypes,
  parseMessage,
  printMessage,
  type ScepMessage,
  statuses,
} from './message.ts';
import { certificatesOnly, signData } from './signed.ts';
import { isIssuerAndSubject } from './transaction.ts';

/** What became of a request. */
export type Decision =
  | { readonly state: 'granted'; readonly certificate: Certificate }
  | { readonly state: 'pending' }
  | { readonly state: 'rejected'; readonly failure: FailureName };

export type Proof = 'key' | 'renewal' | 'trustpoint' | 'registrar';

/** A request whose sender has proven what its kind of message must prove. */
export interface AskedRequest {
  readonly request: ReadRequest;
  readonly transactionId: string;
  /** Public half of the key that signed the message, SubjectPublicKeyInfo DER. */
  readonly signerKey: Buffer;
  /**
   * What vouches for the asker: the key of the request alone, a certificate of this CA, one that a trustpoint accepts, or a
   * registration authority of this CA, who asks for another.
   */
  readonly proof: Proof;
  /** It was sent to the CA that follows. */
  readonly forNext: boolean;
}

/** Who answers SCEP: the certificate server behind it. */
export interface Authority {
  readonly certificate: Certificate;
  readonly key: KeyObject;
  /** The CAs above it, up to the root. */
  readonly chain: readonly Certificate[];
  /** The CA that follows, once it is made: who sends to it asks for a certificate of it. */
  readonly next: { readonly certificate: Certificate; readonly key: KeyObject } | undefined;
  request(asked: AskedRequest): Promise<Decision>;
  /** What became of a transaction; the asker has proven this public key. */
  poll(transactionId: string, publicKey: Buffer): Decision;
  /** By serial number, as certificates show it. */
  isRevoked(serial: string): boolean;
  /** Whether the trustpoint of `grant auto trustpoint` accepts a certificate; undefined: none is configured. */
  vouch(certificate: Certificate): Promise<Outcome<void>> | undefined;
  find(serial: string): Promise<Certificate | undefined>;
  crl(): Buffer | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  refusedMessage(reason: string): void;
}

/** `body`: what an answer carries that is no decision on a request. */
type Judged = { readonly decision: Decision; readonly reason?: string } | { readonly body: Buffer };

const served: ReadonlySet<string> = new Set([
  messageTypes.pkcsReq,
  messageTypes.renewalReq,
  messageTypes.certPoll,
  messageTypes.getCert,
  messageTypes.getCrl,
]);

/** Answers one SCEP operation (RFC 8894 4). Everything that is not on the list below is refused. */
export async function answerScep(request: ScepRequest, authority: Authority, random: Random): Promise<ScepResponse> {
  switch (request.operation) {
    case 'GetCACaps':
      return response(200, 'text/plain', Buffer.from(`${ownCapabilities(authority.next !== undefined).join('\n')}\n`));
    case 'GetCACert':
      return ownCertificates(authority);
    case 'GetNextCACert':
      return nextAuthority(authority);
    case 'PKIOperation':
      return operate(request, authority, random);
    default:
      authority.refusedMessage(`operation ${request.operation.slice(0, 32)} is not served`);
      return response(400, 'text/plain', Buffer.from('unknown operation\n'));
  }
}

/** RFC 8894 4.2.1: one certificate as it is, a subordinate CA with those above it. */
function ownCertificates({ certificate, chain }: Authority): ScepResponse {
  return chain.length === 0
    ? response(200, 'application/x-x509-ca-cert', certificate.der)
    : response(200, 'application/x-x509-ca-ra-cert', certificatesOnly([certificate, ...chain]));
}

function response(status: number, contentType: string, body: Buffer): ScepResponse {
  return { status, contentType, body };
}

/** RFC 8894 4.7.1: the certificate that follows, vouched for by the CA that is trusted now. */
function nextAuthority({ next, certificate, key }: Authority): ScepResponse {
  if (next === undefined) return response(404, 'text/plain', Buffer.from('there is no next CA certificate yet\n'));
  const body = signData({
    content: certificatesOnly([next.certificate]),
    attributes: [],
    hash: 'sha256',
    signer: certificate,
    key,
    certificates: [certificate],
  });
  return response(200, 'application/x-x509-next-ca-cert', body);
}

async function operate(request: ScepRequest, authority: Authority, random: Random): Promise<ScepResponse> {
  const parsed = parseMessage(messageBytes(request));
  if (!parsed.ok) {
    // Nothing that could be answered: no transaction, no nonce, no proven sender.
    authority.refusedMessage(parsed.reason);
    return response(400, 'text/plain', Buffer.from('bad pkiMessage\n'));
  }
  const message = parsed.value;
  const { judged, cipher } = await decide(message, authority);
  if ('reason' in judged && judged.reason !== undefined) authority.refusedMessage(judged.reason);
  const body = answer(message, judged, authority, (content) => seal(content, message.signer, cipher, random), random);
  return response(200, 'application/x-pki-message', body);
}

/** A body, or base64 in the query of a GET, where a plus sign may have been read as a blank. */
function messageBytes({ body, message = '' }: ScepRequest): Buffer {
  return body !== undefined && body.length > 0 ? body : Buffer.from(message.replaceAll(' ', '+'), 'base64');
}

function reject(failure: FailureName, reason: string): Judged {
  return { decision: { state: 'rejected', failure }, reason };
}

/** What is not served is refused before our key is put to it. An answer is encrypted as the question was. */
async function decide(
  message: ScepMessage,
  authority: Authority,
): Promise<{ readonly judged: Judged; readonly cipher: ContentCipher }> {
  const cipher = 'aes-128-cbc';
  if (!served.has(message.messageType)) return { judged: notServed(message), cipher };
  const { next } = authority;
  const forNext = next !== undefined && isSealedFor(message.envelope, next.certificate);
  const holder = forNext ? next : authority;
  const opened = open(message.envelope, holder.key, holder.certificate);
  if (!opened.ok) return { judged: reject('badMessageCheck', opened.reason), cipher };
  return { judged: await judge({ message, opened: opened.value, authority, forNext }), cipher: opened.value.cipher };
}

interface Case {
  readonly message: ScepMessage;
  readonly opened: Opened;
  readonly authority: Authority;
  readonly forNext: boolean;
}

function notServed({ messageType }: ScepMessage): Judged {
  return reject('badRequest', `message type ${messageType} is not served`);
}

/** The message types served, each with its own proof of who asks. */
async function judge(one: Case): Promise<Judged> {
  const { message, opened, authority } = one;
  if (message.signer.modulus === undefined) return reject('badAlg', 'the sender has no RSA key');
  switch (message.messageType) {
    case messageTypes.pkcsReq:
      return enroll(one, (request) => proveByKey(message, request, authority));
    case messageTypes.renewalReq:
      return enroll(one, (request) => proveRenewal(message, request, authority));
    case messageTypes.certPoll:
      if (!isIssuerAndSubject(opened.content)) return reject('badRequest', 'the poll names no issuer and subject');
      return { decision: authority.poll(message.transactionId, message.signer.publicKeyDer) };
    case messageTypes.getCert:
    case messageTypes.getCrl:
      return look(one);
    default:
      return notServed(message);
  }
}

/** GetCert and GetCRL (RFC 8894 3.3.4): both name a certificate of this CA; what they give is public. */
async function look({ message, opened, authority }: Case): Promise<Judged> {
  const named = decode(opened.content, IssuerAndSerialNumber, 'issuer and serial number');
  if (!named.ok) return reject('badRequest', named.reason);
  if (!encode(named.value.issuer).equals(authority.certificate.subjectDer)) {
    return reject('badCertId', 'the certificate asked about is of another CA');
  }
  if (message.messageType === messageTypes.getCrl) {
    const crl = authority.crl();
    return crl === undefined ? reject('badCertId', 'there is no CRL') : { body: crlOnly(crl) };
  }
  const serial = Buffer.from(named.value.serialNumber)
    .toString('hex')
    .toUpperCase()
    .replace(/^00(?=.)/, '');
  const certificate = await authority.find(serial);
  return certificate === undefined
    ? reject('badCertId', `certificate ${serial.slice(0, 40)} is not kept`)
    : { body: certificatesOnly([certificate]) };
}

async function enroll(
  { message, opened, authority, forNext }: Case,
  prove: (request: ReadRequest) => Promise<Outcome<Proof>>,
): Promise<Judged> {
  const request = readRequest(opened.content);
  if (!request.ok) return reject('badRequest', request.reason);
  if (request.value.publicKey.asymmetricKeyType !== 'rsa') return reject('badAlg', 'the request is not for an RSA key');
  const proof = await prove(request.value);
  if (!proof.ok) return reject('badMessageCheck', proof.reason);
  const { transactionId, signer } = message;
  const asked = { request: request.value, transactionId, signerKey: signer.publicKeyDer, proof: proof.value, forNext };
  return { decision: await authority.request(asked) };
}

/** A first request is signed by the key it is for; or by a certificate that another authority gave its sender. */
async function proveByKey(
  { signer }: ScepMessage,
  request: ReadRequest,
  authority: Authority,
): Promise<Outcome<Proof>> {
  const ownsKey = signer.publicKeyDer.equals(request.publicKeyDer);
  if (!ownsKey && isRegistrar(signer.subject)) return proveByRegistrar(signer, request, authority);
  const vouched = isSelfIssued(signer) ? undefined : await vouch(signer, request, authority);
  if (vouched?.ok) return vouched;
  return ownsKey ? done('key') : (vouched ?? refused('the message is not signed by the key of its request'));
}

/** RFC 8894 1: a registration authority has looked at who asks; the request proves its own key. */
function proveByRegistrar(signer: Certificate, request: ReadRequest, authority: Authority): Outcome<Proof> {
  const fault = ownFault(signer, authority);
  if (fault !== undefined) return refused(`the certificate of the registration authority ${fault}`);
  return request.isForCa || isRegistrar(request.subject)
    ? refused('a registration authority vouches for no other authority')
    : done('registrar');
}

/** Why a certificate does not count as one of ours. */
function ownFault(certificate: Certificate, authority: Authority): string | undefined {
  const now = authority.now();
  if (!isIssuedBy(certificate, authority.certificate) || isSelfIssued(certificate)) return 'is not of this CA';
  if (authority.isRevoked(certificate.serial)) return 'is revoked';
  return now < certificate.notBefore || now > certificate.notAfter ? 'is not in its time' : undefined;
}

async function proveRenewal(
  { signer }: ScepMessage,
  request: ReadRequest,
  authority: Authority,
): Promise<Outcome<Proof>> {
  const fault = renewalFault(signer, request, authority);
  if (fault === undefined) return done('renewal');
  return (await vouch(signer, request, authority)) ?? refused(fault);
}

/** `grant auto trustpoint`: who is known there asks for the name he is known by. Undefined: no trustpoint is asked. */
async function vouch(
  signer: Certificate,
  request: ReadRequest,
  authority: Authority,
): Promise<Outcome<Proof> | undefined> {
  const vouched = await authority.vouch(signer);
  if (vouched === undefined || !vouched.ok) return vouched;
  if (request.isForCa) return refused('another authority vouches for no subordinate CA');
  return isSameName(signer, request)
    ? done('trustpoint')
    : refused('the request is for another name than its signer has');
}

/** RFC 8894 3.3.1.2: signed with the certificate to be renewed, which must be ours, in its time, and of the same name. */
function renewalFault(signer: Certificate, request: ReadRequest, authority: Authority): string | undefined {
  const fault = ownFault(signer, authority);
  if (fault !== undefined) return `the certificate to renew ${fault}`;
  if (signer.isCa !== request.isForCa) return 'the renewal asks for another kind of certificate';
  return isSameName(signer, request) ? undefined : 'the renewal asks for another name';
}

function isSameName(signer: Certificate, request: ReadRequest): boolean {
  return JSON.stringify(signer.subject) === JSON.stringify(request.subject);
}

function answer(
  message: ScepMessage,
  judged: Judged,
  authority: Authority,
  sealFor: (content: Buffer) => Buffer,
  random: Random,
): Buffer {
  const content = 'body' in judged ? judged.body : granted(judged.decision);
  const pending = 'decision' in judged && judged.decision.state === 'pending';
  const pkiStatus = content !== undefined ? statuses.success : pending ? statuses.pending : statuses.failure;
  return printMessage(
    {
      messageType: messageTypes.certRep,
      transactionId: message.transactionId,
      senderNonce: random.bytes(16),
      pkiStatus,
      ...(message.senderNonce !== undefined && { recipientNonce: message.senderNonce }),
      ...('decision' in judged &&
        judged.decision.state === 'rejected' && { failInfo: failures[judged.decision.failure] }),
    },
    content && sealFor(content),
    { certificate: authority.certificate, key: authority.key, hash: message.hash },
  );
}

function granted(decision: Decision): Buffer | undefined {
  return decision.state === 'granted' ? certificatesOnly([decision.certificate]) : undefined;
}

import type { KeyObject } from 'node:crypto';
import type { Random } from '../../io/index.ts';
import { type Certificate, isIssuedBy } from '../certificate.ts';
import type { ScepRequest, ScepResponse } from '../face.ts';
import { type ReadRequest, readRequest } from '../request.ts';
import { ownCapabilities } from './capabilities.ts';
import { type ContentCipher, type Opened, open, seal } from './envelope.ts';
import {
  type FailureName,
  failures,
  messageTypes,
  parseMessage,
  printMessage,
  type ScepMessage,
  statuses,
} from './message.ts';
import { certificatesOnly } from './signed.ts';
import { isIssuerAndSubject } from './transaction.ts';

/** What became of a request. */
export type Decision =
  | { readonly state: 'granted'; readonly certificate: Certificate }
  | { readonly state: 'pending' }
  | { readonly state: 'rejected'; readonly failure: FailureName };

/** Who answers SCEP: the certificate server behind it. */
export interface Authority {
  readonly certificate: Certificate;
  readonly key: KeyObject;
  /** `asker`: the public key that signed the question; over a renewal it is the old one, and polls are signed by it. */
  request(request: ReadRequest, transactionId: string, asker: Buffer): Promise<Decision>;
  /** What became of a transaction; the asker has proven this public key. */
  poll(transactionId: string, publicKey: Buffer): Decision;
  /** Milliseconds since the epoch. */
  now(): number;
  refusedMessage(reason: string): void;
}

type Judged = { readonly decision: Decision; readonly reason?: string };

const served: ReadonlySet<string> = new Set([messageTypes.pkcsReq, messageTypes.renewalReq, messageTypes.certPoll]);

/** Answers one SCEP operation (RFC 8894 4). Everything that is not on the list below is refused. */
export async function answerScep(request: ScepRequest, authority: Authority, random: Random): Promise<ScepResponse> {
  switch (request.operation) {
    case 'GetCACaps':
      return response(200, 'text/plain', Buffer.from(`${ownCapabilities.join('\n')}\n`));
    case 'GetCACert':
      return response(200, 'application/x-x509-ca-cert', authority.certificate.der);
    case 'PKIOperation':
      return operate(request, authority, random);
    default:
      return response(400, 'text/plain', Buffer.from('unknown operation\n'));
  }
}

function response(status: number, contentType: string, body: Buffer): ScepResponse {
  return { status, contentType, body };
}

async function operate(request: ScepRequest, authority: Authority, random: Random): Promise<ScepResponse> {
  const parsed = parseMessage(messageBytes(request));
  if (!parsed.ok) {
    // Nothing that could be answered: no transaction, no nonce, no proven sender.
    authority.refusedMessage(parsed.reason);
    return response(400, 'text/plain', Buffer.from('bad pkiMessage\n'));
  }
  const message = parsed.value;
  const { decision, reason, cipher = 'aes-128-cbc' } = await decide(message, authority);
  if (reason !== undefined) authority.refusedMessage(reason);
  const body = answer(message, decision, authority, (content) => seal(content, message.signer, cipher, random), random);
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
): Promise<Judged & { readonly cipher?: ContentCipher }> {
  if (!served.has(message.messageType)) return notServed(message);
  const opened = open(message.envelope, authority.key);
  if (!opened.ok) return reject('badMessageCheck', opened.reason);
  return { ...(await judge(message, opened.value, authority)), cipher: opened.value.cipher };
}

function notServed({ messageType }: ScepMessage): Judged {
  return reject('badRequest', `message type ${messageType} is not served`);
}

/** The message types served, each with its own proof of who asks. */
async function judge(message: ScepMessage, opened: Opened, authority: Authority): Promise<Judged> {
  if (message.signer.modulus === undefined) return reject('badAlg', 'the sender has no RSA key');
  switch (message.messageType) {
    case messageTypes.pkcsReq:
      return enroll(message, opened.content, authority, (request) => ownsKey(message, request));
    case messageTypes.renewalReq:
      return enroll(message, opened.content, authority, (request) => mayRenew(message, request, authority));
    case messageTypes.certPoll:
      if (!isIssuerAndSubject(opened.content)) return reject('badRequest', 'the poll names no issuer and subject');
      return { decision: authority.poll(message.transactionId, message.signer.publicKeyDer) };
    default:
      return notServed(message);
  }
}

async function enroll(
  message: ScepMessage,
  content: Buffer,
  authority: Authority,
  fault: (request: ReadRequest) => string | undefined,
): Promise<Judged> {
  const request = readRequest(content);
  if (!request.ok) return reject('badRequest', request.reason);
  if (request.value.publicKey.asymmetricKeyType !== 'rsa') return reject('badAlg', 'the request is not for an RSA key');
  const reason = fault(request.value);
  if (reason !== undefined) return reject('badMessageCheck', reason);
  return { decision: await authority.request(request.value, message.transactionId, message.signer.publicKeyDer) };
}

function ownsKey(message: ScepMessage, request: ReadRequest): string | undefined {
  return message.signer.publicKeyDer.equals(request.publicKeyDer)
    ? undefined
    : 'the message is not signed by the key of its request';
}

/** RFC 8894 3.3.1.2: signed with the certificate to be renewed, which must be ours, in its time, and of the same name. */
function mayRenew({ signer }: ScepMessage, request: ReadRequest, authority: Authority): string | undefined {
  const now = authority.now();
  if (!isIssuedBy(signer, authority.certificate) || signer.isCa) return 'the certificate to renew is not of this CA';
  if (now < signer.notBefore || now > signer.notAfter) return 'the certificate to renew is not in its time';
  const same = JSON.stringify(signer.subject) === JSON.stringify(request.subject);
  return same ? undefined : 'the renewal asks for another name';
}

function answer(
  message: ScepMessage,
  decision: Decision,
  authority: Authority,
  sealFor: (content: Buffer) => Buffer,
  random: Random,
): Buffer {
  const granted = decision.state === 'granted';
  const pkiStatus = granted ? statuses.success : decision.state === 'pending' ? statuses.pending : statuses.failure;
  return printMessage(
    {
      messageType: messageTypes.certRep,
      transactionId: message.transactionId,
      senderNonce: random.bytes(16),
      pkiStatus,
      ...(message.senderNonce !== undefined && { recipientNonce: message.senderNonce }),
      ...(decision.state === 'rejected' && { failInfo: failures[decision.failure] }),
    },
    granted ? sealFor(certificatesOnly([decision.certificate])) : undefined,
    { certificate: authority.certificate, key: authority.key, hash: message.hash },
  );
}

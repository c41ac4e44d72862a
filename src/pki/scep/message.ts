import type { KeyObject } from 'node:crypto';
import { DirectoryString } from '@peculiar/asn1-x509';
import type { Certificate } from '../certificate.ts';
import { decode } from '../der.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import type { HashName } from '../settings.ts';
import { octetString, printableString, readOctets, type SignedAttribute, signData, verifyData } from './signed.ts';

/** RFC 8894 3.2.1.2. */
export const messageTypes = {
  certRep: '3',
  renewalReq: '17',
  pkcsReq: '19',
  certPoll: '20',
  getCert: '21',
  getCrl: '22',
} as const;

/** RFC 8894 3.2.1.3. */
export const statuses = { success: '0', failure: '2', pending: '3' } as const;

/** RFC 8894 3.2.1.4.5. */
export const failures = { badAlg: '0', badMessageCheck: '1', badRequest: '2', badTime: '3', badCertId: '4' } as const;
export type FailureName = keyof typeof failures;

const ids = {
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionId: '2.16.840.1.113733.1.9.7',
} as const;

const longestTransactionId = 256;

/** What every pkiMessage carries beside its envelope. */
export interface ScepAttributes {
  readonly messageType: string;
  readonly transactionId: string;
  readonly senderNonce?: Buffer;
  readonly recipientNonce?: Buffer;
  readonly pkiStatus?: string;
  readonly failInfo?: string;
}

export interface ScepMessage extends ScepAttributes {
  /** pkcsPKIEnvelope, empty when there is none. */
  readonly envelope: Buffer;
  readonly signer: Certificate;
  readonly hash: HashName;
}

export interface ScepSigner {
  readonly certificate: Certificate;
  readonly key: KeyObject;
  readonly hash: HashName;
}

/** A pkiMessage (RFC 8894 3): the envelope signed together with its attributes; the signer's certificate goes along. */
export function printMessage(attributes: ScepAttributes, envelope: Buffer | undefined, signer: ScepSigner): Buffer {
  return signData({
    content: envelope,
    attributes: signedAttributes(attributes),
    hash: signer.hash,
    signer: signer.certificate,
    key: signer.key,
    certificates: [signer.certificate],
  });
}

function signedAttributes(attributes: ScepAttributes): SignedAttribute[] {
  const { messageType, transactionId, pkiStatus, failInfo, senderNonce, recipientNonce } = attributes;
  const all: [string, Buffer | undefined][] = [
    [ids.messageType, printableString(messageType)],
    [ids.transactionId, printableString(transactionId)],
    [ids.pkiStatus, pkiStatus === undefined ? undefined : printableString(pkiStatus)],
    [ids.failInfo, failInfo === undefined ? undefined : printableString(failInfo)],
    [ids.senderNonce, senderNonce && octetString(senderNonce)],
    [ids.recipientNonce, recipientNonce && octetString(recipientNonce)],
  ];
  return all.flatMap(([id, value]) => (value === undefined ? [] : [{ id, value }]));
}

/** Total: the signature has verified with the certificate the message names; trusting that one is the caller's work. */
export function parseMessage(bytes: Buffer, known: readonly Certificate[] = []): Outcome<ScepMessage> {
  const verified = verifyData(bytes, known);
  if (!verified.ok) return verified;
  const { attributes, content, signer, hash } = verified.value;
  const text = (id: string): string | undefined => readText(attributes.get(id));
  const [messageType, transactionId] = [text(ids.messageType), text(ids.transactionId)];
  if (messageType === undefined) return refused('the message has no messageType');
  if (transactionId === undefined || transactionId.length > longestTransactionId) {
    return refused('the message has no usable transactionID');
  }
  const [pkiStatus, failInfo] = [text(ids.pkiStatus), text(ids.failInfo)];
  const senderNonce = readOctets(attributes.get(ids.senderNonce));
  const recipientNonce = readOctets(attributes.get(ids.recipientNonce));
  return done({
    messageType,
    transactionId,
    envelope: content,
    signer,
    hash,
    ...(pkiStatus !== undefined && { pkiStatus }),
    ...(failInfo !== undefined && { failInfo }),
    ...(senderNonce !== undefined && { senderNonce }),
    ...(recipientNonce !== undefined && { recipientNonce }),
  });
}

/** Printable text only: a transaction id ends up in logs. */
function readText(der: Buffer | undefined): string | undefined {
  if (der === undefined) return undefined;
  const value = decode(der, DirectoryString, 'text');
  if (!value.ok) return undefined;
  const text = value.value.toString();
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}

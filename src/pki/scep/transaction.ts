import { createHash, type KeyObject } from 'node:crypto';
import { Name } from '@peculiar/asn1-x509';
import * as asn1js from 'asn1js';
import type { Random } from '../../io/index.ts';
import { type Certificate, isIssuedBy, readCertificate } from '../certificate.ts';
import { arrayBuffer, decode, encode } from '../der.ts';
import { issueCertificate } from '../issue.ts';
import type { ReadRequest } from '../request.ts';
import type { Capabilities } from './capabilities.ts';
import { open, seal } from './envelope.ts';
import { failures, messageTypes, parseMessage, printMessage, type ScepMessage, statuses } from './message.ts';
import { readCertificatesOnly } from './signed.ts';
import type { Silence } from './silence.ts';

/** What a CA's answer means for an enrolment. */
export type ScepAnswer =
  | { readonly state: 'granted'; readonly certificate: Certificate }
  | { readonly state: 'pending' }
  | { readonly state: 'denied'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string; readonly silence?: Silence };

export interface EnrollmentOrder {
  readonly request: ReadRequest;
  readonly privateKey: KeyObject;
  /** The authenticated CA certificate first, then RA and intermediate certificates proven by it. */
  readonly authorities: readonly Certificate[];
  /** Who else may sign the answer: the CA of today, while the one that follows is asked. */
  readonly signers?: readonly Certificate[];
  readonly capabilities: Capabilities;
  /** The certificate to be renewed with its key: signs the request instead of a certificate made for it (RFC 8894 2.3). */
  readonly renewing?: { readonly certificate: Certificate; readonly privateKey: KeyObject };
  /** A certificate of another authority that vouches for a first request: signs it in the place of one made for it. */
  readonly credential?: { readonly certificate: Certificate; readonly privateKey: KeyObject };
  /** Of a transaction that goes on: its name, where the request is not as it was sent any more. */
  readonly transactionId?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const dayMs = 86_400_000;
const nonceBytes = 16;

/**
 * One enrolment as the client sees it (RFC 8894 2.3): makes the messages, believes an answer only when it is signed by an
 * authority we trust, belongs to this transaction and echoes the nonce of the message it answers. Sends nothing itself.
 */
export class ScepTransaction {
  readonly id: string;
  readonly #order: EnrollmentOrder;
  readonly #random: Random;
  readonly #signer: Certificate;
  #nonce: Buffer = Buffer.alloc(0);

  constructor(order: EnrollmentOrder, random: Random) {
    this.#order = order;
    this.#random = random;
    this.id = order.transactionId ?? transactionId(order);
    this.#signer = order.renewing?.certificate ?? order.credential?.certificate ?? selfSigned(order);
  }

  /** PKCSReq or RenewalReq: the first message. */
  request(): Buffer {
    const { renewing, request } = this.#order;
    return this.#message(renewing === undefined ? messageTypes.pkcsReq : messageTypes.renewalReq, request.der);
  }

  /** CertPoll: asks what became of the request (RFC 8894 3.3.3). */
  poll(): Buffer {
    return this.#message(
      messageTypes.certPoll,
      issuerAndSubject(this.#issuer, encode(this.#order.request.subjectName)),
    );
  }

  get #issuer(): Certificate {
    return issuingAuthority(this.#order.authorities);
  }

  #message(messageType: string, content: Buffer): Buffer {
    this.#nonce = this.#random.bytes(nonceBytes);
    const { capabilities, authorities } = this.#order;
    const key = this.#key;
    const envelope = seal(content, encryptionAuthority(authorities), capabilities.cipher, this.#random);
    const attributes = { messageType, transactionId: this.id, senderNonce: this.#nonce };
    return printMessage(attributes, envelope, { certificate: this.#signer, key, hash: capabilities.hash });
  }

  /** The private half of the signer: what the messages are signed with, and the answers sealed for. */
  get #key(): KeyObject {
    const { renewing, credential, privateKey } = this.#order;
    return (renewing ?? credential)?.privateKey ?? privateKey;
  }

  /** Judges a CertRep. Total. */
  receive(body: Buffer): ScepAnswer {
    const believed = [...this.#order.authorities, ...(this.#order.signers ?? [])];
    const parsed = parseMessage(body, believed);
    if (!parsed.ok) return failed(parsed.reason);
    const message = parsed.value;
    const fault = distrust(message, { authorities: believed, id: this.id, nonce: this.#nonce });
    if (fault !== undefined) return failed(fault);
    switch (message.pkiStatus) {
      case statuses.success:
        return this.#granted(message);
      case statuses.pending:
        return { state: 'pending' };
      case statuses.failure:
        return { state: 'denied', reason: failureText(message.failInfo) };
      default:
        return failed('the answer has no known pkiStatus');
    }
  }

  #granted(message: ScepMessage): ScepAnswer {
    const { authorities, request, privateKey, now } = this.#order;
    const forSigner = open(message.envelope, this.#key);
    // Some CAs seal a renewal for the new key.
    const opened = forSigner.ok ? forSigner : open(message.envelope, privateKey);
    if (!opened.ok) return failed(opened.reason);
    const certificates = readCertificatesOnly(opened.value.content);
    if (!certificates.ok) return failed(certificates.reason);
    const ours = certificates.value.find((one) => one.publicKeyDer.equals(request.publicKeyDer));
    if (ours === undefined) return failed('the certificate received is not for our key');
    if (!authorities.some((authority) => authority.isCa && isIssuedBy(ours, authority))) {
      return failed('the certificate received is not issued by the authenticated CA');
    }
    if (ours.isCa !== request.isForCa) {
      return failed(`the certificate received is ${ours.isCa ? '' : 'not '}one of a CA`);
    }
    if (ours.notAfter <= now) return failed('the certificate received has expired already');
    return { state: 'granted', certificate: ours };
  }
}

/** What an answer is held against: who may give it, and the question. */
export interface Asked {
  readonly authorities: readonly Certificate[];
  readonly id: string;
  readonly nonce: Buffer;
}

/** Why a message is no answer to what was asked. */
export function distrust(message: ScepMessage, { authorities, id, nonce }: Asked): string | undefined {
  if (!authorities.some((authority) => authority.der.equals(message.signer.der))) {
    return 'the answer is not signed by the certificate authority';
  }
  if (message.messageType !== messageTypes.certRep) return 'the answer is not a CertRep';
  if (message.transactionId !== id) return 'the answer belongs to another transaction';
  return message.recipientNonce?.equals(nonce) === true ? undefined : 'the answer does not return our nonce';
}

/**
 * The same question has the same name whenever it is asked, over a reload too. A renewal may ask for exactly what was asked
 * for before: the certificate that is shown tells it from that, and the CA that follows from the one of today.
 */
export function transactionId({
  request,
  renewing,
  credential,
  authorities,
  signers,
}: Omit<EnrollmentOrder, 'now' | 'capabilities' | 'privateKey'>): string {
  const hash = createHash('sha256').update(request.der);
  const shown = renewing ?? credential;
  if (shown !== undefined) hash.update(shown.certificate.der);
  if (signers !== undefined) hash.update(authorities[0]?.der ?? '');
  return hash.digest('hex').toUpperCase().slice(0, 32);
}

function failed(reason: string): ScepAnswer {
  return { state: 'failed', reason };
}

export function failureText(failInfo: string | undefined): string {
  return Object.entries(failures).find(([, code]) => code === failInfo)?.[0] ?? 'no reason given';
}

/** The CA nearest to us: one that issued no other of them, else the first. */
function issuingAuthority(authorities: readonly Certificate[]): Certificate {
  const cas = authorities.filter((one) => one.isCa);
  const nearest = cas.find((one) => !cas.some((other) => other !== one && other.issuerDer.equals(one.subjectDer)));
  return nearest ?? authorities[0]!;
}

/** Whom to encrypt to: an RA that may decipher keys, else the issuing CA. */
export function encryptionAuthority(authorities: readonly Certificate[]): Certificate {
  const keyEncipherment = 0x20;
  const mayEncipher = (one: Certificate): boolean =>
    one.keyUsage === undefined || (Number.parseInt(one.keyUsage.slice(0, 2), 16) & keyEncipherment) !== 0;
  return authorities.find((one) => !one.isCa && mayEncipher(one)) ?? issuingAuthority(authorities);
}

function selfSigned({ request, privateKey, capabilities, now }: EnrollmentOrder): Certificate {
  const der = issueCertificate({
    serial: 1,
    subject: request.subjectName,
    publicKey: request.publicKeyDer,
    issuer: { name: request.subjectName, privateKey, publicKey: request.publicKeyDer },
    notBefore: now - dayMs,
    notAfter: now + 30 * dayMs,
    hash: capabilities.hash,
    kind: 'router',
    alternativeNames: [],
  });
  const read = readCertificate(der);
  if (!read.ok) throw new TypeError(read.reason);
  return read.value;
}

/** The content of a CertPoll (RFC 8894 3.3.3). */
export function issuerAndSubject(issuer: Certificate, subjectDer: Buffer): Buffer {
  const parts = [issuer.subjectDer, subjectDer].map((der) => asn1js.fromBER(arrayBuffer(der)).result);
  return Buffer.from(new asn1js.Sequence({ value: parts }).toBER());
}

/** Whether bytes are a SEQUENCE of two names: the content of a CertPoll. */
export function isIssuerAndSubject(der: Buffer): boolean {
  const { result } = asn1js.fromBER(arrayBuffer(der));
  if (!(result instanceof asn1js.Sequence) || result.valueBlock.value.length !== 2) return false;
  return result.valueBlock.value.every((part) => decode(part.toBER(), Name, 'the name').ok);
}

import type { KeyObject } from 'node:crypto';
import type { Random } from '../../io/index.ts';
import type { Certificate } from '../certificate.ts';
import { encode } from '../der.ts';
import { type Outcome, refused } from '../outcome.ts';
import type { Capabilities } from './capabilities.ts';
import { readCrlOnly } from './crl-only.ts';
import { issuerAndSerial, open, seal } from './envelope.ts';
import { messageTypes, parseMessage, printMessage, statuses } from './message.ts';
import { distrust, encryptionAuthority, failureText } from './transaction.ts';

/** Who asks a CA for its CRL: its own certificate with the key, and the authorities that may answer. */
export interface CrlAsker {
  readonly identity: Certificate;
  readonly privateKey: KeyObject;
  readonly authorities: readonly Certificate[];
}

const nonceBytes = 16;

/** GetCRL as the client sees it (RFC 8894 3.3.4): one message and the judgement of its answer. Sends nothing itself. */
export class CrlQuery {
  readonly message: Buffer;
  readonly #asker: CrlAsker;
  readonly #id: string;
  readonly #nonce: Buffer;

  constructor(asker: CrlAsker, { cipher, hash }: Capabilities, random: Random) {
    const { identity, privateKey, authorities } = asker;
    this.#asker = asker;
    this.#id = random.bytes(nonceBytes).toString('hex').toUpperCase();
    this.#nonce = random.bytes(nonceBytes);
    const envelope = seal(encode(issuerAndSerial(identity)), encryptionAuthority(authorities), cipher, random);
    const attributes = { messageType: messageTypes.getCrl, transactionId: this.#id, senderNonce: this.#nonce };
    this.message = printMessage(attributes, envelope, { certificate: identity, key: privateKey, hash });
  }

  /** The CRL, DER and not yet proved. Total. */
  receive(body: Buffer): Outcome<Buffer> {
    const { authorities, privateKey } = this.#asker;
    const parsed = parseMessage(body, authorities);
    if (!parsed.ok) return parsed;
    const fault = distrust(parsed.value, { authorities, id: this.#id, nonce: this.#nonce });
    if (fault !== undefined) return refused(fault);
    const { pkiStatus, failInfo, envelope } = parsed.value;
    if (pkiStatus !== statuses.success) return refused(`the CA gives no CRL: ${failureText(failInfo)}`);
    const opened = open(envelope, privateKey);
    return opened.ok ? readCrlOnly(opened.value.content) : opened;
  }
}

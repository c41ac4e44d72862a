import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a nonce is bound to. */
export interface NonceBinding {
  readonly realm: string;
  /** Address of the peer that was given it. */
  readonly source: string;
}

export interface Nonce {
  readonly serial: number;
  readonly issuedAt: number;
}

/** A nonce that proves by itself that it is ours: serial number and time in clear, and a keyed hash over them and its binding. */
export function printNonce(secret: Buffer, nonce: Nonce, binding: NonceBinding): string {
  return `${nonce.serial.toString(16)}.${nonce.issuedAt.toString(16)}.${proof(secret, nonce, binding)}`;
}

/** Undefined when it is not ours, or was given to somebody else. */
export function readNonce(secret: Buffer, text: string, binding: NonceBinding): Nonce | undefined {
  const parts = /^([0-9a-f]{1,12})\.([0-9a-f]{1,12})\.([A-Za-z0-9_-]{22})$/.exec(text);
  if (parts === null) return undefined;
  const [, serial = '', issuedAt = '', given = ''] = parts;
  const nonce = { serial: Number.parseInt(serial, 16), issuedAt: Number.parseInt(issuedAt, 16) };
  return timingSafeEqual(Buffer.from(proof(secret, nonce, binding)), Buffer.from(given)) ? nonce : undefined;
}

function proof(secret: Buffer, { serial, issuedAt }: Nonce, { realm, source }: NonceBinding): string {
  const text = `${serial}\n${issuedAt}\n${source}\n${realm}`;
  return createHmac('sha256', secret).update(text, 'latin1').digest().subarray(0, 16).toString('base64url');
}

import { GatewayError } from '../errors.ts';
import type { Stream } from '../network.ts';

const headerBytes = 5;
const handshakeRecord = 22;
const longestRecord = 16_384;

/**
 * The first record of a client, which stays on the stream for whoever reads it next. A ticket in it begins with the name of the keys it is
 * sealed with, in the clear (RFC 5077 4), and OpenSSL knows the keys of one context only: it is to be given the right one.
 */
export async function clientHello(stream: Stream, timeoutMs: number): Promise<Buffer> {
  let hello = Buffer.alloc(0);
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    stream.destroy();
  }, timeoutMs);
  const isRead = await stream.preface((arrived) => {
    if (!isWhole(arrived)) return undefined;
    hello = Buffer.from(arrived);
    return 0;
  });
  clearTimeout(deadline);
  if (isRead) return hello;
  if (isLate) throw new GatewayError('connection-timeout', 'The handshake did not finish in time');
  throw new GatewayError('connection-reset', 'The peer closed during the handshake');
}

/** What is no handshake, or too long for a record, is the library's to refuse. */
function isWhole(arrived: Buffer): boolean {
  if (arrived.length === 0) return false;
  if (arrived[0] !== handshakeRecord || arrived.length > headerBytes + longestRecord) return true;
  return arrived.length >= headerBytes && arrived.length >= headerBytes + arrived.readUInt16BE(3);
}

import { GatewayError } from '../errors.ts';
import type { Stream } from '../network.ts';

/** A longer first message is shown as far as this. */
const shownAtMost = 4096;

/** Shows the first record that arrives, and leaves it where it is. What is no TLS is shown as it comes. Rejects as `Tls.accept` does. */
export async function showHello(stream: Stream, timeoutMs: number, show: (record: Buffer) => void): Promise<void> {
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    stream.destroy();
  }, timeoutMs);
  const isRead = await stream.preface((arrived) => {
    const length = Math.min(recordLength(arrived), shownAtMost);
    if (arrived.length < length) return undefined;
    show(Buffer.from(arrived.subarray(0, length)));
    return 0;
  });
  clearTimeout(deadline);
  if (isLate) throw new GatewayError('connection-timeout', 'The handshake did not finish in time');
  if (!isRead) throw new GatewayError('connection-reset', 'The peer closed during the handshake');
}

/** Bytes of a TLS record (RFC 8446 5.1), its head included; of a head that is not whole, the head; of anything else, none. */
function recordLength(bytes: Buffer): number {
  if (bytes[0] !== 22) return 0;
  return bytes.length < 5 ? 5 : 5 + bytes.readUInt16BE(3);
}

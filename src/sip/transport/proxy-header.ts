import { type Address, canonicalAddress } from '../../io/index.ts';

/**
 * What the first bytes of a connection are, as the PROXY protocol (versions 1 and 2, HAProxy's description) has them. Without `source`
 * the proxy speaks for itself: its own health check.
 */
export type ProxyHeader =
  | { readonly kind: 'more' }
  | { readonly kind: 'header'; readonly length: number; readonly source?: Address }
  | { readonly kind: 'bad'; readonly reason: string };

const more: ProxyHeader = { kind: 'more' };
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const word = Buffer.from('PROXY ', 'latin1');
/** Of version 1, line end included. */
const longestLine = 107;
/** Addresses and extensions of version 2. */
const longestBlock = 2048;

/** Whether what was taken for a message begins with a PROXY header of version 1. One of version 2 is no text. */
export function beginsLikeProxy(text: string): boolean {
  return text.startsWith('PROXY ');
}

/** Reads the header at the beginning of what has arrived. Total: whatever the bytes, it throws nothing and reads no further than a header may be long. */
export function readProxyHeader(data: Buffer): ProxyHeader {
  if (startsLike(data, word)) return data.length < word.length ? more : readLine(data);
  if (startsLike(data, signature)) return data.length < signature.length + 4 ? more : readBlock(data);
  return bad('no PROXY header, though the address is listed under proxy-protocol');
}

/** Whether the bytes agree with the marks as far as both reach. */
function startsLike(data: Buffer, mark: Buffer): boolean {
  const length = Math.min(data.length, mark.length);
  return data.subarray(0, length).equals(mark.subarray(0, length));
}

/** `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443`. */
function readLine(data: Buffer): ProxyHeader {
  const text = data.toString('latin1', 0, longestLine);
  const end = text.indexOf('\r\n');
  if (end < 0) return text.length < longestLine ? more : bad('its line is too long');
  const length = end + 2;
  const [, family, from = '', to = '', fromPort = '', toPort = '', ...rest] = text.slice(0, end).split(' ', 8);
  if (family === 'UNKNOWN') return { kind: 'header', length };
  const isV6 = family === 'TCP6';
  if (!isV6 && family !== 'TCP4') return bad('its family is none of TCP4, TCP6 and UNKNOWN');
  const host = canonicalAddress(from);
  const port = portNumber(fromPort);
  const isWhole = canonicalAddress(to) !== undefined && portNumber(toPort) !== undefined && rest.length === 0;
  if (host === undefined || port === undefined || !isWhole) return bad('its line cannot be read');
  if (from.includes(':') !== isV6 || to.includes(':') !== isV6) return bad('its addresses are not of its family');
  return { kind: 'header', length, source: { host, port } };
}

function portNumber(text: string): number | undefined {
  const port = /^(0|[1-9]\d{0,4})$/.test(text) ? Number(text) : 65_536;
  return port <= 65_535 ? port : undefined;
}

/** Command `LOCAL` or `PROXY`, family and protocol, length, addresses, extensions that are passed over. */
function readBlock(data: Buffer): ProxyHeader {
  const at = signature.length;
  const command = data.readUInt8(at);
  const family = data.readUInt8(at + 1);
  const blockLength = data.readUInt16BE(at + 2);
  if (command !== 0x20 && command !== 0x21) return bad('its version or command is unknown');
  if (blockLength > longestBlock) return bad('it is too long');
  const length = at + 4 + blockLength;
  if (data.length < length) return more;
  if (command === 0x20 || family === 0) return { kind: 'header', length };
  const size = family === 0x11 ? 4 : family === 0x21 ? 16 : undefined;
  if (size === undefined) return bad('its addresses are none of TCP over IPv4 or IPv6');
  if (blockLength < 2 * size + 4) return bad('its addresses are cut off');
  const host = canonicalAddress(addressText(data.subarray(at + 4, at + 4 + size)));
  if (host === undefined) return bad('its addresses cannot be read');
  return { kind: 'header', length, source: { host, port: data.readUInt16BE(at + 4 + 2 * size) } };
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':');
}

function bad(reason: string): ProxyHeader {
  return { kind: 'bad', reason };
}

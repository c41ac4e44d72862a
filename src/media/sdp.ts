import { isIP } from './address.ts';

/** RFC 3264 5.1: what the describer of a stream does with it. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** A session description (RFC 8866) as far as audio needs it. */
export interface Sdp {
  /** What `o=` says: the same text for as long as the description is (RFC 3264 8). */
  readonly origin: string;
  readonly media: readonly SdpMedia[];
}

export interface SdpMedia {
  readonly kind: string;
  /** 0: the stream is refused or unused. */
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** Where it wants to receive: its own `c=` or that of the session; '' when neither names an IP address. */
  readonly host: string;
  readonly direction: Direction;
  /** `PCMU/8000` by payload type, in upper case. */
  readonly encodings: ReadonlyMap<string, string>;
}

export type SdpParse =
  | { readonly kind: 'sdp'; readonly sdp: Sdp }
  | { readonly kind: 'malformed'; readonly reason: string };

const largest = 16_384;
const mostLines = 512;
const mostMedia = 16;
const mostAttributes = 128;
const mostFormats = 64;

interface MediaBeingRead {
  kind: string;
  port: number;
  protocol: string;
  formats: string[];
  host: string;
  direction: Direction;
  encodings: Map<string, string>;
  attributes: number;
}

/**
 * Reads a session description. Total: whatever the text, the answer is a description or the reason it is none. One pass
 * over the text, at most 16 KiB, 512 lines, 16 media and 128 attributes for each.
 */
export function parseSdp(text: string): SdpParse {
  if (text.length > largest) return malformed('description too large');
  const reader = new SdpReader();
  let lines = 0;
  for (let at = 0; at < text.length; ) {
    if (++lines > mostLines) return malformed('too many lines');
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const lineEnd = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    const wrong = reader.line(text, at, lineEnd);
    if (wrong !== undefined) return malformed(wrong);
    at = end + 1;
  }
  return lines === 0
    ? malformed('empty description')
    : { kind: 'sdp', sdp: { origin: reader.origin, media: reader.media } };
}

function malformed(reason: string): SdpParse {
  return { kind: 'malformed', reason };
}

class SdpReader {
  readonly media: MediaBeingRead[] = [];
  origin = '';
  #started = false;
  #host = '';
  #direction: Direction = 'sendrecv';
  #attributes = 0;

  /** Takes the line `text[from, to)`. Returns what is wrong with it. */
  line(text: string, from: number, to: number): string | undefined {
    if (from === to) return undefined;
    if (text.charCodeAt(from + 1) !== 61 || from + 1 >= to) return 'line without type';
    const type = text.charCodeAt(from);
    if (!this.#started) {
      this.#started = true;
      return type === 118 && text.slice(from + 2, to) === '0' ? undefined : 'not version 0';
    }
    if (type === 97) return this.#attribute(text.slice(from + 2, to));
    if (type === 109) return this.#medium(text.slice(from + 2, to));
    if (type === 111) this.origin = text.slice(from + 2, to);
    if (type === 99) return this.#connection(text.slice(from + 2, to));
    return undefined;
  }

  #connection(value: string): string | undefined {
    const [network, type, address] = value.split(' ', 3);
    if (network !== 'IN' || (type !== 'IP4' && type !== 'IP6') || address === undefined) return 'bad connection line';
    const slash = address.indexOf('/');
    const host = slash < 0 ? address : address.slice(0, slash);
    const known = isIP(host) ? host : '';
    const medium = this.media.at(-1);
    if (medium === undefined) this.#host = known;
    else medium.host = known;
    return undefined;
  }

  #medium(value: string): string | undefined {
    if (this.media.length === mostMedia) return 'too many media';
    const [kind, portText, protocol, ...formats] = value.split(' ', mostFormats + 4);
    if (kind === undefined || portText === undefined || protocol === undefined || formats.length === 0)
      return 'bad media line';
    if (formats.length > mostFormats) return 'too many formats';
    const slash = portText.indexOf('/');
    const port = decimal(slash < 0 ? portText : portText.slice(0, slash), 65_535);
    if (port < 0) return 'bad media port';
    const host = this.#host;
    const direction = this.#direction;
    this.media.push({ kind, port, protocol, formats, host, direction, encodings: new Map(), attributes: 0 });
    return undefined;
  }

  #attribute(value: string): string | undefined {
    const medium = this.media.at(-1);
    const count = medium === undefined ? ++this.#attributes : ++medium.attributes;
    if (count > mostAttributes) return 'too many attributes';
    if (value === 'sendrecv' || value === 'sendonly' || value === 'recvonly' || value === 'inactive') {
      if (medium === undefined) this.#direction = value;
      else medium.direction = value;
    } else if (medium !== undefined && value.startsWith('rtpmap:')) {
      const space = value.indexOf(' ');
      if (space > 0) medium.encodings.set(value.slice(7, space), value.slice(space + 1).toUpperCase());
    }
    return undefined;
  }
}

/** A number of ASCII digits up to `most`, or -1. */
function decimal(text: string, most: number): number {
  if (text.length === 0 || text.length > 5) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > most ? -1 : value;
}

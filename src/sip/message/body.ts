import type { SipMessage } from './message.ts';

/**
 * What the body of a message is to us (RFC 3261 7.4, 8.2.3, 20.11): a session description, nothing that we must understand, or
 * something that we must and do not.
 */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'sdp'; readonly text: string }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unknown' };

const none: Body = { kind: 'none' };
const ignored: Body = { kind: 'ignored' };
const unknown: Body = { kind: 'unknown' };

/** A body of more parts is not looked into. */
const partsAtMost = 16;
/** RFC 2046 5.1.1. */
const longestBoundary = 70;

/** One body, or one part of a body, as its headers describe it. */
interface Described {
  /** Content-Type, whole. */
  readonly type: string;
  /** Content-Disposition, whole; empty when absent. */
  readonly disposition: string;
  readonly codings: readonly string[];
  readonly text: string;
}

export function readBody(message: SipMessage): Body {
  if (message.contentLength === 0) return none;
  if (message.hasPlainBody && message.contentType === 'application/sdp') return { kind: 'sdp', text: message.body };
  return readPart({
    type: message.header('content-type') ?? '',
    disposition: message.header('content-disposition') ?? '',
    codings: message.headers('content-encoding'),
    text: message.body,
  });
}

function readPart(part: Described, isOutermost = true): Body {
  const type = mediaType(part.type);
  if (isEncoded(part.codings)) return unread(part);
  if (type === 'application/sdp') {
    return isSession(part.disposition) ? { kind: 'sdp', text: part.text } : unread(part);
  }
  const isMultipart = type === 'multipart/mixed' || type === 'multipart/alternative';
  return isMultipart && isOutermost ? readParts(part, type === 'multipart/alternative') : unread(part);
}

/** RFC 5621: of mixed parts each must be understood unless it is optional; of alternatives one. */
function readParts(whole: Described, isChoice: boolean): Body {
  const parts = partsOf(whole.text, boundaryOf(whole.type));
  if (parts === undefined) return unread(whole);
  const bodies = parts.map((part) => readPart(part, false));
  const sdp = bodies.find(({ kind }) => kind === 'sdp');
  if (!isChoice && bodies.some(({ kind }) => kind === 'unknown')) return unknown;
  return sdp ?? (isChoice ? unread(whole) : ignored);
}

function unread({ disposition }: Described): Body {
  return /;\s*handling\s*=\s*"?optional"?\s*(?:;|$)/i.test(disposition) ? ignored : unknown;
}

/** Bytes that went through a coding before they were sent are no session description (RFC 3261 20.12). */
function isEncoded(codings: readonly string[]): boolean {
  return codings.some((line) => line.split(',').some((one) => !['', 'identity'].includes(one.trim().toLowerCase())));
}

/** A session description without a disposition describes the session (RFC 3261 20.11). */
function isSession(disposition: string): boolean {
  return ['', 'session'].includes(mediaType(disposition));
}

/** In lower case, without parameters. */
function mediaType(value: string): string {
  return (value.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function boundaryOf(type: string): string {
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"\\]*)"|([^\s;"]+))/i.exec(type) ?? [];
  return quoted ?? plain ?? '';
}

/** The parts of a multipart body (RFC 2046 5.1.1); undefined when it is not well formed or has too many. */
function partsOf(text: string, boundary: string): readonly Described[] | undefined {
  if (boundary === '' || boundary.length > longestBoundary) return undefined;
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`);
  const end = pieces.pop() ?? '';
  // Before the first delimiter stands what nobody reads.
  const inner = pieces.slice(1);
  if (!end.startsWith('--') || inner.length === 0 || inner.length > partsAtMost) return undefined;
  const parts = inner.map(partOf);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** A part from the end of its delimiter on. */
function partOf(piece: string): Described | undefined {
  const lineEnd = piece.indexOf('\r\n');
  if (lineEnd < 0 || piece.slice(0, lineEnd).trim() !== '') return undefined;
  const rest = piece.slice(lineEnd);
  const headEnd = rest.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = rest.slice(0, headEnd).split('\r\n');
  const values = (name: string): readonly string[] =>
    head.filter((line) => line.toLowerCase().startsWith(`${name}:`)).map((line) => line.slice(name.length + 1));
  return {
    type: values('content-type')[0]?.trim() ?? 'text/plain',
    disposition: values('content-disposition')[0] ?? '',
    codings: values('content-encoding'),
    text: rest.slice(headEnd + 4),
  };
}

import {
  calledNumber,
  defaultLimits,
  type NameAddress,
  parseNameAddress,
  type SipRequest,
  type SipUri,
  unescapeText,
} from '../message/index.ts';
import { type Replaced, readReplaces } from './replaces.ts';

/** What a REFER asks for. */
export interface Refer {
  readonly kind: 'refer';
  readonly uri: SipUri;
  /** The number in it. */
  readonly called: string;
  /** The dialog whose other end is meant: the transferor has spoken to it. */
  readonly replaces: Replaced | undefined;
  /** Who refers, as he says (RFC 3892), for the one who is called. */
  readonly referredBy: string | undefined;
  /** False: `Refer-Sub: false`, he wants to hear nothing of it (RFC 4488). */
  readonly wantsNotify: boolean;
}

export interface UnusableRefer {
  readonly kind: 'unusable';
  readonly status: number;
  readonly reason: string;
}

const unusable = (status: number, reason: string): UnusableRefer => ({ kind: 'unusable', status, reason });

/** Reads a REFER (RFC 3515 2.4.2), or says what it is to be answered with. */
export function readRefer(request: SipRequest): Refer | UnusableRefer {
  const target = only(request, 'refer-to');
  if (target === undefined) return unusable(400, 'Refer-To is to be there once, and well formed');
  const { uri: text, parsedUri: uri } = target;
  if (text.length > defaultLimits.uri) return unusable(400, 'Refer-To Too Long');
  if (uri === undefined) return unusable(400, 'Refer-To is malformed');
  if (uri.scheme === 'other') return unusable(416, 'Refer-To is no SIP or telephone URI');
  if ((uri.parameter('method') ?? 'INVITE').toUpperCase() !== 'INVITE')
    return unusable(501, 'Refer-To asks for another method than INVITE');
  const replaces = replacesOf(uri.headers);
  if (replaces === 'malformed') return unusable(400, 'Replaces in Refer-To is malformed');
  const called = calledNumber(uri);
  if (called === '' && replaces === undefined) return unusable(484, 'Refer-To names nobody');
  const by = request.headers('referred-by').length === 0 ? undefined : only(request, 'referred-by');
  if (by === undefined && request.headers('referred-by').length > 0) return unusable(400, 'Referred-By is malformed');
  return {
    kind: 'refer',
    uri,
    called,
    replaces,
    // A token in its body is not carried on, so nothing may point to it.
    referredBy: by?.address,
    wantsNotify: !/^\s*false\s*(?:;|$)/i.test(request.header('refer-sub') ?? ''),
  };
}

/** The one address in the one header field of this name. */
function only(request: SipRequest, name: string): NameAddress | undefined {
  const [line, ...more] = request.headers(name);
  const address = line === undefined || more.length > 0 ? undefined : parseNameAddress(line);
  return address === undefined || line?.slice(address.stop).trim() !== '' ? undefined : address;
}

/** Of the headers in a URI, `Replaces`; what else is there is not ours to send. */
function replacesOf(headers: string): Replaced | undefined | 'malformed' {
  const values: string[] = [];
  for (const header of headers.split('&')) {
    const sign = header.indexOf('=');
    const name = unescapeText(sign < 0 ? header : header.slice(0, sign));
    if (name.toLowerCase() === 'replaces') values.push(sign < 0 ? '' : unescapeText(header.slice(sign + 1)));
  }
  if (values.length === 0) return undefined;
  return (values.length === 1 ? readReplaces(values[0] ?? '') : undefined) ?? 'malformed';
}

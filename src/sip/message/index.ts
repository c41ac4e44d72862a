/**
 * sip/message: SIP messages as text, read and written.
 *
 * Text is latin1 throughout: one character is one byte, so lengths and offsets need no conversion. A stream's bytes are
 * cut into messages by `Framer`; `parseMessage` walks the head once, as bytes, notes where each header stands, checks what
 * every owner will need (start line, topmost Via, From, To, Call-ID, CSeq, and the address headers that are present) and
 * leaves the rest to be read when asked for. What it returns is a value: a request, a response, or a failure that says which
 * status it deserves. Its values keep offsets, and cut the text when they are asked: a scan that finds them well formed makes
 * no strings. `printRequest` and `Responder` write; they refuse control characters in whatever did not come from the parser,
 * which lets none through.
 *
 * Parts: `framing` (bytes to text), `parse` (text to message), `lines` and `values` (its walk over the head), `head` (what
 * that found), `message` (what a message is), `body` (what its body is to us), `header-name`, `method`, `via`, `name-address`, `uri` (values), `scan` and
 * `octets` (looking at bytes), `print` (message to text), `limits`.
 * Who tells whom: `sip/transport` feeds the framer and calls `parseMessage`; `sip/transaction`, `sip/dialog` and the user
 * agent read messages and print new ones. Nothing here calls back.
 *
 * **Standards:** RFC 3261 7, 8.1.1, 8.2.6, 18.2.1, 18.3, 19.1, 20, 25; RFC 3581 (rport); RFC 3966 (tel); RFC 5118 (IPv6);
 * RFC 5626 4.4.1 (keepalive).
 */
export { type Body, readBody } from './body.ts';
export { type Frame, Framer, type FramerLimits } from './framing.ts';
export { defaultLimits, type MessageLimits } from './limits.ts';
export { ParseFailure, SipMessage, SipRequest, SipResponse } from './message.ts';
export { NameAddress, parseNameAddress } from './name-address.ts';
export { type ParsedMessage, parseMessage } from './parse.ts';
export {
  cancelFields,
  printFailureAck,
  printRequest,
  type RequestFields,
  Responder,
  type ResponseFields,
} from './print.ts';
export { reasonPhrase } from './reason.ts';
export { type GivenReason, printQ850, printSipReason, readReason } from './reason-header.ts';
export { calledNumber, escapeUser, parseUri, type UriScheme } from './uri.ts';

import { decimal, hostEnd, isToken, isTokenCode, matchesAt, quotedEnd, skipBlanks } from './characters.ts';

/** One Via value (RFC 3261 20.42). */
export class Via {
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS` ... */
  readonly transport: string;
  /** Sent-by host as written; an IPv6 address keeps its brackets. */
  readonly host: string;
  /** Sent-by port; undefined when not written. */
  readonly port: number | undefined;
  readonly branch: string | undefined;
  readonly received: string | undefined;
  /** Whether an `rport` parameter is there at all (RFC 3581). */
  readonly wantsRport: boolean;
  /** Its value, when it has one. */
  readonly rport: number | undefined;
  readonly maddr: string | undefined;
  /** The value as written. */
  readonly text: string;

  constructor(transport: string, host: string, port: number | undefined, parameters: ViaParameters, text: string) {
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.branch = parameters.branch;
    this.received = parameters.received;
    this.wantsRport = parameters.wantsRport;
    this.rport = parameters.rport;
    this.maddr = parameters.maddr;
    this.text = text;
  }
}

class ViaParameters {
  branch: string | undefined = undefined;
  received: string | undefined = undefined;
  wantsRport = false;
  rport: number | undefined = undefined;
  maddr: string | undefined = undefined;
}

/** The Via value that opens `text[start, end)`; what follows its comma is not looked at. Undefined when malformed. */
export function parseVia(text: string, start: number, end: number): Via | undefined {
  const protocol = protocolEnd(text, start, end);
  if (protocol < 0) return undefined;
  let at = protocol;
  while (at < end && isTokenCode(text.charCodeAt(at))) at++;
  if (at === protocol) return undefined;
  const transport = transportName(text, protocol, at);
  const hostStart = skipBlanks(text, at, end);
  const hostStop = hostEnd(text, hostStart, end);
  if (hostStart === at || hostStop < 0) return undefined;
  at = skipBlanks(text, hostStop, end);
  let port: number | undefined;
  if (text.charCodeAt(at) === 58 && at < end) {
    const portStart = skipBlanks(text, at + 1, end);
    at = portStart;
    while (at < end && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
    port = decimal(text, portStart, at);
    if (port < 1 || port > 65_535) return undefined;
  }
  const parameters = new ViaParameters();
  const stop = readParameters(text, at, end, parameters);
  if (stop < 0) return undefined;
  return new Via(transport, text.slice(hostStart, hostStop), port, parameters, text.slice(start, stop));
}

/** Offset of the transport after `SIP/2.0/`, blanks allowed about the slashes; -1 when it is something else. */
function protocolEnd(text: string, start: number, end: number): number {
  if (text.startsWith('SIP/2.0/', start) && start + 8 <= end) return skipBlanks(text, start + 8, end);
  if (!matchesAt(text, start, 'sip')) return -1;
  const first = skipBlanks(text, start + 3, end);
  if (text.charCodeAt(first) !== 47) return -1;
  const version = skipBlanks(text, first + 1, end);
  if (!text.startsWith('2.0', version)) return -1;
  const second = skipBlanks(text, version + 3, end);
  return text.charCodeAt(second) === 47 && second < end ? skipBlanks(text, second + 1, end) : -1;
}

function transportName(text: string, start: number, end: number): string {
  if (end - start === 3) {
    if (text.startsWith('UDP', start)) return 'UDP';
    if (text.startsWith('TCP', start)) return 'TCP';
    if (text.startsWith('TLS', start)) return 'TLS';
  }
  return text.slice(start, end).toUpperCase();
}

/** Reads `;name=value` up to a comma or the end and returns where it stopped; -1 when malformed. */
function readParameters(text: string, start: number, end: number, into: ViaParameters): number {
  let at = skipBlanks(text, start, end);
  let stop = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 44) return stop;
    if (code !== 59) return -1;
    const nameStart = skipBlanks(text, at + 1, end);
    let nameEnd = nameStart;
    while (nameEnd < end && isTokenCode(text.charCodeAt(nameEnd))) nameEnd++;
    if (nameEnd === nameStart) return -1;
    stop = nameEnd;
    at = skipBlanks(text, nameEnd, end);
    let valueStart = at;
    if (at < end && text.charCodeAt(at) === 61) {
      valueStart = skipBlanks(text, at + 1, end);
      stop = parameterValueEnd(text, valueStart, end);
      if (stop <= valueStart) return -1;
      at = skipBlanks(text, stop, end);
    } else {
      valueStart = stop;
    }
    if (!keep(text, nameStart, nameEnd, valueStart, stop, into)) return -1;
  }
  return stop;
}

/** End of a token, host (IPv6 with or without brackets, RFC 5118 4.5) or quoted string. */
function parameterValueEnd(text: string, start: number, end: number): number {
  if (text.charCodeAt(start) === 34) return quotedEnd(text, start, end);
  let at = start;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (!isTokenCode(code) && code !== 58 && code !== 91 && code !== 93) break;
  }
  return at;
}

/** Notes the parameters that matter here; false when one of those has an impossible value. */
function keep(
  text: string,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
  into: ViaParameters,
) {
  switch (nameEnd - nameStart) {
    case 6:
      if (!matchesAt(text, nameStart, 'branch')) return true;
      if (into.branch !== undefined || !isToken(text, valueStart, valueEnd)) return false;
      into.branch = text.slice(valueStart, valueEnd);
      return true;
    case 8:
      if (matchesAt(text, nameStart, 'received')) into.received = text.slice(valueStart, valueEnd);
      return true;
    case 5:
      if (matchesAt(text, nameStart, 'maddr')) into.maddr = text.slice(valueStart, valueEnd);
      if (!matchesAt(text, nameStart, 'rport')) return true;
      into.wantsRport = true;
      if (valueEnd > valueStart) into.rport = decimal(text, valueStart, valueEnd);
      return into.rport === undefined || (into.rport > 0 && into.rport <= 65_535);
    default:
      return true;
  }
}

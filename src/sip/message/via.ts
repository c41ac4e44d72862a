import { kinds } from './characters.ts';
import { blanksEnd, hostEnd, kindEnd, octetAt, portAt, quoteEnd, wordAt } from './octets.ts';
import { loadValue, octets } from './scan.ts';

/** One Via value (RFC 3261 20.42). Its parts are cut from the text it stands in when they are asked for. */
export class Via {
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS` ... */
  readonly transport: string;
  readonly #source: string;
  readonly #start: number;
  #stop = 0;
  readonly #hostStart: number;
  readonly #hostStop: number;
  #port = 0;
  #branchStart = -1;
  #branchStop = -1;
  #receivedStart = -1;
  #receivedStop = -1;
  #maddrStart = -1;
  #maddrStop = -1;
  #wantsRport = false;
  #rport = 0;
  #isAlias = false;
  /** `received` and `rport` parameters, and where the last of them stands with its semicolon. */
  #stamps = 0;
  #stampStart = 0;
  #stampStop = 0;

  private constructor(source: string, start: number, transport: string, hostStart: number, hostStop: number) {
    this.#source = source;
    this.#start = start;
    this.transport = transport;
    this.#hostStart = hostStart;
    this.#hostStop = hostStop;
  }

  /**
   * The Via value that opens `[start, end)` of the loaded text; what follows its comma is not looked at. Undefined when
   * malformed.
   */
  static read(text: string, start: number, end: number): Via | undefined {
    const protocol = protocolEnd(start, end);
    if (protocol < 0) return undefined;
    const transportEnd = kindEnd(protocol, end, kinds.token);
    const hostStart = blanksEnd(transportEnd, end);
    const hostStop = hostEnd(hostStart, end);
    if (transportEnd === protocol || hostStart === transportEnd || hostStop < 0) return undefined;
    const via = new Via(text, start, transportName(text, protocol, transportEnd), hostStart, hostStop);
    let at = blanksEnd(hostStop, end);
    if (octetAt(at, end) === 58) {
      const portStart = blanksEnd(at + 1, end);
      at = portStart;
      while (at < end && octets[at]! >= 48 && octets[at]! <= 57) at++;
      via.#port = portAt(portStart, at);
      if (via.#port === 0) return undefined;
    }
    return via.#readParameters(at, end) ? via : undefined;
  }

  /** Sent-by host as written; an IPv6 address keeps its brackets. */
  get host(): string {
    return this.#source.slice(this.#hostStart, this.#hostStop);
  }

  /** Host without the brackets of an IPv6 address. */
  get address(): string {
    const { host } = this;
    return host.startsWith('[') ? host.slice(1, -1) : host;
  }

  /** Sent-by port; undefined when not written. */
  get port(): number | undefined {
    return this.#port === 0 ? undefined : this.#port;
  }

  get branch(): string | undefined {
    return this.#part(this.#branchStart, this.#branchStop);
  }

  /** Its length without cutting it; 0 when there is none. */
  get branchLength(): number {
    return this.#branchStop - this.#branchStart;
  }

  get received(): string | undefined {
    return this.#part(this.#receivedStart, this.#receivedStop);
  }

  get maddr(): string | undefined {
    return this.#part(this.#maddrStart, this.#maddrStop);
  }

  /** Whether an `rport` parameter is there at all (RFC 3581). */
  get wantsRport(): boolean {
    return this.#wantsRport;
  }

  /** Its value, when it has one. */
  get rport(): number | undefined {
    return this.#rport === 0 ? undefined : this.#rport;
  }

  /** Whether its sender would be called on the connection it came on (RFC 5923 5). */
  get isAlias(): boolean {
    return this.#isAlias;
  }

  /** The value as written. */
  get text(): string {
    return this.#source.slice(this.#start, this.#stop);
  }

  /** The value as written, but for its `received` or `rport` parameter; undefined when there are several of them. */
  get unstamped(): string | undefined {
    if (this.#stamps > 1) return undefined;
    if (this.#stamps === 0) return this.text;
    return this.#source.slice(this.#start, this.#stampStart) + this.#source.slice(this.#stampStop, this.#stop);
  }

  /** Offset behind the value in the text it was read from. */
  get stop(): number {
    return this.#stop;
  }

  #part(start: number, stop: number): string | undefined {
    return start < 0 ? undefined : this.#source.slice(start, stop);
  }

  /** Reads `;name=value` up to a comma or the end; false when malformed. */
  #readParameters(start: number, end: number): boolean {
    const bytes = octets;
    let at = start;
    let stop = start;
    while (at < end) {
      const code = bytes[at]!;
      if (code === 44) break;
      if (code === 32 || code === 9) {
        at++;
        continue;
      }
      if (code !== 59) return false;
      const semicolon = at;
      let nameStart = at + 1;
      if (nameStart < end && bytes[nameStart]! <= 32) nameStart = blanksEnd(nameStart, end);
      const nameEnd = kindEnd(nameStart, end, kinds.token);
      if (nameEnd === nameStart) return false;
      stop = nameEnd;
      at = nameEnd < end && bytes[nameEnd]! <= 32 ? blanksEnd(nameEnd, end) : nameEnd;
      let valueStart = stop;
      let tokenStop = stop;
      if (octetAt(at, end) === 61) {
        valueStart = at + 1;
        if (valueStart < end && bytes[valueStart]! <= 32) valueStart = blanksEnd(valueStart, end);
        tokenStop = kindEnd(valueStart, end, kinds.token);
        stop = parameterValueEnd(valueStart, tokenStop, end);
        if (stop <= valueStart) return false;
        at = stop;
      }
      const before = this.#stamps;
      if (!this.#keep(nameStart, nameEnd, valueStart, stop, tokenStop === stop)) return false;
      if (this.#stamps === before) continue;
      this.#stampStart = semicolon;
      this.#stampStop = stop;
    }
    this.#stop = stop;
    return true;
  }

  /** Notes the parameters that matter here; false when one of those has an impossible value. */
  #keep(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number, isToken: boolean): boolean {
    switch (nameEnd - nameStart) {
      case 6:
        if (!wordAt(nameStart, nameEnd, 'branch')) return true;
        if (this.#branchStart >= 0 || valueEnd === valueStart || !isToken) return false;
        this.#branchStart = valueStart;
        this.#branchStop = valueEnd;
        return true;
      case 8:
        if (!wordAt(nameStart, nameEnd, 'received')) return true;
        this.#stamps++;
        this.#receivedStart = valueStart;
        this.#receivedStop = valueEnd;
        return true;
      case 5:
        if (wordAt(nameStart, nameEnd, 'rport')) {
          this.#stamps++;
          this.#wantsRport = true;
          if (valueEnd === valueStart) return true;
          this.#rport = portAt(valueStart, valueEnd);
          return this.#rport !== 0;
        }
        if (wordAt(nameStart, nameEnd, 'alias')) {
          this.#isAlias ||= valueEnd === valueStart;
          return true;
        }
        if (!wordAt(nameStart, nameEnd, 'maddr')) return true;
        this.#maddrStart = valueStart;
        this.#maddrStop = valueEnd;
        return true;
      default:
        return true;
    }
  }
}

/** The Via value that opens `text[start, end)`. Undefined when malformed. */
export function parseVia(text: string, start: number, end: number): Via | undefined {
  return loadValue(text) ? Via.read(text, start, end) : undefined;
}

/** Offset of the transport after `SIP/2.0/`, blanks allowed about the slashes; -1 when it is something else. */
function protocolEnd(start: number, end: number): number {
  if (!wordAt(start, end, 'sip')) return -1;
  const first = blanksEnd(start + 3, end);
  if (octetAt(first, end) !== 47) return -1;
  const version = blanksEnd(first + 1, end);
  if (!wordAt(version, end, '2.0')) return -1;
  const second = blanksEnd(version + 3, end);
  return octetAt(second, end) === 47 ? blanksEnd(second + 1, end) : -1;
}

function transportName(text: string, start: number, end: number): string {
  if (end - start === 3) {
    if (wordAt(start, end, 'udp')) return 'UDP';
    if (wordAt(start, end, 'tcp')) return 'TCP';
    if (wordAt(start, end, 'tls')) return 'TLS';
  }
  return text.slice(start, end).toUpperCase();
}

/** End of a token (which ends at `tokenStop`), host (IPv6 with or without brackets, RFC 5118 4.5) or quoted string. */
function parameterValueEnd(start: number, tokenStop: number, end: number): number {
  let at = tokenStop;
  if (at === start && octetAt(start, end) === 34) return quoteEnd(start, end);
  while (at < end && isAddressMark(octets[at]!)) at = kindEnd(at + 1, end, kinds.token);
  return at;
}

/** `:` `[` `]` */
const isAddressMark = (code: number): boolean => code === 58 || code === 91 || code === 93;

import type { Severity } from './log.ts';
import type { DatagramSocket, Network } from './network.ts';

/** Facilities of syslog, as IOS names them, with their codes (RFC 3164 4.1.1). */
export const syslogFacilities = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  sys9: 9,
  sys10: 10,
  sys11: 11,
  sys12: 12,
  sys13: 13,
  sys14: 14,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
export type SyslogFacility = keyof typeof syslogFacilities;

/** A `logging host` line: an address, never a name. */
export interface SyslogHost {
  readonly address: string;
  readonly port: number;
}

export interface SyslogSettings {
  readonly hosts: readonly SyslogHost[];
  readonly facility: SyslogFacility;
  /** Stands in front of the time, as `logging origin-id` says. */
  readonly origin: string | undefined;
  /** The address to send from; `nowhere`: the source interface has none, so nothing is sent. Absent: the host chooses. */
  readonly source?: string;
}

/** What `show logging` tells of one host. */
export interface SyslogHostReport extends SyslogHost {
  readonly logged: number;
  /** Lines that the network did not take. */
  readonly failed: number;
}

interface Destination extends SyslogHost {
  logged: number;
  failed: number;
}

const waitingAtMost = 100;
const datagramBytesAtMost = 1024;

/** One datagram of syslog: `<189>45: west: *Mar  1 18:46:11: %SYS-5-CONFIG_I: ...`, cut to 1024 bytes (RFC 3164 4.1). */
export function syslogDatagram(
  line: string,
  severity: Severity,
  sequence: number,
  { facility, origin }: Pick<SyslogSettings, 'facility' | 'origin'>,
): string {
  const priority = syslogFacilities[facility] * 8 + severity;
  const from = origin === undefined ? '' : `${origin}: `;
  return `<${priority}>${sequence}: ${from}${line}`.slice(0, datagramBytesAtMost);
}

/**
 * Sends log lines to syslog hosts over UDP (RFC 3164, RFC 5426): fire and forget, nobody waits for it. A socket for each
 * family of addresses is opened when there is a host for it; lines from before it is there are kept, a hundred at most.
 */
export class SyslogSender {
  readonly #network: Pick<Network, 'bindUdp'>;
  #settings: SyslogSettings = { hosts: [], facility: 'local7', origin: undefined };
  #destinations: Destination[] = [];
  readonly #sockets = new Map<'ipv4' | 'ipv6', DatagramSocket>();
  #waiting: { readonly line: string; readonly severity: Severity }[] = [];
  #sequence = 0;
  /** Counts settings: a socket that opens behind a change of them is not used. */
  #generation = 0;
  #isReady = true;

  constructor(network: Pick<Network, 'bindUdp'>) {
    this.#network = network;
  }

  /** Takes effect with the next line. Hosts that stay keep their counts. */
  async configure(settings: SyslogSettings): Promise<void> {
    const generation = ++this.#generation;
    const old = this.#destinations;
    this.#destinations = settings.hosts.map(
      (host) =>
        old.find(({ address, port }) => address === host.address && port === host.port) ?? {
          ...host,
          logged: 0,
          failed: 0,
        },
    );
    const { source } = this.#settings;
    this.#settings = settings;
    if (source !== settings.source) this.#close();
    this.#isReady = false;
    for (const family of ['ipv4', 'ipv6'] as const) {
      const isWanted = settings.hosts.some(({ address }) => familyOf(address) === family);
      if (isWanted && !this.#sockets.has(family)) await this.#open(family, generation);
      if (generation !== this.#generation) return;
    }
    this.#isReady = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { line, severity } of waiting) this.send(line, severity);
  }

  /** One line of the log, stamped. */
  send(line: string, severity: Severity): void {
    if (this.#destinations.length === 0) return;
    if (!this.#isReady) {
      if (this.#waiting.length < waitingAtMost) this.#waiting.push({ line, severity });
      return;
    }
    const datagram = syslogDatagram(line, severity, ++this.#sequence, this.#settings);
    for (const host of this.#destinations) {
      const socket = this.#sockets.get(familyOf(host.address));
      if (socket === undefined) {
        host.failed++;
        continue;
      }
      host.logged++;
      socket.send(datagram, { host: host.address, port: host.port }, () => {
        host.failed++;
      });
    }
  }

  report(): readonly SyslogHostReport[] {
    return this.#destinations.map((one) => ({ ...one }));
  }

  stop(): void {
    this.#generation++;
    this.#destinations = [];
    this.#close();
  }

  async #open(family: 'ipv4' | 'ipv6', generation: number): Promise<void> {
    const { source } = this.#settings;
    const any = family === 'ipv4' ? '0.0.0.0' : '::';
    // An interface without address, or with one of the other family: its lines leave from nowhere.
    if (source !== undefined && (source === 'nowhere' || familyOf(source) !== family)) return;
    const ignored = { received: () => undefined, failed: () => undefined };
    const socket = await this.#network.bindUdp({ host: source ?? any, port: 0 }, ignored).catch(() => undefined);
    if (socket === undefined) return;
    if (generation === this.#generation) this.#sockets.set(family, socket);
    else socket.close();
  }

  #close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

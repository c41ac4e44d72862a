import type { Address } from '../../io/index.ts';
import { limitsOf, type SipLimits } from '../limits.ts';
import { TrustedSources } from '../screen/index.ts';
import { type SipSettings, type TransportName, timerDefaults } from '../settings.ts';

/** What the transport needs of the configuration, computed: addresses instead of interface names, milliseconds. */
export interface TransportSettings {
  readonly listeners: readonly ListenerSettings[];
  /** `bind control`: connect from here; the host chooses when absent. */
  readonly source: SourceHosts;
  /** Those who may say for whom they speak (`proxy-protocol`). */
  readonly proxies?: TrustedSources;
  /** UDP and TCP entries idle for longer are closed. */
  /** Absent: those that come with the program. */
  readonly limits?: SipLimits;
  readonly agingMs: number;
  /** Limit of a TLS set-up: connecting, handshake and verdict together. */
  readonly establishTlsMs: number;
}

/** An address of each family, for peers of that family. */
export interface SourceHosts {
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
}

/** The address we use towards a peer; undefined: the host chooses. */
export function sourceTowards(source: SourceHosts, remoteHost: string): string | undefined {
  return remoteHost.includes(':') ? source.ipv6 : source.ipv4;
}

export interface ListenerSettings {
  readonly transport: TransportName;
  readonly local: Address;
}

/**
 * `bound`: the addresses of the interface of `bind control`; a family without one is not listened on. Without `bound` every
 * address of the families of `protocol mode` is.
 */
export function transportSettings(sip: SipSettings, bound?: SourceHosts): TransportSettings {
  const { protocolMode, transports, listenPort, timers, proxies } = sip;
  const hosts = [
    ...(protocolMode === 'ipv6' ? [] : [bound === undefined ? '0.0.0.0' : bound.ipv4]),
    ...(protocolMode === 'ipv4' ? [] : [bound === undefined ? '::' : bound.ipv6]),
  ];
  const open = (['udp', 'tcp', 'tls'] as const).filter((transport) => transports[transport]);
  return {
    listeners: open.flatMap((transport) => {
      const port = transport === 'tls' ? listenPort.secure : listenPort.nonSecure;
      return hosts.flatMap((host) => (host === undefined ? [] : [{ transport, local: { host, port } }]));
    }),
    source: bound ?? {},
    ...(proxies.length === 0 ? {} : { proxies: new TrustedSources(new Map(), proxies) }),
    limits: limitsOf(sip.limits),
    agingMs: (timers.connectionAging ?? timerDefaults.connectionAging) * 60_000,
    establishTlsMs: (timers.connectionEstablishTls ?? timerDefaults.connectionEstablishTls) * 1000,
  };
}

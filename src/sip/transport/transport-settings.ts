import type { Address } from '../../io/index.ts';
import { TrustedSources } from '../screen/index.ts';
import { type SipSettings, type TransportName, timerDefaults } from '../settings.ts';

/** What the transport needs of the configuration, computed: addresses instead of interface names, milliseconds. */
export interface TransportSettings {
  readonly listeners: readonly ListenerSettings[];
  /** `bind control`: connect from here and from nowhere else; absent: the host chooses. */
  readonly source?: SourceHosts;
  /** Those who may say for whom they speak (`proxy-protocol`). */
  readonly proxies?: TrustedSources;
  /** UDP and TCP entries idle for longer are closed. */
  readonly agingMs: number;
  /** Limit of a TLS set-up: connecting, handshake and verdict together. */
  readonly establishTlsMs: number;
}

/** An address of each family, for peers of that family. */
export interface SourceHosts {
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
}

/** From where we connect to a peer: from an address, from any that the host chooses, or from none. */
export function sourceTowards(
  source: SourceHosts | undefined,
  remoteHost: string,
): { readonly localHost?: string } | 'none' {
  if (source === undefined) return {};
  const localHost = remoteHost.includes(':') ? source.ipv6 : source.ipv4;
  return localHost === undefined ? 'none' : { localHost };
}

/** Whether a connection that was made from an address may be used under these settings. */
export function mayLeaveFrom(source: SourceHosts | undefined, localHost: string, remoteHost: string): boolean {
  const wanted = sourceTowards(source, remoteHost);
  return wanted !== 'none' && (wanted.localHost ?? localHost) === localHost;
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
    ...(bound === undefined ? {} : { source: bound }),
    ...(proxies.length === 0 ? {} : { proxies: new TrustedSources(new Map(), proxies) }),
    agingMs: (timers.connectionAging ?? timerDefaults.connectionAging) * 60_000,
    establishTlsMs: (timers.connectionEstablishTls ?? timerDefaults.connectionEstablishTls) * 1000,
  };
}

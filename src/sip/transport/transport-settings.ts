import type { Address } from '../../io/index.ts';
import { limitsOf, type SipLimits } from '../limits.ts';
import { TrustedSources } from '../screen/index.ts';
import { noTenant, type SipSettings, type TransportName, timerDefaults } from '../settings.ts';
import { settingsOfTenant } from '../tenant.ts';

/** What the transport needs of the configuration, computed: addresses instead of interface names, milliseconds. */
export interface TransportSettings {
  readonly listeners: readonly ListenerSettings[];
  /** `bind control`: connect from here and from nowhere else; absent: the host chooses. */
  readonly source?: SourceHosts;
  /** The same for tenants, by tag. */
  readonly tenantSources?: ReadonlyMap<number, SourceHosts>;
  /** The same for what dial peers are bound to, by interface. */
  readonly peerSources?: ReadonlyMap<string, SourceHosts>;
  /** Those who may say for whom they speak (`proxy-protocol`). */
  readonly proxies?: TrustedSources;
  /** Absent: those that come with the program. */
  readonly limits?: SipLimits;
  readonly times: ConnectionTimes;
  /** Those of tenants with `timers connection` of their own, by tag. */
  readonly tenantTimes?: ReadonlyMap<number, ConnectionTimes>;
}

/** `timers connection`. */
export interface ConnectionTimes {
  /** UDP and TCP entries idle for longer are closed. */
  readonly agingMs: number;
  /** Limit of a TLS set-up: connecting, handshake and verdict together. */
  readonly establishTlsMs: number;
}

export function timesOf({ times, tenantTimes }: TransportSettings, tenant: number): ConnectionTimes {
  return tenantTimes?.get(tenant) ?? times;
}

function connectionTimes({ timers }: SipSettings): ConnectionTimes {
  return {
    agingMs: (timers.connectionAging ?? timerDefaults.connectionAging) * 60_000,
    establishTlsMs: (timers.connectionEstablishTls ?? timerDefaults.connectionEstablishTls) * 1000,
  };
}

/** An address of each family, for peers of that family. */
export interface SourceHosts {
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
}

/** `voice-class sip bind control` of a dial peer. */
export interface PeerBind {
  readonly tenant: number;
  readonly control: string;
}

type Sources = Pick<TransportSettings, 'source' | 'tenantSources' | 'peerSources'>;

/** From where a tenant speaks to a peer, or a dial peer that is bound: from an address, from any that the host chooses, or from none. */
export function sourceTowards(
  { source: global, tenantSources, peerSources }: Sources,
  remoteHost: string,
  tenant = noTenant,
  bind?: string,
): { readonly localHost?: string } | 'none' {
  const source = bind === undefined ? (tenantSources?.get(tenant) ?? global) : (peerSources?.get(bind) ?? {});
  if (source === undefined) return {};
  const localHost = remoteHost.includes(':') ? source.ipv6 : source.ipv4;
  return localHost === undefined ? 'none' : { localHost };
}

/** Whether a connection of a tenant that was made from an address may be used under these settings. */
export function mayLeaveFrom(
  sources: Sources,
  localHost: string,
  remoteHost: string,
  tenant: number,
  bind?: string,
): boolean {
  const wanted = sourceTowards(sources, remoteHost, tenant, bind);
  return wanted !== 'none' && (wanted.localHost ?? localHost) === localHost;
}

export interface ListenerSettings {
  readonly transport: TransportName;
  readonly local: Address;
  /** Whose calls arrive there. */
  readonly tenant: number;
  /** The port is had by every address, and by some of them for a tenant: calls are told by the address they came to. */
  readonly shared?: true;
  /** Open for the dial peers that are bound to this interface. */
  readonly bind?: string;
}

/** The addresses of an interface, by its name; undefined: there is none of that name. */
export type BoundHosts = (name: string) => SourceHosts | undefined;

/**
 * `hostsOf` tells the addresses that `bind control` stands for; a family without one is not listened on. Without `bind` every
 * address of the families of `protocol mode` is. A tenant listens where it has a port or an interface of its own. Where two want the same place
 * it is the tenant's, of two the lower tag's. What dial peers are bound to is listened on, at the ports of all or of their tenant,
 * where the gateway is bound itself.
 */
export function transportSettings(
  sip: SipSettings,
  hostsOf: BoundHosts = () => undefined,
  peerBinds: readonly PeerBind[] = [],
): TransportSettings {
  const { proxies, tenants } = sip;
  const source = (one: SipSettings): SourceHosts | undefined =>
    one.bind.control === undefined ? undefined : (hostsOf(one.bind.control) ?? {});
  const own = [...tenants.values()].toSorted((a, b) => a.tag - b.tag);
  const wanted = own.flatMap(({ tag, bind, listenPort: { secure, nonSecure } }) => {
    const settings = settingsOfTenant(sip, tag);
    return listenersOf(settings, source(settings), tag).filter(
      ({ transport }) => (transport === 'tls' ? secure : nonSecure) !== undefined || bind.control !== undefined,
    );
  });
  const ofPeers = peerBinds.flatMap(({ tenant, control }) =>
    // Beside sockets that take every address a dial peer needs none of its own.
    sip.bind.control !== undefined
      ? listenersOf(settingsOfTenant(sip, tenant), hostsOf(control) ?? {}, tenant).map((one) => ({
          ...one,
          bind: control,
        }))
      : [],
  );
  const places = new Map<string, ListenerSettings>();
  for (const one of [...wanted, ...listenersOf(sip, source(sip), noTenant), ...ofPeers]) {
    const place = `${one.transport} ${one.local.host} ${one.local.port}`;
    if (!places.has(place)) places.set(place, one);
  }
  const global = source(sip);
  const bound = own.flatMap(({ tag, bind }) =>
    bind.control === undefined ? [] : [[tag, hostsOf(bind.control) ?? {}] as const],
  );
  return {
    listeners: sharing([...places.values()]),
    ...(global === undefined ? {} : { source: global }),
    ...(bound.length === 0 ? {} : { tenantSources: new Map(bound) }),
    ...(peerBinds.length === 0
      ? {}
      : { peerSources: new Map(peerBinds.map(({ control }) => [control, hostsOf(control) ?? {}])) }),
    ...(proxies.length === 0 ? {} : { proxies: new TrustedSources(new Map(), proxies) }),
    limits: limitsOf(sip.limits),
    times: connectionTimes(sip),
    tenantTimes: new Map(own.map(({ tag }) => [tag, connectionTimes(settingsOfTenant(sip, tag))])),
  };
}

/** Marks those of every address and those of one at the same port. */
function sharing(all: readonly ListenerSettings[]): readonly ListenerSettings[] {
  return all.map((one) => {
    const isBeside = (other: ListenerSettings): boolean =>
      other.transport === one.transport &&
      other.local.port === one.local.port &&
      other.local.host.includes(':') === one.local.host.includes(':') &&
      isEveryAddress(other.local.host) !== isEveryAddress(one.local.host);
    return all.some(isBeside) ? { ...one, shared: true } : one;
  });
}

export function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function listenersOf(
  { protocolMode, transports, listenPort }: SipSettings,
  bound: SourceHosts | undefined,
  tenant: number,
): readonly ListenerSettings[] {
  const hosts = [
    ...(protocolMode === 'ipv6' ? [] : [bound === undefined ? '0.0.0.0' : bound.ipv4]),
    ...(protocolMode === 'ipv4' ? [] : [bound === undefined ? '::' : bound.ipv6]),
  ];
  const open = (['udp', 'tcp', 'tls'] as const).filter((transport) => transports[transport]);
  return open.flatMap((transport) => {
    const port = transport === 'tls' ? listenPort.secure : listenPort.nonSecure;
    return hosts.flatMap((host) => (host === undefined ? [] : [{ transport, local: { host, port }, tenant }]));
  });
}

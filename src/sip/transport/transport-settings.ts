import type { Address } from '../../io/index.ts';
import { type SipSettings, type TransportName, timerDefaults } from '../settings.ts';

/** What the transport needs of the configuration, computed: addresses instead of interface names, milliseconds. */
export interface TransportSettings {
  readonly listeners: readonly ListenerSettings[];
  /** `bind control`: connect from here; the host chooses when absent. */
  readonly sourceHost?: string;
  /** UDP and TCP entries idle for longer are closed. */
  readonly agingMs: number;
  /** Limit of a TLS set-up: connecting, handshake and verdict together. */
  readonly establishTlsMs: number;
}

export interface ListenerSettings {
  readonly transport: TransportName;
  readonly local: Address;
}

/** `boundHost` is the address of the interface of `bind control`; without one every address is listened on. */
export function transportSettings(sip: SipSettings, boundHost?: string): TransportSettings {
  const host = boundHost ?? '0.0.0.0';
  const transports = (['udp', 'tcp', 'tls'] as const).filter((transport) => sip.transports[transport]);
  return {
    listeners: transports.map((transport) => ({
      transport,
      local: { host, port: transport === 'tls' ? sip.listenPort.secure : sip.listenPort.nonSecure },
    })),
    ...(boundHost === undefined ? {} : { sourceHost: boundHost }),
    agingMs: (sip.timers.connectionAging ?? timerDefaults.connectionAging) * 60_000,
    establishTlsMs: (sip.timers.connectionEstablishTls ?? timerDefaults.connectionEstablishTls) * 1000,
  };
}

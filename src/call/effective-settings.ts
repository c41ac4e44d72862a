import {
  noTenant,
  type OutboundProxy,
  type Reliability,
  type SipSettings,
  type TransportName,
  type UrlScheme,
} from '../sip/settings.ts';
import { settingsOfTenant } from '../sip/tenant.ts';
import type { VoipPeer } from './settings.ts';

/** What holds for a call through a dial peer: its own settings, else those of its tenant, else the global ones. */
export interface EffectiveSettings {
  /** The peer's tenant, else the one whose port the call came to; 0: none. */
  readonly tenant: number;
  /** The tenant's settings over the global ones. */
  readonly sip: SipSettings;
  readonly transport: TransportName;
  readonly scheme: UrlScheme;
  readonly outboundProxy: OutboundProxy | undefined;
  readonly rel1xx: Reliability;
  readonly tcpWhenLong: boolean;
  /** Interface names. */
  readonly bind: SipSettings['bind'];
  /** What we are called in the place of our address. */
  readonly localName: string | undefined;
}

/**
 * The one place that knows the order. Undefined: the peer names a tenant that is not there. Its calls must not leave by the
 * global settings then, which may say less of security.
 */
export function effectiveSettings(
  global: SipSettings,
  peer: VoipPeer | undefined,
  arrivedAt = noTenant,
): EffectiveSettings | undefined {
  const tenant = peer?.tenant ?? arrivedAt;
  if (peer?.tenant !== undefined && !global.tenants.has(tenant)) return undefined;
  const sip = settingsOfTenant(global, tenant);
  const own = <T>(value: T | 'system' | undefined, inherited: T): T =>
    value === undefined || value === 'system' ? inherited : value;
  return {
    tenant,
    sip,
    transport: own(peer?.sessionTransport, sip.sessionTransport),
    scheme: own(peer?.url, sip.url),
    outboundProxy: own(peer?.outboundProxy, sip.outboundProxy),
    rel1xx: own(peer?.rel1xx, sip.rel1xx),
    tcpWhenLong: own(peer?.tcpWhenLong, sip.tcpWhenLong),
    bind: bindOf(peer, sip),
    localName: (peer?.localName ?? sip.localName)?.host,
  };
}

/** Where signalling and media of calls through a peer are: each as the peer says, else as its tenant or the gateway is bound. */
export function bindOf(peer: VoipPeer | undefined, { bind }: Pick<SipSettings, 'bind'>): SipSettings['bind'] {
  return peer?.bind === undefined ? bind : { ...bind, ...peer.bind };
}

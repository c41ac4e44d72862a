import type { SipSettings, Tenant } from './settings.ts';

/** By the global settings, which are one record: asked for by every call and every transaction. */
const resolved = new WeakMap<SipSettings, Map<number, SipSettings>>();

/** The settings as they hold for a tenant: its own where it has any, else the global ones. A tag that is not there has none. */
export function settingsOfTenant(sip: SipSettings, tag: number): SipSettings {
  const tenant = sip.tenants.get(tag);
  if (tenant === undefined) return sip;
  const known = resolved.get(sip) ?? new Map<number, SipSettings>();
  resolved.set(sip, known);
  const settings = known.get(tag) ?? withTenant(sip, tenant);
  known.set(tag, settings);
  return settings;
}

function withTenant(sip: SipSettings, tenant: Tenant): SipSettings {
  const own = <T>(list: readonly T[], global: readonly T[]): readonly T[] => (list.length === 0 ? global : list);
  return {
    ...sip,
    listenPort: { ...sip.listenPort, ...tenant.listenPort },
    bind: { ...sip.bind, ...tenant.bind },
    url: tenant.url ?? sip.url,
    sessionTransport: tenant.sessionTransport ?? sip.sessionTransport,
    sipServer: tenant.sipServer ?? sip.sipServer,
    outboundProxy: tenant.outboundProxy ?? sip.outboundProxy,
    ...(tenant.sessionTimer ?? {}),
    rel1xx: tenant.rel1xx ?? sip.rel1xx,
    reasonOverride: tenant.reasonOverride ?? sip.reasonOverride,
    tcpWhenLong: tenant.tcpWhenLong ?? sip.tcpWhenLong,
    maxForwards: tenant.maxForwards ?? sip.maxForwards,
    trusted: { ...sip.trusted, list: own(tenant.trusted, sip.trusted.list) },
    silentDiscard: tenant.silentDiscard ?? sip.silentDiscard,
    registrars: own(tenant.registrars, sip.registrars),
    credentials: own(tenant.credentials, sip.credentials),
    authentication: own(tenant.authentication, sip.authentication),
    retry: { ...sip.retry, ...tenant.retry },
    timers: { ...sip.timers, ...tenant.timers },
  };
}

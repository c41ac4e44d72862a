import { CommandError } from '../../cli/index.ts';
import { printTrustedEntry, type TrustedEntry } from '../../sip/index.ts';
import type { Tenant } from '../../sip/settings.ts';
import { type Setting, settingsOf } from '../config-mode.ts';
import { printReliability, readReliability } from '../reliability.ts';
import { printSessionTimer, readSessionTimer } from '../session-timer.ts';
import { trustedDns, trustedIpv4, trustedIpv6 } from '../trusted-list.ts';

const setting = settingsOf<Tenant>();
const entriesAtMost = 1000;

function withTrusted(tenant: Tenant, entry: TrustedEntry): Tenant {
  const others = withoutTrusted(tenant, entry).trusted;
  if (others.length < tenant.trusted.length) return tenant;
  if (others.length >= entriesAtMost) throw new CommandError(`% More than ${entriesAtMost} trusted addresses`);
  return { ...tenant, trusted: [...others, entry] };
}

function withoutTrusted(tenant: Tenant, entry: TrustedEntry): Tenant {
  const line = printTrustedEntry(entry);
  return { ...tenant, trusted: tenant.trusted.filter((other) => printTrustedEntry(other) !== line) };
}

/** Who may call at the ports of the tenant: ours, since IOS has one list for all. */
const trusted: readonly Setting<Tenant>[] = [
  setting('ip address trusted ipv4 <address:ipv4> [<mask:mask>]', 'Trust calls to the tenant from an IPv4 address', {
    ours: true,
    set: (tenant, args) => withTrusted(tenant, trustedIpv4(args)),
    unset: (tenant, args) => withoutTrusted(tenant, trustedIpv4(args)),
    noSyntax: 'ip address trusted ipv4 <address:ipv4> [<mask:mask>]',
    print: (tenant) => tenant.trusted.map((entry) => `ip address trusted ${printTrustedEntry(entry)}`),
  }),
  setting('ip address trusted ipv6 <address:word>', 'Trust calls to the tenant from an IPv6 address', {
    ours: true,
    set: (tenant, { address }) => withTrusted(tenant, trustedIpv6(address)),
    unset: (tenant, { address }) => withoutTrusted(tenant, trustedIpv6(address)),
    noSyntax: 'ip address trusted ipv6 <address:word>',
    print: () => undefined,
  }),
  setting('ip address trusted dns <name:word>', 'Trust calls to the tenant from whoever proves this name', {
    ours: true,
    set: (tenant, { name }) => withTrusted(tenant, trustedDns(name)),
    unset: (tenant, { name }) => withoutTrusted(tenant, trustedDns(name)),
    noSyntax: 'ip address trusted dns <name:word>',
    print: () => undefined,
  }),
];

function withoutSilence({ silentDiscard: _, ...tenant }: Tenant): Tenant {
  return tenant;
}

/** What holds for the calls of a tenant in the place of the global settings of the same words; `system`: those hold. */
export const tenantCallSettings: readonly Setting<Tenant>[] = [
  setting(
    'min-se {system | <seconds:int(90-86400)> [session-expires <expires:int(90-86400)>]}',
    'Session timer intervals',
    {
      standard: 'system',
      set: ({ sessionTimer: _, ...tenant }, { seconds, expires }) =>
        seconds === undefined ? tenant : { ...tenant, sessionTimer: readSessionTimer(seconds, expires) },
      unset: ({ sessionTimer: _, ...tenant }) => tenant,
      print: ({ sessionTimer }) => (sessionTimer === undefined ? undefined : printSessionTimer(sessionTimer)),
      default: 'min-se system',
    },
  ),
  setting(
    'rel1xx {disable | require <required:word> | supported <supported:word> | system}',
    'Reliable provisional responses',
    {
      standard: 'system',
      set: ({ rel1xx: _, ...tenant }, { system, ...words }) =>
        system ? tenant : { ...tenant, rel1xx: readReliability(words) },
      unset: ({ rel1xx: _, ...tenant }) => tenant,
      print: ({ rel1xx }) => (rel1xx === undefined ? undefined : printReliability(rel1xx)),
      default: 'rel1xx system',
    },
  ),
  setting('reason-header override', 'A cause in Reason of a final response holds', {
    standard: 'as for all',
    set: (tenant) => ({ ...tenant, reasonOverride: true }),
    unset: ({ reasonOverride: _, ...tenant }) => tenant,
    print: ({ reasonOverride }) => (reasonOverride ? 'reason-header override' : undefined),
  }),
  setting('transport switch udp tcp', 'Requests that are too long for UDP go over TCP', {
    standard: 'as for all',
    set: (tenant) => ({ ...tenant, tcpWhenLong: true }),
    unset: ({ tcpWhenLong: _, ...tenant }) => tenant,
    print: ({ tcpWhenLong }) => (tcpWhenLong ? 'transport switch udp tcp' : undefined),
  }),
  setting('max-forwards {system | <hops:int(1-70)>}', 'Hops that requests may take', {
    standard: 'system',
    set: ({ maxForwards: _, ...tenant }, { hops }) => (hops === undefined ? tenant : { ...tenant, maxForwards: hops }),
    unset: ({ maxForwards: _, ...tenant }) => tenant,
    print: ({ maxForwards }) => (maxForwards === undefined ? undefined : `max-forwards ${maxForwards}`),
    default: 'max-forwards system',
  }),
  setting('silent-discard untrusted [system]', 'Do not answer sources that may not call', {
    standard: 'system',
    set: (tenant, { system }) => (system ? withoutSilence(tenant) : { ...tenant, silentDiscard: true }),
    unset: (tenant) => ({ ...tenant, silentDiscard: false }),
    reset: withoutSilence,
    print: ({ silentDiscard }) =>
      silentDiscard === undefined ? undefined : `${silentDiscard ? '' : 'no '}silent-discard untrusted`,
    default: 'silent-discard untrusted system',
  }),
  ...trusted,
];

import { CommandError } from '../cli/index.ts';
import { printTrustedEntry, type TrustedEntry, type TrustReport } from '../sip/index.ts';
import { type SipSettings, sipDefaults } from '../sip/settings.ts';
import type { CommandSet } from './command-set.ts';
import { configMode, opener, settingsOf } from './config-mode.ts';
import { show } from './show.ts';
import { sipLens } from './sip-lens.ts';

const setting = settingsOf<SipSettings>();
const entriesAtMost = 1000;

/** What stands under `voice service voip` itself. */
export const trustedSettings = [
  setting('ip address trusted authenticate', 'Look whether the source of a call may call', {
    standard: 'on',
    set: (sip) => withAuthenticate(sip, true),
    unset: (sip) => withAuthenticate(sip, false),
    reset: (sip) => withAuthenticate(sip, true),
    print: ({ trusted }) => (trusted.authenticate ? undefined : 'no ip address trusted authenticate'),
    default: 'ip address trusted authenticate',
  }),
];

function withAuthenticate(sip: SipSettings, authenticate: boolean): SipSettings {
  return { ...sip, trusted: { ...sip.trusted, authenticate } };
}

/** The record with an entry, where the same one is not there yet. */
function withTrusted(sip: SipSettings, entry: TrustedEntry): SipSettings {
  const { list } = sip.trusted;
  if (list.some((other) => printTrustedEntry(other) === printTrustedEntry(entry))) return sip;
  if (list.length >= entriesAtMost) throw new CommandError(`% More than ${entriesAtMost} trusted addresses`);
  return { ...sip, trusted: { ...sip.trusted, list: [...list, entry] } };
}

function withoutTrusted(sip: SipSettings, entry: TrustedEntry): SipSettings {
  const { list } = sip.trusted;
  const left = list.filter((other) => printTrustedEntry(other) !== printTrustedEntry(entry));
  return left.length === list.length ? sip : { ...sip, trusted: { ...sip.trusted, list: left } };
}

/** A line that names an IPv4 address or network. */
export function trustedIpv4(args: { readonly address: string; readonly mask?: string | undefined }): TrustedEntry {
  const { address, mask } = args;
  return { kind: 'ipv4', address, ...(mask === undefined ? {} : { mask }) };
}

/** `2001:db8::1` or `2001:db8::/32`. */
export function trustedIpv6(typed: string): TrustedEntry {
  const [address = '', length, more] = typed.split('/', 3);
  const prefixLength = length === undefined ? undefined : Number(length);
  const isLength = prefixLength === undefined || (/^\d{1,3}$/.test(length ?? '') && prefixLength <= 128);
  if (more !== undefined || !isLength || !URL.canParse(`http://[${address}]/`)) {
    throw new CommandError(`% Invalid IPv6 address or prefix: ${typed}`);
  }
  return { kind: 'ipv6', address: address.toLowerCase(), ...(prefixLength === undefined ? {} : { prefixLength }) };
}

/** `example.com` or `*.example.com`. */
export function trustedDns(typed: string): TrustedEntry {
  const name = typed.toLowerCase();
  const labels = name.replace(/^\*\./, '').split('.');
  const isName = name.length <= 253 && labels.length > 1 && labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
  if (!isName) throw new CommandError(`% Invalid name: ${typed}`);
  return { kind: 'dns', name };
}

/** `ip address trusted list`: who may call beside those whom we call. */
export const trustedListMode = configMode<SipSettings>({
  name: 'cfg-iptrust-list',
  parent: 'conf-voi-serv',
  prompt: 'cfg-iptrust-list',
  lens: sipLens,
  settings: [
    setting('ipv4 <address:ipv4> [<mask:mask>]', 'Trust calls from an IPv4 address or network', {
      set: (sip, args) => withTrusted(sip, trustedIpv4(args)),
      unset: (sip, args) => withoutTrusted(sip, trustedIpv4(args)),
      noSyntax: 'ipv4 <address:ipv4> [<mask:mask>]',
      print: ({ trusted }) => trusted.list.map(printTrustedEntry),
    }),
    setting('ipv6 <address:word>', 'Trust calls from an IPv6 address or prefix', {
      set: (sip, { address }) => withTrusted(sip, trustedIpv6(address)),
      unset: (sip, { address }) => withoutTrusted(sip, trustedIpv6(address)),
      noSyntax: 'ipv6 <address:word>',
      print: () => undefined,
    }),
    setting('dns <name:word>', 'Trust calls over TLS from whoever proves this name', {
      ours: true,
      set: (sip, { name }) => withTrusted(sip, trustedDns(name)),
      unset: (sip, { name }) => withoutTrusted(sip, trustedDns(name)),
      noSyntax: 'dns <name:word>',
      print: () => undefined,
    }),
  ],
});

export const trustedListOpener = opener('ip address trusted list', 'Addresses that may call', {
  mode: 'cfg-iptrust-list',
  focus: () => undefined,
  create: (tree) => tree,
  remove: (tree) => ({
    ...tree,
    sip: { ...tree.sip, trusted: { ...tree.sip.trusted, list: sipDefaults.trusted.list } },
  }),
});

/** `show ip address trusted list`, in IOS's layout; the counters are ours. */
function printTrust({ authenticate, targets, list, tenants, refused, unanswered }: TrustReport): readonly string[] {
  const state = authenticate ? 'UP' : 'DOWN';
  return [
    'IP Address Trusted Authentication',
    ` Administration State: ${state}`,
    ` Operation State:      ${state}`,
    '',
    'IP Address Trusted Call Block Cause: call-reject (21)',
    '',
    'Session Targets:',
    ...targets.map(({ host, line }) => ` ${host.padEnd(39)} ${line}`),
    '',
    'IP Address Trusted List:',
    ...list.map((entry) => ` ${printTrustedEntry(entry)}`),
    '',
    ...tenants.flatMap((tenant) => [
      `IP Address Trusted List of Tenant ${tenant.tag}:`,
      ...tenant.list.map((entry) => ` ${printTrustedEntry(entry)}`),
      '',
    ]),
    `Requests refused: ${refused}, of them without answer: ${unanswered}`,
  ];
}

export const trustCommands: CommandSet = {
  exec: [show('show ip address trusted list', 'Display who may call', ({ sip }) => sip.trust(), printTrust)],
};

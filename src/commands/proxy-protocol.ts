import { CommandError } from '../cli/index.ts';
import { printTrustedEntry, type TrustedEntry } from '../sip/index.ts';
import type { SipSettings } from '../sip/settings.ts';
import { settingsOf } from './config-mode.ts';
import { trustedIpv4, trustedIpv6 } from './trusted-list.ts';

const setting = settingsOf<SipSettings>();
const proxiesAtMost = 100;

function withProxy(sip: SipSettings, proxy: TrustedEntry): SipSettings {
  const others = withoutProxy(sip, proxy).proxies;
  if (others.length >= proxiesAtMost) throw new CommandError(`% More than ${proxiesAtMost} proxies`);
  return others.length < sip.proxies.length ? sip : { ...sip, proxies: [...others, proxy] };
}

function withoutProxy(sip: SipSettings, proxy: TrustedEntry): SipSettings {
  const proxies = sip.proxies.filter((other) => printTrustedEntry(other) !== printTrustedEntry(proxy));
  return { ...sip, proxies };
}

/** `proxy-protocol`, ours: whose TCP and TLS connections begin with a PROXY header that says for whom they are. */
export const proxySettings = [
  setting('proxy-protocol ipv4 <address:ipv4> [<mask:mask>]', 'A proxy that says for whom it speaks, by IPv4 address', {
    ours: true,
    set: (sip, args) => withProxy(sip, trustedIpv4(args)),
    unset: (sip, args) => withoutProxy(sip, trustedIpv4(args)),
    noSyntax: 'proxy-protocol ipv4 <address:ipv4> [<mask:mask>]',
    print: ({ proxies }) => proxies.map((proxy) => `proxy-protocol ${printTrustedEntry(proxy)}`),
  }),
  setting('proxy-protocol ipv6 <address:word>', 'A proxy that says for whom it speaks, by IPv6 address', {
    ours: true,
    set: (sip, { address }) => withProxy(sip, trustedIpv6(address)),
    unset: (sip, { address }) => withoutProxy(sip, trustedIpv6(address)),
    noSyntax: 'proxy-protocol ipv6 <address:word>',
    print: () => undefined,
  }),
];

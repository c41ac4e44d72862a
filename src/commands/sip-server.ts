import type { OutboundProxy, SipServer } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';
import { readTarget, targetText } from './target.ts';

/** `sip-server`: where dial peers with `session target sip-server` send their calls. */
export function sipServerSetting<R extends { readonly sipServer: SipServer | undefined }>(): Setting<R> {
  return settingsOf<R>()('sip-server <server:word>', 'Configure a SIP Server Interface', {
    standard: 'none',
    set: (sip, { server }) => ({ ...sip, sipServer: readTarget(server, 'SIP server') }),
    unset: (sip) => ({ ...sip, sipServer: undefined }),
    print: ({ sipServer }) => (sipServer === undefined ? undefined : `sip-server ${targetText(sipServer)}`),
  });
}

export function readProxy(typed: string, reuse: true | undefined): OutboundProxy {
  return { ...readTarget(typed, 'outbound proxy'), ...(reuse ? { reuse } : {}) };
}

export function proxyText(proxy: OutboundProxy): string {
  return `${targetText(proxy)}${proxy.reuse ? ' reuse' : ''}`;
}

/** `outbound-proxy`: where requests that begin something go first, whoever they are for. */
export function outboundProxySetting<R extends { readonly outboundProxy: OutboundProxy | undefined }>(): Setting<R> {
  return settingsOf<R>()('outbound-proxy <proxy:word> [reuse]', 'Where requests go, whoever they are for', {
    standard: 'none',
    set: (sip, { proxy, reuse }) => ({ ...sip, outboundProxy: readProxy(proxy, reuse) }),
    unset: (sip) => ({ ...sip, outboundProxy: undefined }),
    print: ({ outboundProxy }) =>
      outboundProxy === undefined ? undefined : `outbound-proxy ${proxyText(outboundProxy)}`,
  });
}

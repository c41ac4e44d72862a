import { type ServiceStop, type SipSettings, sipDefaults, type TransportName } from '../sip/settings.ts';
import { bindSetting } from './bind.ts';
import type { CommandSet } from './command-set.ts';
import { configMode, opener, settingsOf } from './config-mode.ts';
import { indented } from './indented.ts';
import { printKept } from './inert-mode.ts';
import { localNameText, readLocalName } from './local-name.ts';
import { printReliability, readReliability } from './reliability.ts';
import { blocks, section } from './section.ts';
import { printSessionTimer, readSessionTimer } from './session-timer.ts';
import { withoutBlocks } from './sip-blocks.ts';
import { sipLens } from './sip-lens.ts';
import { outboundProxySetting } from './sip-server.ts';
import { trustedListMode, trustedListOpener, trustedSettings } from './trusted-list.ts';

const setting = settingsOf<SipSettings>();

/** `udp`, `tcp` or `tcp tls`, as the words of a command. */
export function transportWords(transport: TransportName): string {
  return transport === 'tls' ? 'tcp tls' : transport;
}

export function transportNamed({
  udp,
  tls,
}: {
  readonly udp?: true | undefined;
  readonly tls?: true | undefined;
}): TransportName {
  if (udp) return 'udp';
  return tls ? 'tls' : 'tcp';
}

function stopping(sip: SipSettings, what: keyof SipSettings['stopped'], how: ServiceStop | undefined): SipSettings {
  const { [what]: _, ...others } = sip.stopped;
  return { ...sip, stopped: how === undefined ? others : { ...others, [what]: how } };
}

function printStop(words: string, how: ServiceStop | undefined): string | undefined {
  return how === undefined ? undefined : `${words}${how === 'forced' ? ' forced' : ''}`;
}

const sipServiceMode = configMode<SipSettings>({
  name: 'conf-serv-sip',
  parent: 'conf-voi-serv',
  prompt: 'conf-serv-sip',
  lens: sipLens,
  settings: [
    bindSetting<SipSettings>(),
    setting('min-se <seconds:int(90-86400)> [session-expires <expires:int(90-86400)>]', 'Session timer intervals', {
      standard: String(sipDefaults.minSe),
      set: (sip, { seconds, expires }) => ({ ...sip, ...readSessionTimer(seconds, expires) }),
      unset: (sip) => ({ ...sip, minSe: sipDefaults.minSe, sessionExpires: undefined }),
      print: (sip) =>
        sip.sessionExpires === undefined && sip.minSe === sipDefaults.minSe ? undefined : printSessionTimer(sip),
      default: `min-se ${sipDefaults.minSe}`,
    }),
    setting(
      'rel1xx {disable | require <required:word> | supported <supported:word>}',
      'Reliable provisional responses',
      {
        standard: 'supported 100rel',
        set: (sip, words) => ({ ...sip, rel1xx: readReliability(words) }),
        unset: (sip) => ({ ...sip, rel1xx: sipDefaults.rel1xx }),
        print: ({ rel1xx }) => (rel1xx === sipDefaults.rel1xx ? undefined : printReliability(rel1xx)),
        default: printReliability(sipDefaults.rel1xx),
      },
    ),
    setting('transport switch udp tcp', 'Requests that are too long for UDP go over TCP', {
      standard: 'off',
      set: (sip) => ({ ...sip, tcpWhenLong: true }),
      unset: (sip) => ({ ...sip, tcpWhenLong: sipDefaults.tcpWhenLong }),
      print: ({ tcpWhenLong }) => (tcpWhenLong ? 'transport switch udp tcp' : undefined),
      default: 'no transport switch udp tcp',
    }),
    setting('silent-discard untrusted', 'Do not answer sources that may not call', {
      standard: 'answered with 403',
      set: (sip) => ({ ...sip, silentDiscard: true }),
      unset: (sip) => ({ ...sip, silentDiscard: false }),
      print: ({ silentDiscard }) => (silentDiscard ? 'silent-discard untrusted' : undefined),
      default: 'no silent-discard untrusted',
    }),
    setting('url {sip | sips | tel}', 'Specify the format of URL', {
      standard: 'sip',
      set: (sip, { sips, tel }) => ({ ...sip, url: sips ? 'sips' : tel ? 'tel' : 'sip' }),
      unset: (sip) => ({ ...sip, url: sipDefaults.url }),
      print: ({ url }) => (url === sipDefaults.url ? undefined : `url ${url}`),
      default: `url ${sipDefaults.url}`,
    }),
    setting('session transport {udp | tcp [tls]}', 'SIP transport protocol used for outgoing messages', {
      standard: 'udp',
      set: (sip, args) => ({ ...sip, sessionTransport: transportNamed(args) }),
      unset: (sip) => ({ ...sip, sessionTransport: sipDefaults.sessionTransport }),
      print: ({ sessionTransport: transport }) =>
        transport === sipDefaults.sessionTransport ? undefined : `session transport ${transportWords(transport)}`,
      default: `session transport ${transportWords(sipDefaults.sessionTransport)}`,
    }),
    setting('listen-port [non-secure | secure] <port:int(1-65535)>', 'SIP listen port', {
      standard: '5060 and 5061',
      set: (sip, { secure, port }) => ({
        ...sip,
        listenPort: { ...sip.listenPort, [secure ? 'secure' : 'nonSecure']: port },
      }),
      unset: (sip, { nonSecure, secure }) => ({
        ...sip,
        listenPort: {
          nonSecure: secure ? sip.listenPort.nonSecure : sipDefaults.listenPort.nonSecure,
          secure: nonSecure ? sip.listenPort.secure : sipDefaults.listenPort.secure,
        },
      }),
      noSyntax: 'listen-port [non-secure | secure] [<port:int(1-65535)>]',
      print: ({ listenPort: { nonSecure, secure } }) => [
        ...(nonSecure === sipDefaults.listenPort.nonSecure ? [] : [`listen-port non-secure ${nonSecure}`]),
        ...(secure === sipDefaults.listenPort.secure ? [] : [`listen-port secure ${secure}`]),
      ],
      default: ({ listenPort: { nonSecure, secure } }) => [
        `listen-port non-secure ${nonSecure}`,
        `listen-port secure ${secure}`,
      ],
    }),
    setting('asserted-id {pai | ppi}', 'Say who calls in P-Asserted-Identity or P-Preferred-Identity', {
      standard: 'none',
      set: (sip, { pai }) => ({ ...sip, assertedId: pai ? 'pai' : 'ppi' }),
      unset: (sip) => ({ ...sip, assertedId: undefined }),
      noSyntax: 'asserted-id [pai | ppi]',
      print: ({ assertedId }) => (assertedId === undefined ? undefined : `asserted-id ${assertedId}`),
      default: 'no asserted-id',
    }),
    outboundProxySetting<SipSettings>(),
    setting('localhost <name:word> [preferred]', 'Host name in the place of the own address', {
      standard: 'the address',
      set: (sip, { name, preferred }) => ({ ...sip, localName: readLocalName(name, preferred) }),
      unset: (sip) => ({ ...sip, localName: undefined }),
      print: ({ localName }) => (localName === undefined ? undefined : localNameText(localName)),
      default: 'no localhost',
    }),
    setting('authenticate redirecting-number', 'Who sent a call on proves who we are', {
      standard: 'who calls',
      set: (sip) => ({ ...sip, authenticateRedirecting: true }),
      unset: (sip) => ({ ...sip, authenticateRedirecting: false }),
      print: ({ authenticateRedirecting }) => (authenticateRedirecting ? 'authenticate redirecting-number' : undefined),
      default: 'no authenticate redirecting-number',
    }),
    setting('call service stop [forced]', 'Shut the SIP service down', {
      standard: 'up',
      set: (sip, { forced }) => stopping(sip, 'sip', forced ? 'forced' : 'graceful'),
      unset: (sip) => stopping(sip, 'sip', undefined),
      print: ({ stopped }) => printStop('call service stop', stopped.sip),
      default: 'no call service stop',
    }),
  ],
});

const voiceServiceMode = configMode<SipSettings>({
  name: 'conf-voi-serv',
  prompt: 'conf-voi-serv',
  lens: sipLens,
  settings: [
    ...trustedSettings,
    setting('allow-connections sip to sip', 'Allow calls between SIP and SIP', {
      standard: 'not allowed',
      set: (sip) => ({ ...sip, allowSipToSip: true }),
      unset: (sip) => ({ ...sip, allowSipToSip: false }),
      print: (sip) => (sip.allowSipToSip ? 'allow-connections sip to sip' : undefined),
      default: 'no allow-connections sip to sip',
    }),
    setting('shutdown [forced]', 'Stop VoIP services gracefully', {
      standard: 'up',
      set: (sip, { forced }) => stopping(sip, 'service', forced ? 'forced' : 'graceful'),
      unset: (sip) => stopping(sip, 'service', undefined),
      print: ({ stopped }) => printStop('shutdown', stopped.service),
      default: 'no shutdown',
    }),
  ],
  commands: [
    trustedListOpener,
    opener('sip', 'Enter the SIP configuration mode', {
      mode: 'conf-serv-sip',
      focus: () => undefined,
      create: (tree) => tree,
      remove: (tree, _args, { world }) => withoutBlocks(tree, world.config.batch, 'conf-serv-sip'),
    }),
  ],
});

export const voiceServiceCommands: CommandSet = {
  config: [
    opener('voice service voip', 'Voice over IP service', {
      mode: 'conf-voi-serv',
      focus: () => undefined,
      create: (tree) => tree,
      remove: (tree, _args, { world }) => withoutBlocks(tree, world.config.batch, 'conf-voi-serv', 'conf-serv-sip'),
    }),
  ],
  modes: [voiceServiceMode.definition, trustedListMode.definition, sipServiceMode.definition],
  sections: [
    section('voice-service', (tree, all) => {
      const sip = sipServiceMode.print(tree, undefined, all);
      const list = trustedListMode.print(tree, undefined, all);
      const inside = [
        ...(list.length === 0 ? [] : [' ip address trusted list', ...indented(list)]),
        ...voiceServiceMode.print(tree, undefined, all),
        ...(sip.length === 0 ? [] : [' sip', ...indented(sip)]),
      ];
      return blocks([
        printKept(tree, 'voice-service', 'config'),
        inside.length === 0 ? [] : ['voice service voip', ...inside],
      ]);
    }),
  ],
};

import { redirectsDefault, type SessionTarget, type VoipPeer } from '../../call/index.ts';
import { IncompleteError } from '../../cli/index.ts';
import { peerBindSetting } from '../bind.ts';
import { type Setting, settingsOf } from '../config-mode.ts';
import { localNameText, readLocalName } from '../local-name.ts';
import { printReliability, readReliability } from '../reliability.ts';
import { proxyText, readProxy } from '../sip-server.ts';
import { readTarget, targetText } from '../target.ts';
import { codecSetting } from './peer-codec.ts';
import { keepaliveSettings } from './peer-keepalive.ts';

const setting = settingsOf<VoipPeer>();

const transportWords = { system: 'system', udp: 'udp', tcp: 'tcp', tls: 'tcp tls' } as const;

const otherTargets = /^(?:dhcp|ras|sip-uri|loopback:rtp|enum:(?:[1-9]|1[0-5]))(?::\d{1,5})?$/i;

/** Reads a session target. Throws for what cannot be one. */
function sessionTarget(typed: string): SessionTarget {
  const word = typed.toLowerCase();
  if (word === 'sip-server' || word === 'registrar') return { kind: word };
  if (otherTargets.test(typed)) return { kind: 'other', text: typed.toLowerCase() };
  const macro = /^dns:(\$[sdeu]\$)\.(.+)$/i.exec(typed);
  if (macro === null) return readTarget(typed, 'session target');
  const target = readTarget(`dns:${macro[2]}`, 'session target');
  return { ...target, host: `${macro[1]?.toLowerCase()}.${target.host}` };
}

function printTarget(target: SessionTarget): string {
  if (target.kind === 'other') return target.text;
  return 'host' in target ? targetText(target) : target.kind;
}

const dtmfRelays = [
  ['rtpNte', 'rtp-nte'],
  ['sipInfo', 'sip-info'],
  ['sipNotify', 'sip-notify'],
  ['sipKpml', 'sip-kpml'],
  ['h245Signal', 'h245-signal'],
  ['h245Alphanumeric', 'h245-alphanumeric'],
  ['ciscoRtp', 'cisco-rtp'],
] as const;

/** The sub-commands only a VoIP peer has: those running-config prints before the incoming numbers, and those after. */
export const voipSettings: Readonly<Record<'target' | 'media', readonly Setting<VoipPeer>[]>> = {
  target: [
    setting('voice-class sip url {sip | sips | tel | system}', 'URL scheme of outgoing calls', {
      standard: 'system',
      set: (peer, { sip, sips, tel }) => ({ ...peer, url: sip ? 'sip' : sips ? 'sips' : tel ? 'tel' : 'system' }),
      unset: (peer) => ({ ...peer, url: 'system' }),
      print: ({ url }) => (url === 'system' ? undefined : `voice-class sip url ${url}`),
      default: 'voice-class sip url system',
    }),
    setting(
      'voice-class sip rel1xx {disable | require <required:word> | supported <supported:word> | system}',
      'Reliable provisional responses',
      {
        standard: 'system',
        set: ({ rel1xx: _, ...peer }, { system, ...words }) =>
          system ? peer : { ...peer, rel1xx: readReliability(words) },
        unset: ({ rel1xx: _, ...peer }) => peer,
        print: ({ rel1xx }) => (rel1xx === undefined ? undefined : `voice-class sip ${printReliability(rel1xx)}`),
        default: 'voice-class sip rel1xx system',
      },
    ),
    setting('voice-class sip transport switch udp tcp', 'Requests that are too long for UDP go over TCP', {
      standard: 'as for all',
      set: (peer) => ({ ...peer, tcpWhenLong: true }),
      unset: ({ tcpWhenLong: _, ...peer }) => peer,
      print: ({ tcpWhenLong }) => (tcpWhenLong ? 'voice-class sip transport switch udp tcp' : undefined),
    }),
    setting('voice-class sip asserted-id {pai | ppi | disable | system}', 'Where calls say who calls', {
      standard: 'system',
      set: ({ assertedId: _, ...peer }, { pai, ppi, disable }) => {
        const chosen = pai ? 'pai' : ppi ? 'ppi' : disable ? 'none' : undefined;
        return chosen === undefined ? peer : { ...peer, assertedId: chosen };
      },
      unset: ({ assertedId: _, ...peer }) => peer,
      noSyntax: 'voice-class sip asserted-id [pai | ppi | disable | system]',
      print: ({ assertedId }) =>
        assertedId === undefined
          ? undefined
          : `voice-class sip asserted-id ${assertedId === 'none' ? 'disable' : assertedId}`,
      default: 'voice-class sip asserted-id system',
    }),
    setting('max-redirects <count:int(1-10)>', 'How often a call is sent on by 3xx', {
      standard: String(redirectsDefault),
      set: ({ maxRedirects: _, ...peer }, { count }) =>
        count === redirectsDefault ? peer : { ...peer, maxRedirects: count },
      unset: ({ maxRedirects: _, ...peer }) => peer,
      print: ({ maxRedirects }) => (maxRedirects === undefined ? undefined : `max-redirects ${maxRedirects}`),
      default: `max-redirects ${redirectsDefault}`,
    }),
    setting('voice-class sip tenant <tag:int(1-10000)>', 'Tenant whose settings hold', {
      standard: 'none',
      set: (peer, { tag }) => ({ ...peer, tenant: tag }),
      unset: ({ tenant: _, ...peer }) => peer,
      print: ({ tenant }) => (tenant === undefined ? undefined : `voice-class sip tenant ${tenant}`),
    }),
    setting(
      'voice-class sip outbound-proxy {system | <proxy:word> [reuse]}',
      'Where calls go first, whoever they are for',
      {
        standard: 'system',
        set: ({ outboundProxy: _, ...peer }, { proxy, reuse }) =>
          proxy === undefined ? peer : { ...peer, outboundProxy: readProxy(proxy, reuse) },
        unset: ({ outboundProxy: _, ...peer }) => peer,
        print: ({ outboundProxy }) =>
          outboundProxy === undefined ? undefined : `voice-class sip outbound-proxy ${proxyText(outboundProxy)}`,
        default: 'voice-class sip outbound-proxy system',
      },
    ),
    setting(
      'voice-class sip localhost {system | <name:word> [preferred]}',
      'Host name in the place of the own address',
      {
        standard: 'system',
        set: ({ localName: _, ...peer }, { name, preferred }) =>
          name === undefined ? peer : { ...peer, localName: readLocalName(name, preferred) },
        unset: ({ localName: _, ...peer }) => peer,
        print: ({ localName }) => (localName === undefined ? undefined : `voice-class sip ${localNameText(localName)}`),
        default: 'voice-class sip localhost system',
      },
    ),
    setting('session protocol {cisco | sipv2}', 'Session protocol of calls', {
      standard: 'cisco',
      set: ({ sessionProtocol: _, ...peer }, { sipv2 }) => (sipv2 ? { ...peer, sessionProtocol: 'sipv2' } : peer),
      unset: ({ sessionProtocol: _, ...peer }) => peer,
      print: ({ sessionProtocol }) =>
        sessionProtocol === undefined ? undefined : `session protocol ${sessionProtocol}`,
      default: 'session protocol cisco',
    }),
    setting('session target <target:word>', 'Where calls go', {
      set: ({ serverGroup: _, ...peer }, { target }) => ({ ...peer, sessionTarget: sessionTarget(target) }),
      unset: ({ sessionTarget: _, ...peer }) => peer,
      print: (peer) =>
        peer.sessionTarget === undefined ? undefined : `session target ${printTarget(peer.sessionTarget)}`,
    }),
    setting('session transport {system | udp | tcp [tls]}', 'Transport of outgoing calls', {
      standard: 'system',
      set: (peer, { system, udp, tls }) => ({
        ...peer,
        sessionTransport: system ? 'system' : udp ? 'udp' : tls ? 'tls' : 'tcp',
      }),
      unset: (peer) => ({ ...peer, sessionTransport: 'system' }),
      print: ({ sessionTransport }) =>
        sessionTransport === 'system' ? undefined : `session transport ${transportWords[sessionTransport]}`,
      default: 'session transport system',
    }),
    setting('session server-group <tag:int(1-10000)>', 'Servers that calls go to, in the place of a session target', {
      standard: 'none',
      set: ({ sessionTarget: _, ...peer }, { tag }) => ({ ...peer, serverGroup: tag }),
      unset: ({ serverGroup: _, ...peer }) => peer,
      print: ({ serverGroup }) => (serverGroup === undefined ? undefined : `session server-group ${serverGroup}`),
    }),
  ],
  media: [
    ...keepaliveSettings,
    peerBindSetting,
    setting(
      'dtmf-relay [rtp-nte [digit-drop] | sip-info | sip-notify | sip-kpml | h245-signal | h245-alphanumeric | cisco-rtp]...',
      'How pressed keys are sent',
      {
        set: (peer, args) => {
          const chosen = dtmfRelays.filter(([flag]) => args[flag]).map(([, name]) => name as string);
          if (chosen.length === 0) throw new IncompleteError();
          const nte = args.digitDrop ? chosen.indexOf('rtp-nte') : -1;
          return { ...peer, dtmfRelay: nte < 0 ? chosen : chosen.toSpliced(nte + 1, 0, 'digit-drop') };
        },
        unset: (peer) => ({ ...peer, dtmfRelay: [] }),
        print: ({ dtmfRelay }) => (dtmfRelay.length === 0 ? undefined : `dtmf-relay ${dtmfRelay.join(' ')}`),
        default: 'no dtmf-relay',
      },
    ),
    setting('voice-class codec <tag:int(1-10000)> [offer-all]', 'Codecs of calls, by preference', {
      standard: 'none',
      set: (peer, { tag, offerAll }) => ({ ...peer, codecClass: { tag, offerAll: offerAll === true } }),
      unset: ({ codecClass: _, ...peer }) => peer,
      print: ({ codecClass }) =>
        codecClass === undefined
          ? undefined
          : `voice-class codec ${codecClass.tag}${codecClass.offerAll ? ' offer-all' : ''}`,
    }),
    codecSetting,
    setting('supplementary-service sip refer', 'Pass a REFER to whom it is about', {
      standard: 'passed',
      set: ({ passesRefer: _, ...peer }) => peer,
      unset: (peer) => ({ ...peer, passesRefer: false }),
      reset: ({ passesRefer: _, ...peer }) => peer,
      print: ({ passesRefer }) => (passesRefer === false ? 'no supplementary-service sip refer' : undefined),
      default: 'supplementary-service sip refer',
    }),
    setting('vad', 'Use voice activity detection', {
      standard: 'on',
      set: (peer) => ({ ...peer, vad: true }),
      unset: (peer) => ({ ...peer, vad: false }),
      reset: (peer) => ({ ...peer, vad: true }),
      print: ({ vad }) => (vad ? undefined : 'no vad'),
      default: 'vad',
    }),
  ],
};

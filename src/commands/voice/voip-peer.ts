import { type CodecName, type SessionTarget, type VoipPeer, voipDefaults } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { codecs } from '../../media/index.ts';
import { type Setting, settingsOf } from '../config-mode.ts';

const setting = settingsOf<VoipPeer>();

const transportWords = { system: 'system', udp: 'udp', tcp: 'tcp', tls: 'tcp tls' } as const;

/** Reads `ipv4:A.B.C.D[:PORT]` or `dns:HOST[:PORT]`. Throws for anything else. */
function sessionTarget(typed: string): SessionTarget {
  const [kind = '', host = '', port, more] = typed.split(':', 4);
  const type = kind.toLowerCase();
  if (type !== 'ipv4' && type !== 'dns') throw new CommandError(`% Session target not supported: ${typed}`);
  const number = port === undefined ? undefined : portNumber(port);
  const named = type === 'ipv4' ? isIpv4(host) : isHostName(host);
  if (!named || more !== undefined || number === 0) throw new CommandError(`% Invalid session target: ${typed}`);
  return { kind: type, host, ...(number === undefined ? {} : { port: number }) };
}

/** 1 to 65535, else 0. */
function portNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number <= 65_535 ? number : 0;
}

function isIpv4(text: string): boolean {
  const octets = text.split('.', 5);
  return octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256);
}

function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label));
}

function targetText({ kind, host, port }: SessionTarget): string {
  return `${kind}:${host}${port === undefined ? '' : `:${port}`}`;
}

/** Whole packets of 10 ms up to 240 bytes, as IOS rounds and bounds them. */
function checkedBytes(codec: CodecName, bytes: number): number {
  const unit = codecs[codec].bytesPer10Ms;
  if (bytes % unit !== 0) throw new CommandError(`% Payload size must be a multiple of ${unit} bytes`);
  return bytes;
}

const dtmfRelays = [
  ['rtpNte', 'rtp-nte'],
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
    setting('session protocol {cisco | sipv2}', 'Session protocol of calls', {
      standard: 'cisco',
      set: (peer, { cisco }) => ({ ...peer, sessionProtocol: cisco ? 'cisco' : 'sipv2' }),
      unset: ({ sessionProtocol: _, ...peer }) => peer,
      print: ({ sessionProtocol }) =>
        sessionProtocol === undefined ? undefined : `session protocol ${sessionProtocol}`,
    }),
    setting('session target <target:word>', 'Where calls go', {
      set: (peer, { target }) => ({ ...peer, sessionTarget: sessionTarget(target) }),
      unset: ({ sessionTarget: _, ...peer }) => peer,
      print: (peer) =>
        peer.sessionTarget === undefined ? undefined : `session target ${targetText(peer.sessionTarget)}`,
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
  ],
  media: [
    setting(
      'dtmf-relay [rtp-nte | sip-notify | sip-kpml | h245-signal | h245-alphanumeric | cisco-rtp]...',
      'How pressed keys are sent',
      {
        set: (peer, args) => {
          const chosen = dtmfRelays.filter(([flag]) => args[flag]).map(([, name]) => name);
          if (chosen.length === 0) throw new CommandError('% Incomplete command.');
          return { ...peer, dtmfRelay: chosen };
        },
        unset: (peer) => ({ ...peer, dtmfRelay: [] }),
        print: ({ dtmfRelay }) => (dtmfRelay.length === 0 ? undefined : `dtmf-relay ${dtmfRelay.join(' ')}`),
        default: 'no dtmf-relay',
      },
    ),
    setting('codec {g711ulaw | g711alaw | g729r8} [bytes <count:int(10-240)>]', 'Codec of calls', {
      standard: 'g729r8',
      set: ({ codecBytes: _, ...peer }, { g711ulaw, g711alaw, count }) => {
        const codec = g711ulaw ? 'g711ulaw' : g711alaw ? 'g711alaw' : 'g729r8';
        return { ...peer, codec, ...(count === undefined ? {} : { codecBytes: checkedBytes(codec, count) }) };
      },
      unset: ({ codecBytes: _, ...peer }) => ({ ...peer, codec: voipDefaults.codec }),
      print: ({ codec, codecBytes }) => {
        if (codec === voipDefaults.codec && codecBytes === undefined) return undefined;
        return `codec ${codec}${codecBytes === undefined ? '' : ` bytes ${codecBytes}`}`;
      },
      default: `codec ${voipDefaults.codec}`,
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

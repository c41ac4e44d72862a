import type { DialPeer, VoipPeer } from '../../call/index.ts';
import type { Tree } from '../tree.ts';

interface Line {
  readonly place: string;
  readonly line: string;
  readonly reason: string;
}

/** Words of settings that have no effect here, and why: the rest of their lines has. */
export function voiceWithoutEffect(tree: Tree): readonly Line[] {
  return [
    ...[...tree.dialPlan.peers.values()].flatMap(peerLines),
    ...sipLines(tree),
    ...[...tree.tlsClasses.profiles.values()].flatMap(({ tag, sni }) =>
      sni ? [{ place: `voice class tls-profile ${tag}`, line: 'sni send', reason: 'the name is always sent' }] : [],
    ),
    ...profileLines(tree),
  ];
}

function peerLines(peer: DialPeer): readonly Line[] {
  if (peer.kind === 'pots') return [];
  const place = `dial-peer voice ${peer.tag} voip`;
  return voipLines(peer).map(([line, reason]) => ({ place, line, reason }));
}

function voipLines(peer: VoipPeer): readonly (readonly [line: string, reason: string])[] {
  const { codecClass, codecFixed, dtmfRelay, otherCodec, sessionTarget } = peer;
  return [
    ...(codecClass?.offerAll
      ? [
          [
            `voice-class codec ${codecClass.tag} offer-all`,
            'nothing is transcoded: what both sides know is offered',
          ] as const,
        ]
      : []),
    ...(codecFixed ? [['codec ... fixed-bytes', 'the payload size is not negotiated'] as const] : []),
    ...(dtmfRelay.includes('digit-drop') ? [['dtmf-relay rtp-nte digit-drop', 'there is no audio'] as const] : []),
    ...(otherCodec === undefined || otherCodec === 'transparent'
      ? []
      : [[`codec ${otherCodec}`, 'is not spoken: calls fail'] as const]),
    ...(sessionTarget?.kind === 'other'
      ? [[`session target ${sessionTarget.text}`, 'is not supported: the peer is down'] as const]
      : []),
  ];
}

function sipLines({ sip: { registrarOfDhcp } }: Tree): readonly Line[] {
  if (registrarOfDhcp === undefined) return [];
  const reason = 'no DHCP server is asked: numbers are not registered there';
  return [{ place: 'sip-ua', line: 'registrar dhcp', reason }];
}

function profileLines({ voiceClasses }: Tree): readonly Line[] {
  return [...voiceClasses.profiles.values()].flatMap(({ name, rules: { calling: _, called: _called, ...others } }) =>
    Object.values(others).map((rule) => ({
      place: `voice translation-profile ${name}`,
      line: `translate ... ${rule}`,
      reason: 'redirecting and callback numbers are not carried',
    })),
  );
}

import type { DialPeer, PotsPeer, VoipPeer } from '../../call/index.ts';
import { harmless, type Reason } from '../inert-reason.ts';
import { type KeptWithoutEffect, withoutEffect } from '../kept.ts';
import { numberKinds } from '../number-kinds.ts';
import type { Tree } from '../tree.ts';

/** Words of settings that have no effect here, and why: the rest of their lines has. */
export function voiceWithoutEffect(tree: Tree): readonly KeptWithoutEffect[] {
  return [
    ...[...tree.dialPlan.peers.values()].flatMap(peerLines),
    ...sipLines(tree),
    ...[...tree.tlsClasses.profiles.values()].flatMap(({ tag, sni }) =>
      sni ? [withoutEffect([`voice class tls-profile ${tag}`], 'sni send', harmless('the name is always sent'))] : [],
    ),
    ...profileLines(tree),
  ];
}

function peerLines(peer: DialPeer): readonly KeptWithoutEffect[] {
  const block = [`dial-peer voice ${peer.tag} ${peer.kind}`];
  if (peer.kind === 'pots') return potsLines(peer).map(([line, reason]) => withoutEffect(block, line, reason));
  return voipLines(peer).map(([line, reason]) => withoutEffect(block, line, reason));
}

const challenged = 'a call is challenged as the VoIP peer says that it comes by, or sip-ua';

/** Passwords stay where they are typed. */
function potsLines({ authentication = [] }: PotsPeer): readonly (readonly [line: string, reason: Reason])[] {
  return authentication
    .filter(({ challenge }) => challenge)
    .map(({ username, realm }) => [`authentication username ${username} ... realm ${realm} challenge`, challenged]);
}

function voipLines(peer: VoipPeer): readonly (readonly [line: string, reason: Reason])[] {
  const { codecClass, codec, codecBytes, codecFixed, dtmfRelay, otherCodec, sessionTarget } = peer;
  return [
    ...(codecClass?.offerAll
      ? [
          [
            `voice-class codec ${codecClass.tag} offer-all`,
            'nothing is transcoded: what both sides know is offered',
          ] as const,
        ]
      : []),
    ...(codecFixed
      ? [[`codec ${codec} bytes ${codecBytes} fixed-bytes`, 'the payload size is not negotiated'] as const]
      : []),
    ...(dtmfRelay.includes('digit-drop') ? [['dtmf-relay rtp-nte digit-drop', 'there is no audio'] as const] : []),
    ...(otherCodec === undefined || otherCodec === 'transparent'
      ? []
      : [[`codec ${otherCodec}`, 'is not spoken: calls fail'] as const]),
    ...(sessionTarget?.kind === 'other'
      ? [[`session target ${sessionTarget.text}`, 'is not supported: the peer is down'] as const]
      : []),
  ];
}

function sipLines({ sip: { registrarOfDhcp } }: Tree): readonly KeptWithoutEffect[] {
  if (registrarOfDhcp === undefined) return [];
  return [withoutEffect(['sip-ua'], 'registrar dhcp', 'no DHCP server is asked: numbers are not registered there')];
}

const uncarried = 'redirecting and callback numbers are not carried';

function profileLines({ voiceClasses }: Tree): readonly KeptWithoutEffect[] {
  return [...voiceClasses.profiles.values()].flatMap(({ name, rules }) =>
    numberKinds.flatMap(([kind, word]) => {
      const rule = kind === 'calling' || kind === 'called' ? undefined : rules[kind];
      const block = [`voice translation-profile ${name}`];
      return rule === undefined ? [] : [withoutEffect(block, `translate ${word} ${rule}`, uncarried)];
    }),
  );
}

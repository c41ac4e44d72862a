import { type CodecName, codecNames } from '../media/codec.ts';
import type { VoiceClasses, VoipPeer } from './settings.ts';

/** A codec a dial peer allows, and the payload bytes of its packets where they were typed. */
export interface AllowedCodec {
  readonly name: CodecName;
  readonly bytes?: number;
}

const anyCodec: readonly AllowedCodec[] = codecNames.map((name) => ({ name }));

/** The codecs of a peer, the preferred first; a class that is not there leaves it its own codec. The default peer has any. */
export function codecsOf(peer: VoipPeer | undefined, classes: VoiceClasses): readonly AllowedCodec[] {
  if (peer === undefined) return anyCodec;
  if (peer.otherCodec !== undefined) return peer.otherCodec === 'transparent' ? anyCodec : [];
  const listed = peer.codecClass === undefined ? undefined : classes.codecs.get(peer.codecClass.tag)?.codecs;
  if (listed !== undefined && listed.size > 0)
    return [...listed].toSorted(([a], [b]) => a - b).map(([, codec]) => codec);
  return [{ name: peer.codec, ...(peer.codecBytes === undefined ? {} : { bytes: peer.codecBytes }) }];
}

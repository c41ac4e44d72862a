import { type CodecName, type VoipPeer, voipDefaults } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { codecs } from '../../media/index.ts';
import { type Setting, settingsOf } from '../config-mode.ts';

const setting = settingsOf<VoipPeer>();

/** Whole packets of 10 ms up to 240 bytes, as IOS rounds and bounds them. */
export function checkedBytes(codec: CodecName, bytes: number): number {
  const unit = codecs[codec].bytesPer10Ms;
  if (bytes % unit !== 0) throw new CommandError(`% Payload size must be a multiple of ${unit} bytes`);
  return bytes;
}

/** Codecs of IOS that are taken and read back: a peer with one makes and takes no call, `transparent` any. */
const others = [
  'g729br8',
  'g722-64',
  'g723ar53',
  'g723ar63',
  'g723r53',
  'g723r63',
  'g726r16',
  'g726r24',
  'g726r32',
  'g728',
  'gsmefr',
  'gsmfr',
  'gsmamr-nb',
  'ilbc',
  'isac',
  'aacld',
  'opus',
  'clear-channel',
  'transparent',
];

const spoken = '{g711ulaw | g711alaw | g729r8} [bytes <count:int(10-240)> [fixed-bytes]]';

interface Words {
  readonly g711ulaw?: true | undefined;
  readonly g711alaw?: true | undefined;
  readonly g729r8?: true | undefined;
  readonly count?: number | undefined;
  readonly fixedBytes?: true | undefined;
}

function bare({ codecBytes: _, codecFixed: _fixed, otherCodec: _other, ...peer }: VoipPeer): VoipPeer {
  return peer;
}

function withCodec(peer: VoipPeer, words: Words): VoipPeer {
  const codec = words.g711ulaw ? 'g711ulaw' : words.g711alaw ? 'g711alaw' : 'g729r8';
  const { count } = words;
  return {
    ...bare(peer),
    codec,
    ...(count === undefined ? {} : { codecBytes: checkedBytes(codec, count) }),
    ...(words.fixedBytes ? { codecFixed: true } : {}),
  };
}

/** The word of another codec, if one was typed. */
function otherOf(words: Words): string | undefined {
  return others.find(
    (name) =>
      Reflect.get(
        words,
        name.replace(/-(.)/g, (_, next: string) => next.toUpperCase()),
      ) === true,
  );
}

/** `codec`: the one codec of a VoIP peer. */
export const codecSetting: Setting<VoipPeer> = setting(
  `codec {${spoken as '{g711ulaw | g711alaw | g729r8} [bytes <count:int(10-240)> [fixed-bytes]]'} | {${others.join(' | ') as 'transparent'}}}`,
  'Codec of calls',
  {
    standard: 'g729r8',
    set: (peer, words) => {
      const other = otherOf(words);
      return other === undefined ? withCodec(peer, words) : { ...bare(peer), codec: peer.codec, otherCodec: other };
    },
    unset: (peer) => ({ ...bare(peer), codec: voipDefaults.codec }),
    print: ({ codec, codecBytes, codecFixed, otherCodec }) => {
      if (otherCodec !== undefined) return `codec ${otherCodec}`;
      if (codec === voipDefaults.codec && codecBytes === undefined) return undefined;
      const bytes = codecBytes === undefined ? '' : ` bytes ${codecBytes}${codecFixed ? ' fixed-bytes' : ''}`;
      return `codec ${codec}${bytes}`;
    },
    default: `codec ${voipDefaults.codec}`,
  },
);

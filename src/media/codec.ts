/** The audio codecs of dial peers, as IOS names them. */
export type CodecName = 'g711ulaw' | 'g711alaw' | 'g729r8';

export interface Codec {
  readonly name: CodecName;
  /** Static payload type (RFC 3551 6) and name in SDP. */
  readonly payloadType: number;
  readonly encoding: string;
  /** Payload bytes of 10 ms. */
  readonly bytesPer10Ms: number;
  /** Payload bytes of a packet when the dial peer names none. */
  readonly defaultBytes: number;
  /** Format parameters, '' for none. */
  readonly parameters: string;
}

export const codecs: Readonly<Record<CodecName, Codec>> = {
  g711ulaw: {
    name: 'g711ulaw',
    payloadType: 0,
    encoding: 'PCMU',
    bytesPer10Ms: 80,
    defaultBytes: 160,
    parameters: '',
  },
  g711alaw: {
    name: 'g711alaw',
    payloadType: 8,
    encoding: 'PCMA',
    bytesPer10Ms: 80,
    defaultBytes: 160,
    parameters: '',
  },
  g729r8: {
    name: 'g729r8',
    payloadType: 18,
    encoding: 'G729',
    bytesPer10Ms: 10,
    defaultBytes: 20,
    parameters: 'annexb=no',
  },
};

export const codecNames: readonly CodecName[] = ['g711ulaw', 'g711alaw', 'g729r8'];

/** Milliseconds of audio in a packet of `bytes` payload bytes. */
export function packetMs(codec: CodecName, bytes: number): number {
  return Math.max(10, Math.floor(bytes / codecs[codec].bytesPer10Ms) * 10);
}

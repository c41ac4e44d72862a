import { type CodecName, codecs, type LocalAudio } from '../media/index.ts';

type Pair = readonly [from: number, to: number | undefined];

/** The payload types that a leg ever named to its peer: what is on its way may still bear those of an older description. */
export class PayloadNumbers {
  readonly #events = new Set<number>();
  readonly #types = new Map<CodecName, Set<number>>();

  /** A description was made, and the peer may send so from now on. */
  note({ codec, payloadType, alternatives, telephoneEvent }: LocalAudio): void {
    this.#name(codec, payloadType);
    for (const one of alternatives) this.#name(one, codecs[one].payloadType);
    if (telephoneEvent !== undefined) this.#events.add(telephoneEvent);
  }

  /** What the peer sends, and what the other side wants for it; a codec comes before events of the same number. */
  towards(codec: CodecName | undefined, type: number | undefined, event: number | undefined): readonly Pair[] {
    const types = codec === undefined || type === undefined ? undefined : this.#types.get(codec);
    return [
      ...[...this.#events].map((from): Pair => [from, event]),
      ...[...(types ?? [])].map((from): Pair => [from, type]),
    ];
  }

  #name(codec: CodecName, type: number): void {
    const types = this.#types.get(codec) ?? new Set();
    this.#types.set(codec, types.add(type));
  }
}

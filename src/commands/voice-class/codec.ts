import type { CodecClass, CodecName } from '../../call/index.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import type { Tree } from '../tree.ts';
import { checkedBytes } from '../voice/peer-codec.ts';
import { withNumber, withoutNumber } from './numbered.ts';

const setting = settingsOf<CodecClass>();
const lens = entryLens<number, CodecClass>(
  (tree) => tree.voiceClasses.codecs,
  (tree, codecs) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, codecs } }),
);

type Named = CodecClass['codecs'];

function withCodec(codecs: Named, preference: number, name: CodecName, bytes: number | undefined): Named {
  const codec = { name, ...(bytes === undefined ? {} : { bytes: checkedBytes(name, bytes) }) };
  return withNumber(new Map([...codecs].filter(([, other]) => other.name !== name)), preference, codec);
}

export const codecClassMode = configMode<CodecClass>({
  name: 'config-class-codec',
  prompt: 'config-class',
  lens,
  settings: [
    setting(
      'codec preference <order:int(1-24)> {g711ulaw | g711alaw | g729r8} [bytes <count:int(10-240)>]',
      'Codec by preference, 1 first',
      {
        standard: 'none',
        set: (record, { order, g711ulaw, g711alaw, count }) => ({
          ...record,
          codecs: withCodec(record.codecs, order, g711ulaw ? 'g711ulaw' : g711alaw ? 'g711alaw' : 'g729r8', count),
        }),
        unset: (record, { order }) => ({ ...record, codecs: withoutNumber(record.codecs, order) }),
        noSyntax: 'codec preference <order:int(1-24)> [<rest:line>]',
        print: ({ codecs }) =>
          [...codecs].map(
            ([order, { name, bytes }]) =>
              `codec preference ${order} ${name}${bytes === undefined ? '' : ` bytes ${bytes}`}`,
          ),
      },
    ),
  ],
});

export const codecClassOpener = opener('voice class codec <tag:int(1-10000)>', 'List of codecs', {
  mode: 'config-class-codec',
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.voiceClasses.codecs.has(tag) ? tree : lens.write(tree, tag, { tag, codecs: new Map() }, world.config.batch),
  remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
});

export function printCodecClasses(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.codecs.keys(), (tag) => [
      `voice class codec ${tag}`,
      ...codecClassMode.print(tree, tag, all),
    ]),
  );
}

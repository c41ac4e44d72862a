import type { DialPeer, PatternMapUse } from '../../call/index.ts';
import { type Setting, settingsOf } from '../config-mode.ts';

/** The lines of a dial peer that name a `voice class e164-pattern-map`. */

const setting = settingsOf<DialPeer>();

function mapping(peer: DialPeer, use: PatternMapUse, tag: number | undefined): DialPeer {
  const { patternMaps, ...others } = peer;
  const { [use]: _, ...rest } = patternMaps ?? {};
  const next = tag === undefined ? rest : { ...rest, [use]: tag };
  return Object.keys(next).length === 0 ? others : { ...others, patternMaps: next };
}

function mapSetting(use: PatternMapUse, words: string, help: string): Setting<DialPeer> {
  return setting<string>(`${words} e164-pattern-map <tag:int(1-10000)>`, help, {
    standard: 'none',
    set: (peer, { tag }) => mapping(peer, use, Number(tag)),
    unset: (peer) => mapping(peer, use, undefined),
    print: ({ patternMaps }) =>
      patternMaps?.[use] === undefined ? undefined : `${words} e164-pattern-map ${patternMaps[use]}`,
  });
}

export const destinationMap: Setting<DialPeer> = mapSetting(
  'destination',
  'destination',
  'Map of numbers it is called by',
);

export const incomingMaps: readonly Setting<DialPeer>[] = [
  mapSetting('called', 'incoming called', 'Map of called numbers of incoming calls'),
  mapSetting('calling', 'incoming calling', 'Map of calling numbers of incoming calls'),
];

import type { DialPeer, VoipPeer } from '../../call/index.ts';
import { type Setting, settingsOf } from '../config-mode.ts';

const setting = settingsOf<DialPeer>();
const voip = settingsOf<VoipPeer>();

type MapName = 'destinationMap' | 'incomingCalledMap' | 'incomingCallingMap';

function mapSetting(words: string, name: MapName, help: string): Setting<DialPeer> {
  return setting(`${words as 'x'} e164-pattern-map <tag:int(1-10000)>`, help, {
    standard: 'none',
    set: (peer, { tag }) => ({ ...peer, [name]: tag }),
    unset: ({ [name]: _, ...peer }) => peer as DialPeer,
    print: ({ [name]: tag }) => (tag === undefined ? undefined : `${words} e164-pattern-map ${tag}`),
  });
}

/** A list of patterns in the place of one. */
export const destinationMap = mapSetting('destination', 'destinationMap', 'List of patterns of called numbers');
export const incomingMaps: readonly Setting<DialPeer>[] = [
  mapSetting('incoming called', 'incomingCalledMap', 'List of patterns of numbers that incoming calls are for'),
  mapSetting('incoming calling', 'incomingCallingMap', 'List of patterns of numbers that incoming calls are from'),
];

/** Where calls that come in by this peer leave, whatever their number. */
export const destinationGroup = setting('destination dpg <tag:int(1-10000)>', 'Dial peers that its calls leave by', {
  standard: 'none',
  set: (peer, { tag }) => ({ ...peer, destinationGroup: tag }),
  unset: ({ destinationGroup: _, ...peer }) => peer,
  print: ({ destinationGroup: tag }) => (tag === undefined ? undefined : `destination dpg ${tag}`),
});

const places = ['via', 'request', 'to', 'from'] as const;

function incomingUri(place: (typeof places)[number]): Setting<VoipPeer> {
  return voip(`incoming uri ${place as 'x'} <name:word>`, 'Match a URI of incoming calls', {
    standard: 'none',
    set: (peer, { name }) => ({ ...peer, incomingUri: { ...peer.incomingUri, [place]: name } }),
    unset: (peer) => {
      const { [place]: _, ...others } = peer.incomingUri;
      return { ...peer, incomingUri: others };
    },
    print: ({ incomingUri: { [place]: name } }) => (name === undefined ? undefined : `incoming uri ${place} ${name}`),
  });
}

/** What chooses a VoIP peer by a `voice class uri`. */
export const uriSettings: readonly Setting<VoipPeer>[] = [
  voip('destination uri <name:word>', 'Match the URI that a call was sent to', {
    standard: 'none',
    set: (peer, { name }) => ({ ...peer, destinationUri: name }),
    unset: ({ destinationUri: _, ...peer }) => peer,
    print: ({ destinationUri }) => (destinationUri === undefined ? undefined : `destination uri ${destinationUri}`),
  }),
  ...places.map(incomingUri),
];

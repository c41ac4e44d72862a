/**
 * media: what SDP says and where RTP arrives.
 *
 * - `sdp` reads descriptions, `audio` finds the audio stream in one and writes ours (offer and answer), `codec` is the
 *   table of codecs. Pure.
 * - `rtp-ports` keeps bound sockets ready, `rtp-port` is one of them: it counts, and relays between two SIP legs, whose payload types
 *   `payload-map` translates.
 *
 * - `telephone-event` reads the keys in packets of telephone events that cannot go on as they are. Pure.
 *
 * Who tells whom: a call leg takes a port, names its peer and frees it; the port tells its user only of failure. The
 * audio itself (tones, transcoding) is not here yet.
 *
 * **Standards:** RFC 8866 (SDP), RFC 3264 and RFC 6337 (offer and answer, one audio stream), RFC 3551 (payload types),
 * RFC 4733 (telephone events, named in SDP, relayed in the numbers of each side), RFC 3550 5.1 (the RTP header).
 */
export {
  answerDirection,
  isSameAudio,
  type LocalAudio,
  narrowed,
  printAnswer,
  printOffer,
  type RemoteAudio,
  remoteAudio,
} from './audio.ts';
export { type CodecName, codecNames, codecs } from './codec.ts';
export { payloadMap } from './payload-map.ts';
export type { RtpPort } from './rtp-port.ts';
export { type RtpPortCounters, type RtpPortOptions, RtpPorts, rtpPortDefaults, rtpPortsWithin } from './rtp-ports.ts';
export { type Direction, parseSdp, type Sdp } from './sdp.ts';
export { type Digit, TelephoneEvents } from './telephone-event.ts';

/**
 * port: telephone ports and what is plugged into them.
 *
 * - `voice-port` is an FXS port: a table of hook and ringing states. `device` (ours) says what is plugged in: nothing,
 *   a telephone that answers after a short ring, one that never does, or one with its receiver off.
 * - `voice-ports` is the set the configuration names.
 *
 * Who tells whom: a call leg rings a port or dials from it, as its `PortUser`; the port tells that user of the answer, of
 * a ring nobody heard, and of a receiver put down. The leg ends the call on the port with `release`.
 *
 * **Standards:** none; the words of `show voice port summary` are IOS's.
 */
export type { PortReport } from './report.ts';
export { type CallTranslation, type VoicePortDevice, type VoicePortSettings, voicePortDefaults } from './settings.ts';
export { type PortOptions, type PortUser, portDefaults, type VoicePort } from './voice-port.ts';
export { VoicePorts } from './voice-ports.ts';

/** `translation-profile {incoming | outgoing} NAME`. */
export interface CallTranslation {
  readonly incoming?: string;
  readonly outgoing?: string;
}

/** `voice-port SLOT/SUBUNIT/PORT`: an FXS port. */
export interface VoicePortSettings {
  readonly name: string;
  readonly description?: string;
  readonly shutdown: boolean;
  /** `device ...`, ours: what is plugged into the port. `none`: nothing, the port rings unheard. */
  readonly device: VoicePortDevice;
  /** `caller-id enable [type X]`: the type as typed, '' without one, absent when off. */
  readonly callerId?: string;
  readonly translation: CallTranslation;
  /** `busyout monitor keepalive`. */
  readonly monitorsKeepalive?: true;
  /** `timeouts ringing`: seconds, or `infinity`; absent: 180. */
  readonly ringing?: number | 'infinity';
}

export type VoicePortDevice = 'none' | 'answer' | 'no-answer' | 'busy';

export const voicePortDefaults = { shutdown: false, device: 'none', translation: {} } as const;

import type { SignalingEntry, TlsVersions } from './tls-settings.ts';

export {
  type CipherChoice,
  type CipherName,
  cipherNames,
  type ProfileEntry,
  type SignalingEntry,
  type TlsCipherClass,
  type TlsClasses,
  type TlsProfile,
  type TlsVersions,
  type TrustpointEntry,
} from './tls-settings.ts';

/** The SIP part of the running configuration (`sip-ua`, and `sip` under `voice service voip`), as typed. Defaults are IOS's. */
export type TransportName = 'udp' | 'tcp' | 'tls';
export type UrlScheme = 'sip' | 'sips' | 'tel';

/** One `registrar` line. Kept and read back; the registering client comes with a later issue. */
export interface RegistrarSettings {
  readonly target: string;
  readonly expiresSeconds: number;
  readonly transport: TransportName;
  readonly scheme: 'sip' | 'sips';
  readonly type?: string;
  readonly aorDomain: boolean;
}

export interface SipSettings {
  /** `transport {udp | tcp [tls]}`: which sockets listen. */
  readonly transports: Readonly<Record<TransportName, boolean>>;
  /** The versions of TLS that are spoken, in both directions. */
  readonly tlsVersions: TlsVersions;
  /** `listen-port [non-secure | secure]`. */
  readonly listenPort: { readonly nonSecure: number; readonly secure: number };
  /** `bind {control | media | all} source-interface IF`: interface names. */
  readonly bind: { readonly control?: string; readonly media?: string };
  /** `url {sip | sips | tel}`. */
  readonly url: UrlScheme;
  /** `session transport {udp | tcp [tls]}`. */
  readonly sessionTransport: TransportName;
  /** `crypto signaling`, in the order typed. */
  readonly signaling: readonly SignalingEntry[];
  readonly registrar: { readonly primary?: RegistrarSettings; readonly secondary?: RegistrarSettings };
  /** `retry X N`, by X; only what was typed. */
  readonly retry: Readonly<Partial<Record<RetryName, number>>>;
  /** `timers X N` in the unit of the command, by X; only what was typed. */
  readonly timers: Readonly<Partial<Record<TimerName, number>>>;
  readonly maxForwards: number;
  /** `shutdown [forced]` under `voice service voip`, `call service stop [forced]` under its `sip`. */
  readonly stopped: { readonly service?: ServiceStop; readonly sip?: ServiceStop };
  /** `retry register N exhausted-random-interval minimum MIN maximum MAX`, minutes. */
  readonly registerExhausted: { readonly minimum: number; readonly maximum: number } | undefined;
  /** `sip-server`: where a dial peer's `session target sip-server` leads. */
  readonly sipServer: SipServer | undefined;
  /** `allow-connections sip to sip` under `voice service voip`. */
  readonly allowSipToSip: boolean;
}

/** `forced`: calls in being are released too. */
export type ServiceStop = 'graceful' | 'forced';

export interface SipServer {
  readonly kind: 'ipv4' | 'ipv6' | 'dns';
  readonly host: string;
  readonly port?: number;
}

export const retryDefaults = {
  invite: 6,
  response: 6,
  bye: 10,
  cancel: 10,
  prack: 10,
  comet: 10,
  notify: 10,
  refer: 10,
  subscribe: 10,
  rel1xx: 6,
  info: 6,
  options: 6,
  update: 6,
  register: 6,
  keepalive: 6,
} as const;
export type RetryName = keyof typeof retryDefaults;

/** `connectionAging` minutes, `connectionEstablishTls` seconds, `hold` minutes, the rest milliseconds. */
export const timerDefaults = {
  trying: 500,
  connect: 500,
  disconnect: 500,
  prack: 500,
  rel1xx: 500,
  notify: 500,
  refer: 500,
  register: 500,
  info: 500,
  options: 500,
  update: 500,
  comet: 500,
  expires: 180_000,
  hold: 2880,
  connectionAging: 5,
  connectionEstablishTls: 20,
} as const;
export type TimerName = keyof typeof timerDefaults;

export const sipDefaults: SipSettings = {
  transports: { udp: true, tcp: true, tls: true },
  tlsVersions: 'all',
  listenPort: { nonSecure: 5060, secure: 5061 },
  bind: {},
  url: 'sip',
  sessionTransport: 'udp',
  signaling: [],
  registrar: {},
  retry: {},
  timers: {},
  maxForwards: 70,
  stopped: {},
  registerExhausted: undefined,
  sipServer: undefined,
  allowSipToSip: false,
};

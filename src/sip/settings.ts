import type { LimitSettings } from './limits.ts';
import type { TrustedEntry } from './screen/index.ts';
import type { SignalingEntry, TlsVersions } from './tls-settings.ts';

export { type LimitName, limitTable } from './limits.ts';
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

/** One `registrar` line. Index and `secondary` tell it from the others. */
export interface RegistrarSettings extends RegisterSettings {
  /** 1 to 6; absent for the form of 12.4. */
  readonly index?: number;
  readonly secondary: boolean;
  /** As typed: `dns:HOST[:PORT]`, `ipv4:A.B.C.D[:PORT]`, `ipv6:[A][:PORT]`. */
  readonly target: string;
}

/** How numbers are registered, wherever the registrar is. */
export interface RegisterSettings {
  readonly expiresSeconds: number;
  readonly transport: TransportName;
  readonly scheme: 'sip' | 'sips';
  readonly type?: string;
  readonly aorDomain: boolean;
  /** Only credentials of this realm are used for it, and only its challenges are answered. */
  readonly authRealm?: string;
  readonly randomContact: boolean;
  /** Percent of the granted time after which a registration is refreshed. */
  readonly refreshRatio: number;
}

/** A password in clear, or sealed as type 6 with a key that this gateway does not have. */
export type SipPassword = { readonly clear: string } | { readonly sealed: string };

/** One `authentication` line. */
export interface AuthenticationEntry {
  readonly username: string;
  readonly password: SipPassword;
  /** Absent: for every realm that no other entry names. */
  readonly realm?: string;
  /** For challenging requests that come in, not for answering challenges. */
  readonly challenge: boolean;
}

/** One `credentials` line. */
export interface CredentialsEntry {
  /** A number to register beside those of the dial peers. */
  readonly number?: string;
  readonly username: string;
  readonly password: SipPassword;
  readonly realm: string;
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
  /** `registrar`, in the order typed. */
  readonly registrars: readonly RegistrarSettings[];
  /** `registrar dhcp`: kept, as nothing here asks a DHCP server. Never beside a first registrar without index. */
  readonly registrarOfDhcp: RegisterSettings | undefined;
  readonly authentication: readonly AuthenticationEntry[];
  readonly credentials: readonly CredentialsEntry[];
  /** `remote-party-id`: who calls is said in Remote-Party-ID too. */
  readonly remotePartyId: boolean;
  /** `asserted-id {pai | ppi}`: it is said in that header instead. */
  readonly assertedId: AssertedId | undefined;
  /** `keepalive target`: who is asked whether it lives, for the ports that depend on it; one primary, one secondary. */
  readonly keepaliveTargets: readonly KeepaliveServer[];
  /** `keepalive trigger`: answers in a row that bring the ports back. */
  readonly keepaliveTrigger: number;
  /** `redirection`: a call that is sent on by a 3xx follows. */
  readonly redirection: boolean;
  /** `reason-header override`: the Q.850 cause in Reason of a final response comes before the one of its status (RFC 6432). */
  readonly reasonOverride: boolean;
  /** `authenticate redirecting-number`: who redirected a call proves who we are, not who calls. */
  readonly authenticateRedirecting: boolean;
  /** `registration spike`: how many registrations may leave in a second. */
  readonly registrationSpike: number;
  /** `retry register N exhausted-random-interval`: minutes to wait, drawn between these, when nobody answered. */
  readonly registerExhausted: { readonly minimum: number; readonly maximum: number } | undefined;
  /** `retry X N`, by X; only what was typed. */
  readonly retry: Readonly<Partial<Record<RetryName, number>>>;
  /** `timers X N` in the unit of the command, by X; only what was typed. */
  readonly timers: Readonly<Partial<Record<TimerName, number>>>;
  readonly maxForwards: number;
  /** `set pstn-cause N sip-status N`, by cause. */
  readonly statusOfCause: ReadonlyMap<number, number>;
  /** `set sip-status N pstn-cause N`, by status. */
  readonly causeOfStatus: ReadonlyMap<number, number>;
  /** `min-se SEC [session-expires SEC]`: the shortest session interval we take, and the one we ask for where it is another. */
  readonly minSe: number;
  readonly sessionExpires: number | undefined;
  /** `rel1xx`: whether provisional responses are acknowledged with PRACK. */
  readonly rel1xx: Reliability;
  /** `transport switch udp tcp`: requests that are too long for a datagram go over TCP. */
  readonly tcpWhenLong: boolean;
  /** `ip address trusted` under `voice service voip`: whether sources are looked at, and who is trusted beside those we call. */
  readonly trusted: { readonly authenticate: boolean; readonly list: readonly TrustedEntry[] };
  /** `limit`: bounds on what peers may do; only what was typed. */
  readonly limits: LimitSettings;
  /** `proxy-protocol`: proxies that may say for whom they speak. */
  readonly proxies: readonly TrustedEntry[];
  /** `protocol mode`: the families of addresses that are listened on. */
  readonly protocolMode: ProtocolMode;
  /** `localhost`: what we are called in the place of our address. */
  readonly localName: LocalName | undefined;
  /** `connection-reuse`: peers may call us on the TLS connections that we made. */
  readonly connectionReuse: ConnectionReuse | undefined;
  /** `silent-discard untrusted`: strangers get no answer. */
  readonly silentDiscard: boolean;
  /** `shutdown [forced]` under `voice service voip`, `call service stop [forced]` under its `sip`. */
  readonly stopped: { readonly service?: ServiceStop; readonly sip?: ServiceStop };
  /** `sip-server`: where a dial peer's `session target sip-server` leads. */
  readonly sipServer: SipServer | undefined;
  /** `outbound-proxy`: requests that begin something go there, whoever they are for. */
  readonly outboundProxy: OutboundProxy | undefined;
  /** `allow-connections sip to sip` under `voice service voip`. */
  readonly allowSipToSip: boolean;
  /** `voice class tenant`, by tag. */
  readonly tenants: ReadonlyMap<number, Tenant>;
}

/** `localhost dns:HOST [preferred]`. */
/** As typed: without a word, or by which of them. */
export type ConnectionReuse = 'plain' | 'via-port' | 'system';

export interface LocalName {
  readonly host: string;
  /** Kept as it was typed: there is no second name to prefer it to. */
  readonly isPreferred: boolean;
}

export type ProtocolMode = 'ipv4' | 'ipv6' | 'dual-stack';

/** P-Asserted-Identity, P-Preferred-Identity (RFC 3325). */
export type AssertedId = 'pai' | 'ppi';

/** How reliable provisional responses are dealt with (RFC 3262). */
export type Reliability = 'supported' | 'require' | 'disable';

/** `forced`: calls in being are released too. */
export type ServiceStop = 'graceful' | 'forced';

export interface SipServer {
  readonly kind: 'ipv4' | 'ipv6' | 'dns';
  readonly host: string;
  readonly port?: number;
}

/** `reuse`: where it took a registration, it takes the refreshes and the calls too. */
/** One `keepalive target` line. */
export interface KeepaliveServer extends SipServer {
  readonly transport: TransportName;
  readonly secondary: boolean;
}

export interface OutboundProxy extends SipServer {
  readonly reuse?: true;
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

/** `connectionAging` and `hold` minutes, `connectionEstablishTls`, `dnsRegistrarCache` and those of keepalives seconds, the rest milliseconds. */
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
  dnsRegistrarCache: 3600,
  keepaliveActive: 120,
  keepaliveDown: 30,
} as const;
export type TimerName = keyof typeof timerDefaults;

/** `voice class tenant TAG`: what holds for its dial peers, and for calls at its ports, in the place of the global settings. */
export interface Tenant {
  readonly tag: number;
  /** `tls-profile TAG`: whatever `crypto signaling` says of the peer. */
  readonly tlsProfile?: number;
  /** Sockets of its own. */
  readonly listenPort: { readonly nonSecure?: number; readonly secure?: number };
  readonly bind: SipSettings['bind'];
  readonly url?: UrlScheme;
  readonly sessionTransport?: TransportName;
  readonly sipServer: SipServer | undefined;
  readonly outboundProxy: OutboundProxy | undefined;
  /** `min-se SEC [session-expires SEC]`: together in the place of the global two. */
  readonly sessionTimer?: Pick<SipSettings, 'minSe' | 'sessionExpires'>;
  readonly rel1xx?: Reliability;
  readonly tcpWhenLong?: true;
  readonly reasonOverride?: true;
  readonly maxForwards?: number;
  /** `ip address trusted list`: who may call at its ports beside those we call. */
  readonly trusted: readonly TrustedEntry[];
  readonly silentDiscard?: boolean;
  readonly registrars: readonly RegistrarSettings[];
  readonly credentials: readonly CredentialsEntry[];
  readonly authentication: readonly AuthenticationEntry[];
  /** What was typed, be it the value that holds by default: `system` is not here. */
  readonly retry: Readonly<Partial<Record<RetryName, number>>>;
  readonly timers: Readonly<Partial<Record<TimerName, number>>>;
}

export const tenantDefaults: Omit<Tenant, 'tag'> = {
  listenPort: {},
  bind: {},
  sipServer: undefined,
  outboundProxy: undefined,
  trusted: [],
  registrars: [],
  credentials: [],
  authentication: [],
  retry: {},
  timers: {},
};

/** The number of everything that belongs to no tenant, as IOS shows it. */
export const noTenant = 0;

export const sipDefaults: SipSettings = {
  transports: { udp: true, tcp: true, tls: true },
  tlsVersions: 'all',
  listenPort: { nonSecure: 5060, secure: 5061 },
  bind: {},
  url: 'sip',
  sessionTransport: 'udp',
  signaling: [],
  registrars: [],
  registrarOfDhcp: undefined,
  authentication: [],
  credentials: [],
  remotePartyId: true,
  assertedId: undefined,
  keepaliveTargets: [],
  keepaliveTrigger: 3,
  redirection: true,
  reasonOverride: false,
  authenticateRedirecting: false,
  registrationSpike: 100,
  registerExhausted: undefined,
  retry: {},
  timers: {},
  maxForwards: 70,
  statusOfCause: new Map(),
  causeOfStatus: new Map(),
  minSe: 1800,
  sessionExpires: undefined,
  rel1xx: 'supported',
  tcpWhenLong: false,
  trusted: { authenticate: true, list: [] },
  limits: {},
  proxies: [],
  protocolMode: 'ipv4',
  localName: undefined,
  connectionReuse: undefined,
  silentDiscard: false,
  stopped: {},
  sipServer: undefined,
  outboundProxy: undefined,
  allowSipToSip: false,
  tenants: new Map(),
};

/** `up-interval`, `down-interval` and `retry` of `options-keepalive`. */
export interface HeartbeatTiming {
  readonly upSeconds: number;
  readonly downSeconds: number;
  /** Failures in a row that busy a place out. */
  readonly retries: number;
  /** Answers in a row that make it active again; absent: one. */
  readonly answers?: number;
}

/** IOS's. */
export const heartbeatDefaults: HeartbeatTiming = { upSeconds: 60, downSeconds: 30, retries: 5 };

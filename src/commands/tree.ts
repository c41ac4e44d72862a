import {
  type CallAdmissionSettings,
  type DialPlanSettings,
  noCallAdmission,
  noVoiceClasses,
  type VoiceClasses,
} from '../call/settings.ts';
import { type ArchiveSettings, archiveDefaults } from '../config/index.ts';
import { type LoggingSettings, loggingDefaults } from '../io/index.ts';
import type { PkiSettings } from '../pki/settings.ts';
import type { VoicePortSettings } from '../port/settings.ts';
import type { TlsClasses } from '../sip/settings.ts';
import { type SipSettings, sipDefaults } from '../sip/settings.ts';
import { type TimeSettings, timeDefaults } from '../time/settings.ts';
import { type AccessSettings, accessDefaults } from './access/settings.ts';

/** The running configuration: an immutable tree of plain records. A command returns a new one; a commit makes it the running one. */
export interface Tree {
  readonly hostname: string;
  readonly domainName: string | undefined;
  /** `ip host NAME ADDRESS...`, by lower-case name. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly nameServers: readonly string[];
  readonly interfaces: ReadonlyMap<string, InterfaceSettings>;
  readonly http: HttpSettings;
  /** `alias MODE NAME COMMAND`: what each stands for, by `exec sib`. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly access: AccessSettings;
  readonly logging: LoggingSettings;
  readonly time: TimeSettings;
  readonly archive: ArchiveSettings;
  readonly sip: SipSettings;
  readonly tlsClasses: TlsClasses;
  readonly dialPlan: DialPlanSettings;
  readonly voiceClasses: VoiceClasses;
  readonly callAdmission: CallAdmissionSettings;
  readonly voicePorts: ReadonlyMap<string, VoicePortSettings>;
  readonly pki: PkiSettings;
  /** Lines that are kept and read back but have no effect here, by the place they are printed at (`kept.ts`). */
  readonly kept: ReadonlyMap<string, readonly string[]>;
}

export interface InterfaceSettings {
  readonly name: string;
  readonly address?: { readonly address: string; readonly mask: string };
  /** Where else the address is to come from: `dhcp`, `dhcp hostname gw`, `negotiated`. Kept; the interface has none then. */
  readonly addressFrom?: string;
  readonly ipv6?: { readonly address: string; readonly prefixLength: number };
  readonly description?: string;
  readonly shutdown: boolean;
}

export interface HttpSettings {
  readonly server: boolean;
  readonly port: number;
  /** Ours: answer only on this interface's address. */
  readonly sourceInterface?: string;
}

export const httpDefaults: HttpSettings = { server: false, port: 80 };

/** The aliases that every router has. */
export const defaultAliases: Tree['aliases'] = new Map([
  ['exec h', 'help'],
  ['exec lo', 'logout'],
  ['exec p', 'ping'],
  ['exec r', 'resume'],
  ['exec s', 'show'],
  ['exec u', 'undebug'],
  ['exec un', 'undebug'],
  ['exec w', 'where'],
]);

/** An empty router, as it comes out of the box. */
export const emptyTree: Tree = {
  hostname: 'Router',
  domainName: undefined,
  hosts: new Map(),
  nameServers: [],
  interfaces: new Map(),
  http: httpDefaults,
  aliases: defaultAliases,
  access: accessDefaults,
  logging: loggingDefaults,
  time: timeDefaults,
  archive: archiveDefaults,
  sip: sipDefaults,
  tlsClasses: { profiles: new Map(), ciphers: new Map() },
  dialPlan: { peers: new Map(), hunt: 0 },
  voiceClasses: noVoiceClasses,
  callAdmission: noCallAdmission,
  voicePorts: new Map(),
  pki: { trustpoints: new Map(), chains: new Map(), servers: new Map() },
  kept: new Map([['version', ['version 12.4']]]),
};

/** Who may come in, and how: users, lines, SSH, banners. */
export interface AccessSettings {
  /** What `enable` asks for, by privilege level. */
  readonly enable: ReadonlyMap<number, EnableSettings>;
  /** `privilege exec level`: the level of the commands that begin with these words. */
  readonly privileges: ReadonlyMap<string, number>;
  readonly users: ReadonlyMap<string, UserSettings>;
  /** By `con 0`, `aux 0`, `vty 3`. */
  readonly lines: ReadonlyMap<string, LineSettings>;
  readonly ssh: SshSettings;
  /** `ip ssh pubkey-chain`: what each user may prove who he is with. */
  readonly publicKeys: ReadonlyMap<string, readonly UserKey[]>;
  readonly banners: Readonly<Partial<Record<BannerName, string>>>;
}

export interface EnableSettings {
  /** `enable secret`, as stored: `$9$...`. */
  readonly secret?: string;
  /** `enable password`, in clear; read back as type 7. Asked for only where there is no secret. */
  readonly password?: string;
}

export interface UserSettings {
  readonly privilege: number;
  /** As stored; without one only a public key lets the user in. */
  readonly secret?: string;
}

/** One line. What is absent is as IOS has it: ten minutes, privilege 1, every transport there is. */
export interface LineSettings {
  /** `login local`, `login`, `no login`. */
  readonly login?: 'local' | 'password' | 'none';
  /** In clear; read back as type 7. */
  readonly password?: string;
  /** 0: never. */
  readonly execTimeoutSeconds?: number;
  readonly privilege?: number;
  readonly transportInput?: TransportInput;
  /** Lines of a screen; 0 for no stops. */
  readonly length?: number;
  /** Lines kept without effect. */
  readonly kept: readonly string[];
}

export type TransportInput = 'all' | 'none' | 'ssh' | 'telnet';

export interface SshSettings {
  readonly port: number;
  /** Seconds a client has to log in. */
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly version2: boolean;
  /** Ours: answer only on this interface's address. */
  readonly sourceInterface?: string;
  /** Label of the host key; the router's own name when absent. */
  readonly keyPair?: string;
}

/** A public key: whole, or the MD5 of it that IOS keeps. */
export type UserKey =
  | { readonly kind: 'key'; readonly type: string; readonly base64: string }
  | { readonly kind: 'hash'; readonly md5: string; readonly comment?: string };

export const bannerNames = ['exec', 'login', 'motd'] as const;
export type BannerName = (typeof bannerNames)[number];

export const sshDefaults: SshSettings = { port: 22, timeoutSeconds: 120, retries: 3, version2: false };
export const topLevel = 15;
export const execTimeoutDefault = 600;
export const lineDefaults: LineSettings = { kept: [] };

export const accessDefaults: AccessSettings = {
  enable: new Map(),
  privileges: new Map(),
  users: new Map(),
  lines: new Map(),
  ssh: sshDefaults,
  publicKeys: new Map(),
  banners: {},
};

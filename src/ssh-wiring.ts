import type { SshDoor, SshLine, SshServerSettings } from './access/ssh-settings.ts';
import {
  execTimeoutDefault,
  isKey,
  type LineSettings,
  lineDefaults,
  routerName,
  type Tree,
  verifySecret,
} from './commands/index.ts';
import type { KeyReport, Pki } from './pki/index.ts';

/** Smallest modulus SSH version 2 takes. */
const leastModulus = 768;
const mostVtys = 16;

/** What the SSH server is to be: its settings when everything is there, else what is missing. */
export interface SshPlan {
  readonly settings: SshServerSettings | undefined;
  readonly missing: readonly string[];
  readonly hostKey: KeyReport | undefined;
}

/**
 * SSH is off until there are a user, a host key, and a line that was told to take it: `login local`, or `transport input
 * ssh`. A source interface without address means no listener, never every address.
 */
export function sshPlan(tree: Tree, pki: Pki): SshPlan {
  const { ssh, users, banners } = tree.access;
  const hostKey = hostKeyOf(tree, pki);
  const lines = sshLines(tree);
  const address = addressOf(tree);
  const missing = [
    ...(hostKey === undefined || (hostKey.type === 'rsa' && hostKey.bits < leastModulus)
      ? [`Please create RSA keys (of at least ${leastModulus} bits size) to enable SSH v2.`]
      : []),
    ...(users.size === 0 ? ['Please configure a username to log in with.'] : []),
    ...(lines.length === 0 ? ['Please configure login local and transport input ssh on a vty line.'] : []),
    ...(address === undefined ? ['The source interface has no IP address.'] : []),
  ];
  const pem = missing.length === 0 ? pki.sshHostKey(hostKey?.label ?? '', hostKey?.type) : undefined;
  if (pem === undefined || address === undefined) return { settings: undefined, missing, hostKey };
  const settings = {
    port: ssh.port,
    address,
    hostKey: pem,
    loginMs: ssh.timeoutSeconds * 1000,
    attempts: Math.max(1, ssh.retries),
    lines,
    ...(banners.login === undefined ? {} : { banner: `${bannerLines(banners.login).join('\r\n')}\r\n` }),
  };
  return { settings, missing, hostKey };
}

/**
 * The pair that was named, or the router's own. A router that was given another name keeps the pair of the old one, so
 * that `hostname` typed from afar locks nobody out; a pair that trustpoints or certificate servers name is none of SSH's.
 */
function hostKeyOf(tree: Tree, pki: Pki): KeyReport | undefined {
  const { keyPair } = tree.access.ssh;
  const label = keyPair ?? routerName(tree);
  // RSA first: an operator who made both had it before.
  const named = pki.keys.find(label) ?? pki.keys.find(label, 'ec');
  if (named !== undefined || keyPair !== undefined) return named;
  const { trustpoints, servers } = tree.pki;
  const others = new Set([...servers.keys(), ...trustpoints.values().map((one) => one.rsaKeyPair?.label)]);
  return pki.keys.list().find(({ label, usage }) => usage === 'general' && label.includes('.') && !others.has(label));
}

function addressOf({ access, interfaces }: Tree): string | undefined {
  const name = access.ssh.sourceInterface;
  return name === undefined ? '0.0.0.0' : interfaces.get(name)?.address?.address;
}

/** The lines that take SSH. */
export function sshLines(tree: Tree): readonly SshLine[] {
  const isAaa = tree.kept.get('aaa')?.includes('aaa new-model') === true;
  return Array.from({ length: mostVtys }, (_, number) => number).flatMap((number) => {
    const line = tree.access.lines.get(`vty ${number}`);
    if (line === undefined || !takesSsh(line, isAaa)) return [];
    return [{ number, execTimeoutMs: (line.execTimeoutSeconds ?? execTimeoutDefault) * 1000 }];
  });
}

/** A user name is always asked for, so a line that asks for a password alone, or for nothing, is no way in. */
function takesSsh({ login, transportInput }: LineSettings, isAaa: boolean): boolean {
  if (transportInput === 'none' || transportInput === 'telnet') return false;
  if (isAaa || login === 'local') return true;
  return login === undefined && transportInput !== undefined;
}

/** Checked for a user there is not, so that the answer takes as long. It lets nobody in. */
const decoy = '$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6';

export function sshDoor(running: () => Tree): SshDoor {
  return {
    async password(user, password) {
      const stored = running().access.users.get(user)?.secret;
      const right = await verifySecret(stored ?? decoy, password);
      return right && stored !== undefined;
    },
    key(user, key) {
      const { users, publicKeys } = running().access;
      return users.has(user) && publicKeys.get(user)?.some((one) => isKey(one, key)) === true;
    },
  };
}

/** What a user may do at a line: the line's level holds for users that have none of their own. */
export function privilegeOf(tree: Tree, user: string, line: string): number {
  const { privilege = 1 } = tree.access.lines.get(line) ?? lineDefaults;
  const own = tree.access.users.get(user)?.privilege ?? 1;
  return own === 1 ? privilege : own;
}

export function bannerLines(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split('\n');
}

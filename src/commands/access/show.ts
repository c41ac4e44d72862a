import { CommandError, command } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import type { LineReport, SshReport } from './face.ts';

/** `show ssh` */
export function printSshConnections({ connections }: SshReport): readonly string[] {
  if (connections.length === 0)
    return ['%No SSHv2 server connections running.', '%No SSHv1 server connections running.'];
  const rows = connections.flatMap(({ number, user, cipherIn, cipherOut, macIn, macOut }) => [
    row(number, 'IN', cipherIn, macIn, user),
    row(number, 'OUT', cipherOut, macOut, user),
  ]);
  return [
    'Connection Version Mode Encryption             Hmac                           State                 Username',
    ...rows,
    '%No SSHv1 server connections running.',
  ];
}

function row(number: number, mode: string, cipher: string, mac: string, user: string): string {
  const words = [String(number).padEnd(10), '2.0'.padEnd(7), mode.padEnd(4), cipher.padEnd(22), mac.padEnd(30)];
  return `${words.join(' ')} ${'Session started'.padEnd(21)} ${user}`;
}

/** `show ip ssh` */
export function printSshServer(
  ssh: SshReport,
  settings: World['config']['running']['access']['ssh'],
): readonly string[] {
  const { hostKey, refused } = ssh;
  return [
    `SSH ${ssh.port === undefined ? 'Disabled' : 'Enabled'} - version 2.0`,
    ...ssh.missing.map((what) => `%${what}`),
    `Authentication timeout: ${settings.timeoutSeconds} secs; Authentication retries: ${settings.retries}`,
    `Refused: ${refused.logins} logins, ${refused.late} too late, ${refused.lines} without a free line, ${refused.connections} connections`,
    ...(hostKey === undefined
      ? []
      : [
          `IOS Keys in SECSH format(${hostKey.openssh.split(' ')[0]}, base64 encoded): ${hostKey.label}`,
          hostKey.openssh,
        ]),
  ];
}

/** Where the lines of each kind begin in the count of all lines. */
const firstLine = { con: 0, vty: 2 } as const;

/** `show users`; a star stands at the session that asks. */
export function printUsers(lines: readonly LineReport[], own: World['line']): readonly string[] {
  const rows = lines.map((line) => {
    const isOwn = line.kind === (own?.kind ?? 'con') && line.number === (own?.number ?? 0);
    const number = String(firstLine[line.kind] + line.number).padStart(3);
    const name = `${line.kind} ${line.number}`.padEnd(10);
    const user = (line.user ?? '').padEnd(10);
    const idle = printIdle(line.idleMs);
    return `${isOwn ? '*' : ' '}${number} ${name}${user} ${'idle'.padEnd(20)} ${idle} ${line.address ?? ''}`.trimEnd();
  });
  return [
    '    Line       User       Host(s)              Idle       Location',
    ...rows,
    '',
    '  Interface    User               Mode         Idle     Peer Address',
  ];
}

function printIdle(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

const anyone = { privilege: 1 };

const disconnectSyntax = 'disconnect ssh [vty] <connection:int(0-15)>';

const disconnect = command<typeof disconnectSyntax, World>(
  disconnectSyntax,
  'Disconnect an active SSH connection',
  ({ connection }, { world }) => {
    if (!world.access.disconnect(connection)) throw new CommandError(`% No SSH connection ${connection}`);
  },
);

export const accessShowCommands: CommandSet = {
  exec: [
    show('show ssh', 'Status of SSH server connections', ({ access }) => access.ssh(), printSshConnections, anyone),
    show(
      'show ip ssh',
      'Information on SSH',
      ({ access, config }) => ({ ...access.ssh(), settings: config.running.access.ssh }),
      (ssh) => printSshServer(ssh, ssh.settings),
      anyone,
    ),
    show(
      'show users',
      'Display information about terminal lines',
      ({ access }) => access.users(),
      (lines, _args, { line }) => printUsers(lines, line),
      anyone,
    ),
    disconnect,
  ],
};

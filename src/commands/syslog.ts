import { type Args, type Command, CommandError, command, type Invocation } from '../cli/index.ts';
import {
  canonicalAddress,
  type LoggingReport,
  type LoggingSettings,
  loggingDefaults,
  type SyslogFacility,
  type SyslogHost,
  syslogFacilities,
} from '../io/index.ts';
import { changeLogging } from './change-logging.ts';
import { checkedInterface } from './interface.ts';
import { level, levelNames, levelOf } from './log-level.ts';
import type { World } from './world.ts';

/** RFC 5426 3.3. */
const syslogPort = 514;
const hostsAtMost = 16;
const longestOrigin = 63;

function hostOf({ host: typed, port }: { readonly host: string; readonly port?: number }): SyslogHost {
  const address = canonicalAddress(typed);
  if (address === undefined) throw new CommandError(`% Invalid address of a syslog host: ${typed}`);
  return { address, port: port ?? syslogPort };
}

function changeHosts(invocation: Invocation<World>, host: SyslogHost): void {
  changeLogging(invocation, (old) => {
    const others = old.hosts.filter(({ address, port }) => address !== host.address || port !== host.port);
    if (invocation.form !== 'set') return { ...old, hosts: others };
    if (others.length < old.hosts.length) return old;
    if (others.length >= hostsAtMost) throw new CommandError(`% No more than ${hostsAtMost} syslog hosts`);
    return { ...old, hosts: [...others, host] };
  });
}

const hostSyntax = 'logging host <host:word> [transport udp port <port:int(1-65535)>]';

const facilityNames = Object.keys(syslogFacilities) as readonly SyslogFacility[];
const facilitySyntax = `logging facility {${facilityNames.join(' | ')}}`;

const originSyntax = 'logging origin-id {hostname | ip | string <text:line>}';

function originOf({ hostname, ip, text }: Args<typeof originSyntax>): NonNullable<LoggingSettings['originId']> {
  if (hostname === true) return 'hostname';
  if (ip === true) return 'ip';
  return { text: (text ?? '').trim().slice(0, longestOrigin) };
}

/** Where the log goes beyond this gateway: hosts that take syslog over UDP. */
export const syslogCommands: readonly Command<World>[] = [
  command<typeof hostSyntax, World>(
    hostSyntax,
    'Set syslog server IP address',
    (args, invocation) => changeHosts(invocation, hostOf(args)),
    { negatable: true, noSyntax: hostSyntax },
  ),
  command<'logging <host:ipv4>', World>(
    'logging <host:ipv4>',
    'IP address of the logging host',
    (args, invocation) => changeHosts(invocation, hostOf(args)),
    { negatable: true, noSyntax: 'logging <host:ipv4>' },
  ),
  command<`logging trap ${typeof level}`, World>(
    `logging trap ${level}`,
    'Set syslog server logging level',
    (args, invocation) =>
      changeLogging(invocation, (old) => {
        const values = { set: levelOf(args, 6), no: undefined, default: loggingDefaults.trap };
        return { ...old, trap: values[invocation.form] };
      }),
    { negatable: true, standard: 'informational' },
  ),
  command<'logging facility <name:word>', World>(
    facilitySyntax as 'logging facility <name:word>',
    'Facility parameter for syslog messages',
    (args: object, invocation) =>
      changeLogging(invocation, (old) => {
        const typed = facilityNames.find((name) => name in args);
        const isSet = invocation.form === 'set' && typed !== undefined;
        return { ...old, facility: isSet ? typed : loggingDefaults.facility };
      }),
    { negatable: true, noSyntax: 'logging facility [<rest:line>]', standard: loggingDefaults.facility },
  ),
  command<'logging source-interface <name:line>', World>(
    'logging source-interface <name:line>',
    'Specify interface for source address in logging transactions',
    ({ name }, invocation) =>
      changeLogging(invocation, ({ sourceInterface: _, ...old }) =>
        invocation.form === 'set' ? { ...old, sourceInterface: checkedInterface(name) } : old,
      ),
    { negatable: true, noSyntax: 'logging source-interface [<rest:line>]' },
  ),
  command<typeof originSyntax, World>(
    originSyntax,
    'Add origin ID to syslog messages',
    (args, invocation) =>
      changeLogging(invocation, ({ originId: _, ...old }) =>
        invocation.form === 'set' ? { ...old, originId: originOf(args) } : old,
      ),
    { negatable: true, noSyntax: 'logging origin-id [<rest:line>]' },
  ),
];

/** What running-config holds of it. */
export function printSyslog({ trap, facility, hosts, sourceInterface, originId }: LoggingSettings): readonly string[] {
  return [
    ...(trap === loggingDefaults.trap
      ? []
      : [trap === undefined ? 'no logging trap' : `logging trap ${levelNames[trap]}`]),
    ...(originId === undefined
      ? []
      : [`logging origin-id ${typeof originId === 'string' ? originId : `string ${originId.text}`}`]),
    ...(facility === loggingDefaults.facility ? [] : [`logging facility ${facility}`]),
    ...(sourceInterface === undefined ? [] : [`logging source-interface ${sourceInterface}`]),
    ...hosts.map(
      ({ address, port }) => `logging host ${address}${port === syslogPort ? '' : ` transport udp port ${port}`}`,
    ),
  ];
}

/** Its part of `show logging`. */
export function syslogLines({ settings, logged, hosts }: LoggingReport): readonly string[] {
  const { trap } = settings;
  if (trap === undefined) return ['    Trap logging: disabled'];
  return [
    `    Trap logging: level ${levelNames[trap]}, ${logged.trap} message lines logged`,
    ...hosts.flatMap(({ address, port, logged: sent, failed }) => [
      `        Logging to ${address}  (udp port ${port}, audit disabled,`,
      `              link ${failed > 0 && failed >= sent ? 'down' : 'up'}),`,
      `              ${sent} message lines logged, `,
      '              0 message lines rate-limited, ',
      `              ${failed} message lines dropped-by-MD, `,
      '              xml disabled, sequence number disabled',
      '              filtering disabled',
    ]),
  ];
}

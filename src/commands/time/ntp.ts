import { type Args, CommandError, command } from '../../cli/index.ts';
import { type NtpServerSettings, ntpPort, ntpVersion } from '../../time/settings.ts';
import { interfaceName } from '../interface-name.ts';
import type { World } from '../world.ts';
import { change } from './change.ts';

const mostServers = 10;

const serverSyntax =
  'ntp server <host:host> [prefer | version <version:int(1-4)> | port <port:int(1-65535)> | source <source:word>]...';

const server = command<typeof serverSyntax, World>(
  serverSyntax,
  'Configure NTP server (`port` is a dialpeer extension)',
  (args, invocation) =>
    change(invocation, (old) => {
      if (invocation.form !== 'set') return { ...old, servers: without(old.servers, args) };
      const next = serverOf(args);
      const at = old.servers.findIndex((one) => one.host === next.host && one.port === next.port);
      if (at < 0 && old.servers.length >= mostServers)
        throw new CommandError(`% No more than ${mostServers} NTP servers`);
      const servers = at < 0 ? [...old.servers, next] : old.servers.with(at, next);
      return { ...old, servers };
    }),
  { negatable: true, noSyntax: serverSyntax.replace('<host:host> [', '[<host:host>] [') },
);

type ServerArgs = Args<typeof serverSyntax>;

function serverOf({ host, prefer, version, port, source }: ServerArgs): NtpServerSettings {
  const name = source === undefined ? undefined : interfaceName(source);
  if (source !== undefined && name === undefined)
    throw new CommandError(`% Invalid interface type and number: ${source}`);
  return {
    host,
    prefer: prefer === true,
    version: version ?? ntpVersion,
    port: port ?? ntpPort,
    ...(name === undefined ? {} : { source: name }),
  };
}

/** Without a port every server of that name goes, without a name every server. */
function without(
  servers: readonly NtpServerSettings[],
  { host, port }: Partial<ServerArgs>,
): readonly NtpServerSettings[] {
  if (host === undefined) return [];
  return servers.filter((one) => one.host !== host || (port !== undefined && one.port !== port));
}

function printServer({ host, prefer, version, port, source }: NtpServerSettings): string {
  return [
    `ntp server ${host}`,
    ...(port === ntpPort ? [] : [`port ${port}`]),
    ...(version === ntpVersion ? [] : [`version ${version}`]),
    ...(source === undefined ? [] : [`source ${source}`]),
    ...(prefer ? ['prefer'] : []),
  ].join(' ');
}

export function printServers(servers: readonly NtpServerSettings[]): readonly string[] {
  return servers.map(printServer);
}

export const ntpCommands = [server];

import type { CommandSet } from './command-set.ts';
import type { HttpReport } from './http-face.ts';
import { show } from './show.ts';

function statusLines({ port, limits, connections }: HttpReport): readonly string[] {
  return [
    `HTTP server status: ${port === undefined ? 'Disabled' : 'Enabled'}`,
    ...(port === undefined ? [] : [`HTTP server port: ${port}`]),
    `Maximum number of concurrent server connections allowed: ${limits.connections}`,
    `Maximum number of connections of one address: ${limits.eachSource}`,
    `Server idle time-out: ${limits.idleMs / 1000} seconds`,
    `Current server connections: ${connections.current}`,
    `Connections accepted: ${connections.accepted}`,
    `Connections refused, too many of one address: ${connections.refusedOfSource}`,
    `Connections refused, too many in all: ${connections.refusedOfAll}`,
  ];
}

export const httpCommands: CommandSet = {
  exec: [show('show ip http server status', 'HTTP server status', ({ http }) => http.report(), statusLines)],
};

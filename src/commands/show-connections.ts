import { CommandError, command } from '../cli/index.ts';
import { type Address, canonicalAddress } from '../io/index.ts';
import type { ConnectionRow, ConnectionsReport } from '../sip/index.ts';
import type { TransportName } from '../sip/settings.ts';
import type { CommandSet } from './command-set.ts';
import { clockPrinter } from './display-time.ts';
import { show } from './show.ts';
import { endpointText, printClosedConnections, printConnectionDetails } from './show-connection-details.ts';
import { printTlsFailures } from './show-tls-failures.ts';
import { transportNamed } from './voice-service.ts';
import type { World } from './world.ts';

/** The counters: all of `brief`, and the head of `detail`. */
function counters(report: ConnectionsReport): readonly string[] {
  const { transport, maxQueue, handshakeFailures, resumed } = report;
  const queue = `Max. ${transport} send msg queue size of ${maxQueue.size}, recorded for ${endpointText(maxQueue.remote)}`;
  return [
    `Total active connections      : ${report.active}`,
    `No. of send failures          : ${report.sendFailures}`,
    `No. of remote closures        : ${report.remoteClosures}`,
    `No. of conn. failures         : ${report.connectionFailures}`,
    `No. of inactive conn. ageouts : ${report.ageouts}`,
    // Over UDP the line appears once something was queued.
    ...(transport === 'udp' && maxQueue.size === 0 ? [] : [queue]),
    ...(handshakeFailures === undefined
      ? []
      : [
          `TLS client handshake failures : ${handshakeFailures.client}`,
          `TLS server handshake failures : ${handshakeFailures.server}`,
        ]),
    // Ours, and there once there is one.
    ...(resumed === undefined || resumed.client + resumed.server === 0
      ? []
      : [`TLS client sessions resumed   : ${resumed.client}`, `TLS server sessions resumed   : ${resumed.server}`]),
  ];
}

function notes(transport: TransportName): readonly string[] {
  const protocols = transport === 'tls' ? '<tcp[tls]/udp>' : '<tcp/udp>';
  return [
    '---------Printing Detailed Connection Report---------',
    'Note:',
    ' ** Tuples with no matching socket entry',
    `    - Do 'clear sip ${protocols} conn t ipv4:<addr>:<port>'`,
    '      to overcome this error condition',
    ' ++ Tuples with mismatched address/port entry',
    `    - Do 'clear sip ${protocols} conn t ipv4:<addr>:<port> id <connid>'`,
    '      to overcome this error condition',
  ];
}

const tlsColumns =
  '            Local-Address               TLS-Version                Cipher              Curve Tenant';
const tlsRule = ' ====================================== =========== ================================== ===== ======';

/** Columns of 12.4; TLS adds those of 17.14. */
function heading(transport: TransportName): readonly string[] {
  const tls = transport === 'tls';
  return [
    `  Remote-Port Conn-Id Conn-State  WriteQ-Size${tls ? tlsColumns : ''}`,
    `  =========== ======= =========== ===========${tls ? tlsRule : ''}`,
  ];
}

function rowText(row: ConnectionRow, transport: TransportName): string {
  const columns = [
    String(row.remotePort).padStart(11),
    String(row.connectionId).padStart(7),
    row.state.padEnd(11),
    String(row.queue).padStart(11),
  ];
  if (transport === 'tls') {
    columns.push(
      (row.local === undefined ? '-' : endpointText(row.local)).padEnd(38),
      (row.tlsVersion ?? '-').padStart(11),
      (row.cipher ?? '-').padStart(34),
      (row.curve ?? '-').padStart(5),
      String(row.tenant).padStart(6),
    );
  }
  // Ours: a second line of one connection, under the port that its peer would be called at.
  const alias = row.alias === undefined ? '' : ` alias ${row.alias}`;
  return `  ${columns.join(' ')}${row.mark === '' ? '' : ` ${row.mark}`}${alias}`;
}

function listenSockets({ listeners }: ConnectionsReport): readonly string[] {
  return [
    '',
    '-------------- SIP Transport Layer Listen Sockets ---------------',
    '  Conn-Id             Local-Address                      Tenant ',
    ' ==========    ===========================              ========',
    ...listeners.map(
      ({ connectionId, local, tenant }) =>
        `  ${String(connectionId).padEnd(14)}${`[${local.host}]:${local.port}:`.padEnd(45)}${tenant}`,
    ),
  ];
}

/** `show sip-ua connections`: the record as IOS prints it. */
function printConnections(report: ConnectionsReport, detail: boolean): readonly string[] {
  const { transport } = report;
  const agents = report.agents.flatMap(({ host, connections }) => [
    '',
    `Remote-Agent:${host}, Connections-Count:${connections.length}`,
    ...(connections.length === 0 ? [] : heading(transport)),
    ...connections.map((row) => rowText(row, transport)),
  ]);
  return [
    ...counters(report),
    ...(detail ? ['', ...notes(transport), ...agents] : []),
    // Of TCP and UDP 12.4 has no such table: it stands there once tenants have sockets of their own.
    ...(transport === 'tls' || report.listeners.some(({ tenant }) => tenant !== 0) ? listenSockets(report) : []),
  ];
}

/** `ipv4:10.0.0.1:5060` or `ipv6:[2001:db8::1]:5060` of a `clear`. */
function parseTarget(text: string): Address {
  const [, host4, host6 = '', port] = /^(?:ipv4:([\d.]+)|ipv6:\[([^\]]*)\]):(\d{1,5})$/.exec(text) ?? [];
  const host = canonicalAddress(host4 ?? host6);
  if (host === undefined || Number(port) > 65_535)
    throw new CommandError('% Invalid target; expected ipv4:A.B.C.D:port or ipv6:[X:X::X]:port');
  return { host, port: Number(port) };
}

const drainSyntax = 'clear sip-ua tcp [tls] connection {id <id:int(1-16380)> | target <target:word> | all} drain';

/** What is on a connection goes on; nothing new begins on it, and it closes behind its last dialog. */
const drain = command<typeof drainSyntax, World>(
  drainSyntax,
  'Let connections end with their last dialog',
  ({ tls, id, target }, { world, terminal }) => {
    const count = world.sip.drain(tls === true ? 'tls' : 'tcp', {
      ...(id !== undefined && { id }),
      ...(target !== undefined && { target: parseTarget(target) }),
    });
    if (count === 0) throw new CommandError('% No such connection');
    terminal.print(`${count} connection${count === 1 ? '' : 's'} will close with the last dialog`);
  },
  { ours: true },
);

export const connectionCommands: CommandSet = {
  exec: [
    drain,
    show(
      'show sip-ua connections {udp | tcp [tls]} {brief | detail}',
      'Display SIP UA transport connections',
      ({ sip }, args) => sip.connections(transportNamed(args)),
      (report, { detail }) => printConnections(report, detail === true),
    ),
    show(
      'show sip-ua connections {udp | tcp [tls]} verbose',
      'Display all that is known of each connection',
      ({ sip }, args) => sip.connectionDetails(transportNamed(args)),
      (details, _args, world) => printConnectionDetails(details, clockPrinter(world)),
      { ours: true },
    ),
    show(
      'show sip-ua connections history',
      'The TCP and TLS connections that ended, and why',
      ({ sip }) => sip.closedConnections(),
      (closed, _args, world) => printClosedConnections(closed, clockPrinter(world)),
      { ours: true },
    ),
    show(
      'show sip-ua connections tcp tls failures',
      'The TLS handshakes that failed, and why',
      ({ sip }) => sip.failures(),
      (failures, _args, world) => printTlsFailures(failures, clockPrinter(world)),
      { ours: true },
    ),
    command<
      'clear sip-ua {udp | tcp [tls]} connection {id <id:int(1-16380)> [target <target:word>] | target <target:word> [id <id:int(1-16380)>]}',
      World
    >(
      'clear sip-ua {udp | tcp [tls]} connection {id <id:int(1-16380)> [target <target:word>] | target <target:word> [id <id:int(1-16380)>]}',
      'Clear a SIP UA connection',
      (args, { world, terminal }) => {
        const transport = transportNamed(args);
        const target = args.target === undefined ? undefined : parseTarget(args.target);
        const cleared = world.sip.clear(transport, {
          ...(args.id === undefined ? {} : { id: args.id }),
          ...(target === undefined ? {} : { target }),
        });
        const process = `sip ${transport === 'udp' ? 'udp' : 'tcp'} process`;
        if (cleared.socket) terminal.print(`Purging the entry from ${process}`);
        else if (args.id !== undefined) terminal.print(`% No connection with id ${args.id} in the ${process}`);
        if (cleared.entry) terminal.print('Purging the entry from reusable global connection table');
        else if (target !== undefined)
          terminal.print(`% No entry for ${args.target} in the reusable global connection table`);
      },
    ),
  ],
};

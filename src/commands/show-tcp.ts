import type { Address } from '../io/index.ts';
import type { CommandSet } from './command-set.ts';
import { show } from './show.ts';
import type { World } from './world.ts';

interface TcpRow {
  readonly connectionId: number;
  readonly local: Address | undefined;
  /** Undefined: whoever comes. */
  readonly remote: Address | undefined;
  readonly state: 'LISTEN' | 'SYNSENT' | 'ESTAB' | 'CLOSED';
}

const states = { Connecting: 'SYNSENT', Handshake: 'ESTAB', Established: 'ESTAB', Closed: 'CLOSED' } as const;

/** The connections of SIP; `all` with the sockets that listen. */
function tcpRows({ sip }: World, all: boolean): readonly TcpRow[] {
  return (['tcp', 'tls'] as const).flatMap((transport) => [
    ...sip
      .connectionDetails(transport)
      .map(({ connectionId, local, remote, state }) => ({ connectionId, local, remote, state: states[state] })),
    ...(all ? sip.connections(transport).listeners : []).map(({ connectionId, local }) => ({
      connectionId,
      local,
      remote: undefined,
      state: 'LISTEN' as const,
    })),
  ]);
}

/** IOS writes the port behind a dot. Here the number of the connection is in the place of its control block. */
function printTcp(rows: readonly TcpRow[]): readonly string[] {
  return [
    'TCB       Local Address               Foreign Address             (state)',
    ...rows.map(({ connectionId, local, remote, state }) => {
      const block = connectionId.toString(16).toUpperCase().padStart(8, '0');
      return `${block}  ${dotted(local).padEnd(27)} ${dotted(remote).padEnd(27)} ${state}`;
    }),
  ];
}

function dotted(address: Address | undefined): string {
  return address === undefined ? '*.*' : `${address.host.toUpperCase()}.${address.port}`;
}

export const tcpCommands: CommandSet = {
  exec: [
    show(
      'show tcp brief [all]',
      'Brief display of the TCP connections of SIP',
      (world, { all }) => tcpRows(world, all === true),
      printTcp,
      { privilege: 1 },
    ),
  ],
};

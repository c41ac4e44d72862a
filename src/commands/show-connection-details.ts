import type { Address } from '../io/index.ts';
import type { ClosedConnection, ConnectionDetail } from '../sip/index.ts';
import type { PrintTime } from './display-time.ts';

/** `show sip-ua connections ... verbose`, ours: a block for each connection, oldest first. */
export function printConnectionDetails(details: readonly ConnectionDetail[], time: PrintTime): readonly string[] {
  return [`Total active connections      : ${details.length}`, ...details.flatMap((detail) => block(detail, time))];
}

function block(detail: ConnectionDetail, time: PrintTime): readonly string[] {
  const { remote, connectionId, state, direction, local, via, ageMs, idleMs, calls, bytes, messages, queue } = detail;
  return [
    '',
    `Remote-Agent:${endpointText(remote)}, Conn-Id:${connectionId}, Conn-State:${state}, Direction:${direction}`,
    line('Local', local === undefined ? '-' : endpointText(local)),
    ...(via === undefined ? [] : [line('Proxy', endpointText(via))]),
    line('Age', `${duration(ageMs)}, idle ${duration(idleMs)}`),
    line('Calls', String(calls)),
    line('Bytes', `${bytes.in} in, ${bytes.out} out`),
    line('Messages', `${messages.in} in, ${messages.out} out, ${queue} queued`),
    ...tlsLines(detail, time),
  ];
}

function tlsLines({ tls }: ConnectionDetail, time: PrintTime): readonly string[] {
  if (tls === undefined) return [];
  const { askedName, provedName, trustpoint, version, cipher, curve, resumed, subject, certificateExpires } = tls;
  const others = (tls.provedNames ?? []).filter((name) => name !== provedName);
  const session =
    version === undefined ? ['-'] : [version, cipher, curve, resumed === true ? 'resumed' : 'full handshake'];
  return [
    line('Name', `asked ${askedName ?? '-'}, proved ${provedName ?? '-'}`),
    ...(others.length === 0 ? [] : [line('Also proved', others.join(', '))]),
    line('Trustpoint', trustpoint ?? '-'),
    line('TLS', session.filter((word) => word !== undefined).join(', ')),
    line('Peer', subject ?? '-'),
    ...(tls.alias === undefined ? [] : [line('Alias', aliasText(tls.alias))]),
    ...(certificateExpires === undefined ? [] : [line('Expires', time(certificateExpires))]),
  ];
}

/** As whom the peer may be called on the connection it made, or why not. */
function aliasText({ name, port, state, reason }: NonNullable<NonNullable<ConnectionDetail['tls']>['alias']>): string {
  const place = `${name}:${port}`;
  return state === 'proved' ? place : `${place}, not used: ${reason ?? 'being verified'}`;
}

/** `show sip-ua connections history`, ours: oldest first. */
export function printClosedConnections(closed: readonly ClosedConnection[], time: PrintTime): readonly string[] {
  return [
    `Closed connections kept       : ${closed.length}`,
    ...closed.flatMap(({ at, remote, local, via, connectionId, transport, direction, provedName, ...end }) => [
      '',
      time(at),
      `  Remote-Agent:${endpointText(remote)}, Local:${local === undefined ? '-' : endpointText(local)}, Conn-Id:${connectionId}, Transport:${transport}, Direction:${direction}`,
      ...(via === undefined ? [] : [line('Proxy', endpointText(via))]),
      ...(provedName === undefined ? [] : [line('Proved', provedName)]),
      line('Cause', causes[end.cause]),
      ...(end.reason === undefined ? [] : [line('Reason', end.reason)]),
      line('Lived', duration(end.durationMs)),
      line('Bytes', `${end.bytes.in} in, ${end.bytes.out} out`),
      line('Messages', `${end.messages.in} in, ${end.messages.out} out`),
    ]),
  ];
}

const causes: Readonly<Record<ClosedConnection['cause'], string>> = {
  remote: 'the peer closed it',
  local: 'closed by the gateway',
  aged: 'idle for too long',
  cleared: 'cleared by an operator',
  shed: 'room was made for others',
  moved: 'its local address is no longer used',
  fatal: 'what the peer sent, or did not, could not be gone on with',
  refused: 'its peer is no longer accepted',
  'not-established': 'never established',
};

function line(label: string, text: string): string {
  return `  ${label.padEnd(11)}: ${text}`;
}

/** `10.0.0.1:5061`, `[2001:db8::1]:5061`. */
export function endpointText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `01:02:03`; hours as many as there are. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

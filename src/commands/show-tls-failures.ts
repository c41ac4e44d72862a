import type { TlsFailure, TlsOffer } from '../sip/index.ts';

/** `show sip-ua connections tcp tls failures`, ours: why TLS connections did not come to be, oldest first. */
export function printTlsFailures(failures: readonly TlsFailure[], time: (at: number) => string): readonly string[] {
  return [
    `TLS handshake failures kept   : ${failures.length}`,
    ...failures.flatMap(({ at, role, remote, local, stage, reason, rule, chain, alerts, offered }) => [
      '',
      time(at),
      `  Remote-Agent:${remote.host}:${remote.port}, Local:${local === undefined ? '-' : `${local.host}:${local.port}`}, Role:${role}`,
      `  Stage  : ${stage}`,
      `  Rule   : ${rule}`,
      `  Reason : ${reason}`,
      `  Alerts : sent ${alerts.sent ?? 'none'}, received ${alerts.received ?? 'none'}`,
      ...(offered === undefined ? [] : offer(offered, role === 'server' ? 'none' : "the library's")),
      ...chain.map((subject, i) => `  ${i === 0 ? 'Chain  :' : '        '} ${subject}`),
    ]),
  ];
}

/** What the client offered: the peer, or we. */
function offer({ versions, suites, groups, serverName, alpn }: TlsOffer, otherwise: string): readonly string[] {
  const list = (names: readonly string[]): string => (names.length === 0 ? otherwise : names.join(' '));
  return [
    `  Offered: ${versions.join(' ')}`,
    `    Suites : ${list(suites)}`,
    `    Groups : ${list(groups)}`,
    `    Name   : ${serverName ?? 'none'}`,
    `    ALPN   : ${alpn.length === 0 ? 'none' : alpn.join(' ')}`,
  ];
}

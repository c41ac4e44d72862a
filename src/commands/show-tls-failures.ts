import type { TlsFailure } from '../sip/index.ts';

/** `show sip-ua connections tcp tls failures`, ours: why TLS connections did not come to be, oldest first. */
export function printTlsFailures(failures: readonly TlsFailure[], time: (at: number) => string): readonly string[] {
  return [
    `TLS handshake failures kept   : ${failures.length}`,
    ...failures.flatMap(({ at, role, remote, local, stage, reason, rule, chain }) => [
      '',
      time(at),
      `  Remote-Agent:${remote.host}:${remote.port}, Local:${local === undefined ? '-' : `${local.host}:${local.port}`}, Role:${role}`,
      `  Stage  : ${stage}`,
      `  Rule   : ${rule}`,
      `  Reason : ${reason}`,
      ...chain.map((subject, i) => `  ${i === 0 ? 'Chain  :' : '        '} ${subject}`),
    ]),
  ];
}

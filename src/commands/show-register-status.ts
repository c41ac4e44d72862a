import type { RegistrationRow } from '../sip/index.ts';
import { show } from './show.ts';

const heading = 'Line peer expires(sec) registered';

/** Columns stand where IOS has them; a longer value pushes the rest to the right, as there. */
function printRow({ number, peer, expiresSeconds, registered }: RegistrationRow): string {
  const line = number.padEnd(4);
  const columns = `${line} ${String(peer).padEnd(5)} ${String(expiresSeconds).padEnd(12)}`;
  return `${columns}${registered ? 'yes' : 'no'}`;
}

/** `show sip-ua register status`: nothing at all when nothing registers, as on IOS. Registrars with an index stand apart. */
function printRows(rows: readonly RegistrationRow[]): readonly string[] {
  const indexes = [...new Set(rows.map(({ index }) => index ?? 0))].sort((a, b) => a - b);
  return indexes.flatMap((index) => [
    ...(index === 0 ? [] : [`---------------------Registrar-Index  ${index} ---------------------`]),
    heading,
    ...rows.filter((row) => (row.index ?? 0) === index).map(printRow),
  ]);
}

export const showRegisterStatus = show(
  'show sip-ua register status [secondary]',
  'Display SIP registration status',
  ({ sip }, { secondary }) => ({
    rows: sip.registrations().rows.filter((row) => row.secondary === (secondary === true)),
  }),
  ({ rows }) => printRows(rows),
);

import { causeTables } from '../call/index.ts';
import type { CommandSet } from './command-set.ts';
import { show } from './show.ts';

type Rows = readonly (readonly [from: number, configured: number, usual: number])[];

function printMap(heading: readonly string[], rows: Rows): readonly string[] {
  return [...heading, ...rows.map(([from, to, usual]) => `${String(from).padEnd(14)}${String(to).padEnd(17)}${usual}`)];
}

const pstnSip = [
  'The PSTN Cause to SIP Status code mapping table:-',
  'PSTN-Cause    Configured       Default',
  '              SIP-Status       SIP-Status',
];
const sipPstn = [
  'The SIP Status code to PSTN Cause mapping table:-',
  'SIP-Status    Configured       Default',
  '              PSTN-Cause       PSTN-Cause',
];
const requestPstn = [
  'The SIP Request to PSTN Cause mapping table:-',
  'SIP-Request   Configured       Default',
  '              PSTN-Cause       PSTN-Cause',
];

export const sipMapShows: NonNullable<CommandSet['exec']> = [
  show(
    'show sip-ua map {pstn-sip | sip-pstn | sip-request-pstn}',
    'Display the mapping of causes and SIP status codes',
    ({ config }) => ({ ...causeTables(config.running.sip), causeOfRequest: { CANCEL: 16, BYE: 16 } }),
    (tables, { pstnSip: toSip, sipPstn: toPstn }) => {
      if (toSip) return printMap(pstnSip, tables.statusOfCause);
      if (toPstn) return printMap(sipPstn, tables.causeOfStatus);
      const rows = Object.entries(tables.causeOfRequest);
      return [...requestPstn, ...rows.map(([name, to]) => `${name.padEnd(14)}${String(to).padEnd(17)}${to}`)];
    },
  ),
  show(
    'show sip-ua srtp',
    'Display SRTP information',
    () => ({ AES_CM_128_HMAC_SHA1_80: 0, AES_CM_128_HMAC_SHA1_32: 0 }),
    (suites) => ['Crypto-suite Negotiation', ...Object.entries(suites).map(([suite, count]) => `  ${suite}: ${count}`)],
  ),
  show(
    'show sip-ua min-se',
    'Display Min-SE value',
    ({ config }) => ({ minSeSeconds: config.running.sip.minSe }),
    ({ minSeSeconds }) => ['SIP UA MIN-SE Value (seconds)', `Min-SE: ${minSeSeconds}`],
  ),
  show(
    'show sip-ua status refer-ood',
    'Display out-of-dialog REFER information',
    () => ({ most: 0, incoming: 0, outgoing: 0 }),
    ({ most, incoming, outgoing }) => [
      `Maximum allow incoming out-of-dialog refer ${most}`,
      `Current existing incoming out-of-dialog refer dialogs: ${incoming}`,
      `outgoing out-of-dialog refer dialogs: ${outgoing}`,
    ],
  ),
];

import { CommandError, command } from '../../cli/index.ts';
import { datePrinter, type PrintTime } from '../display-time.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';

const crls = show(
  'show crypto {pki | ca} crls',
  'Certificate revocation lists',
  ({ pki }) => pki.trust.crls(),
  (cache, _args, world) => cacheLines(cache, datePrinter(world)),
  { privilege: 1 },
);

type CrlCache = ReturnType<World['pki']['trust']['crls']>;

function cacheLines({ lists, bytes, bytesAtMost }: CrlCache, date: PrintTime): readonly string[] {
  return [
    ...lists.flatMap(({ issuer, thisUpdate, nextUpdate, fetchedAt, url, byScep, size }) => [
      'CRL Issuer Name:',
      `    ${issuer.join(',')}`,
      `    LastUpdate: ${date(thisUpdate)}`,
      `    NextUpdate: ${date(nextUpdate)}`,
      '',
      `    CRL downloaded at: ${date(fetchedAt)}`,
      '',
      '    Retrieved from CRL Distribution Point:',
      `      ${byScep ? '** CDP Not Published - Retrieved via SCEP' : url}`,
      '',
      ` CRL DER is ${size} bytes`,
      ' CRL is stored in parsed CRL cache',
      '',
    ]),
    '',
    `Parsed CRL cache current size is ${bytes} bytes`,
    `Parsed CRL cache maximum size is ${bytesAtMost} bytes`,
  ];
}

const counters = show(
  'show crypto {pki | ca} counters',
  'Counters of validations',
  ({ pki }) => pki.trust.counters(),
  (count) => [
    `PKI Sessions Started: ${count.started}`,
    `PKI Sessions Ended: ${count.ended}`,
    `PKI Sessions Active: ${count.started - count.ended}`,
    `Successful Validations: ${count.successful}`,
    `Failed Validations: ${count.failed}`,
    `Bypassed Validations: ${count.bypassed}`,
    `Pending Validations: ${count.pending}`,
    `CRLs checked: ${count.listsChecked}`,
    `CRL - fetch attempts: ${count.attempts}`,
    `CRL - failed attempts: ${count.failedAttempts}`,
    `CRL - rejected busy fetching: ${count.busy}`,
    'AAA authorizations: 0',
  ],
  { privilege: 1 },
);

const requestSyntax = 'crypto {pki | ca} crl request <name:word>';

/** In configuration mode as on IOS. */
const request = command<typeof requestSyntax, World>(
  requestSyntax,
  "Fetch the CRL of a trustpoint's CA now",
  async ({ name }, { world }) => {
    const asked = await world.pki.trust.requestCrl(name);
    if (!asked.ok) throw new CommandError(`% Failed to fetch the CRL: ${asked.reason}`);
  },
);

const clearCrls = command<'clear crypto {pki | ca} crls', World>(
  'clear crypto {pki | ca} crls',
  'Forget certificate revocation lists and OCSP answers',
  (_, { world }) => world.pki.trust.clearCrls(),
);

const clearCounters = command<'clear crypto {pki | ca} counters', World>(
  'clear crypto {pki | ca} counters',
  'Counters of validations',
  (_, { world }) => world.pki.trust.clearCounters(),
);

export const revocationExec = [crls, counters, clearCrls, clearCounters];
export const revocationCommands = [request];

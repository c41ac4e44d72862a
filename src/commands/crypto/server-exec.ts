import { CommandError, command, type Terminal } from '../../cli/index.ts';
import { type CaServerReport, certificatePem, type Outcome, type RevocationReason } from '../../pki/index.ts';
import { datePrinter } from '../display-time.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import { askYesNo, printText, readPaste } from './dialog.ts';
import { crlLines, issuedLines, requestLines, serverLines } from './server-lines.ts';

/** What is done with a certificate server that runs: `crypto pki server NAME ...` in EXEC. */

function reportOf({ pki }: World, name: string): CaServerReport {
  const report = pki.authorities.report(name);
  if (report === undefined) throw new CommandError(`Certificate server '${name}' is not known`);
  return report;
}

/** The value, or the reason as an operator reads it. */
function had<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new CommandError(`% ${outcome.reason}`);
  return outcome.value;
}

function requestId(which: string): number | 'all' {
  if (which === 'all') return which;
  if (!/^\d{1,15}$/.test(which)) throw new CommandError('% A request id or the word all is needed');
  return Number(which);
}

const deciding = { grant: 'Grant', reject: 'Reject' } as const;

const decide = (verb: keyof typeof deciding) =>
  command<`crypto pki server <name:word> ${typeof verb} <which:word>`, World>(
    `crypto pki server <name:word> ${verb} <which:word>`,
    `${deciding[verb]} a pending request by its id, or all`,
    async ({ name, which }, { world }) => {
      reportOf(world, name);
      const decided = had(await world.pki.authorities[verb](name, requestId(which)));
      if (decided === 0) throw new CommandError('% No pending request of that id');
    },
  );

const remove = command<'crypto pki server <name:word> remove <which:word>', World>(
  'crypto pki server <name:word> remove <which:word>',
  'Take a request off the list by its id, or all',
  async ({ name, which }, { world }) => {
    reportOf(world, name);
    const removed = had(await world.pki.authorities.removeRequest(name, requestId(which)));
    if (removed === 0) throw new CommandError('% No request of that id');
  },
);

const info = command<'crypto pki server <name:word> info {requests | crl}', World>(
  'crypto pki server <name:word> info {requests | crl}',
  'List the requests, or show the CRL',
  ({ name, crl }, { world, terminal }) => {
    const report = reportOf(world, name);
    for (const line of crl ? crlLines(report, datePrinter(world)) : requestLines(report)) terminal.print(line);
  },
);

const revokeSyntax =
  'crypto pki server <name:word> revoke <serial:word> [reason {unspecified | key-compromise | ca-compromise | affiliation-changed | superseded | cessation-of-operation | privilege-withdrawn}]';

const reasons: readonly (readonly [RevocationReason, string])[] = [
  ['key-compromise', 'keyCompromise'],
  ['ca-compromise', 'caCompromise'],
  ['affiliation-changed', 'affiliationChanged'],
  ['superseded', 'superseded'],
  ['cessation-of-operation', 'cessationOfOperation'],
  ['privilege-withdrawn', 'privilegeWithdrawn'],
];

const revoke = command<typeof revokeSyntax, World>(
  revokeSyntax,
  'Revoke a certificate by its serial number, in hexadecimal',
  async ({ name, serial, ...flags }, { world, terminal }) => {
    reportOf(world, name);
    const digits = serialDigits(serial);
    const given: Readonly<Record<string, unknown>> = flags;
    const reason = reasons.find(([, flag]) => given[flag] === true)?.[0] ?? 'unspecified';
    had(await world.pki.authorities.revoke(name, Number.parseInt(digits, 16), reason));
    terminal.print(`% Certificate 0x${digits.toUpperCase()} succesfully revoked`);
  },
);

const unrevoke = command<'crypto pki server <name:word> unrevoke <serial:word>', World>(
  'crypto pki server <name:word> unrevoke <serial:word>',
  'Take the revocation of a certificate back',
  async ({ name, serial }, { world, terminal }) => {
    reportOf(world, name);
    const digits = serialDigits(serial);
    had(await world.pki.authorities.unrevoke(name, Number.parseInt(digits, 16)));
    terminal.print(`% Certificate 0x${digits.toUpperCase()} succesfully unrevoked`);
  },
);

const trim = command<'crypto pki server <name:word> trim', World>(
  'crypto pki server <name:word> trim',
  'Put out a CRL without certificates whose time is over',
  async ({ name }, { world, terminal }) => {
    reportOf(world, name);
    const gone = had(await world.pki.authorities.trim(name));
    terminal.print(`% ${gone} expired ${gone === 1 ? 'entry' : 'entries'} removed from the CRL`);
  },
);

function serialDigits(serial: string): string {
  const digits = /^(?:0x)?([0-9a-f]{1,13})$/i.exec(serial)?.[1];
  if (digits === undefined) throw new CommandError(`% ${serial} is not a serial number in hexadecimal`);
  return digits;
}

const defaultMinutes = 60;

const password = command<'crypto pki server <name:word> password generate [<minutes:int(1-1440)>]', World>(
  'crypto pki server <name:word> password generate [<minutes:int(1-1440)>]',
  'Make a one-time password for an enrollment by SCEP',
  ({ name, minutes = defaultMinutes }, { world, terminal }) => {
    reportOf(world, name);
    const made = had(world.pki.authorities.generatePassword(name, minutes));
    terminal.print(`% New password is '${made}', valid for ${minutes} minutes`);
  },
);

const rollover = command<'crypto pki server <name:word> rollover [cancel]', World>(
  'crypto pki server <name:word> rollover [cancel]',
  'Make the next CA certificate now, or take it back',
  async ({ name, cancel }, { world, terminal }) => {
    reportOf(world, name);
    had(await world.pki.authorities.rollover(name, cancel ? 'cancel' : 'make'));
    terminal.print(cancel ? '% Rollover certificate and keys removed' : '% Rollover certificate is available');
  },
);

const run = (verb: 'start' | 'stop') =>
  command<`crypto pki server <name:word> ${typeof verb}`, World>(
    `crypto pki server <name:word> ${verb}`,
    verb === 'start' ? 'Start the server until the next reload' : 'Stop the server until the next reload',
    async ({ name }, { world, terminal }) => {
      reportOf(world, name);
      had(await world.pki.authorities.run(name, verb));
      terminal.print(`% Certificate Server ${verb === 'start' ? 'enabled' : 'disabled'}.`);
    },
  );

/** Whoever signs for a CA should know. */
function mayBeCa(terminal: Terminal): Promise<boolean> {
  terminal.print('% The request is for the certificate of a subordinate CA.');
  return askYesNo(terminal, '% Issue a CA certificate? [yes/no]: ');
}

const signSyntax = 'crypto pki server <name:word> request pkcs10 terminal [base64 | pem]';

const sign = command<typeof signSyntax, World>(
  signSyntax,
  'Sign a pasted request',
  async ({ name, pem }, { world, terminal }) => {
    reportOf(world, name);
    terminal.print('PKCS10 request in base64 or pem');
    terminal.print('');
    terminal.print('% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.');
    terminal.print('% End with a blank line or "quit" on a line by itself.');
    const signed = had(
      await world.pki.authorities.sign(name, await readPaste(terminal, true), () => mayBeCa(terminal)),
    );
    terminal.print('');
    terminal.print('% Granted certificate:');
    const text = certificatePem(signed);
    printText(terminal, pem ? text : text.replaceAll(/-----[A-Z ]+-----\n/g, ''));
    terminal.print('');
  },
);

const showServer = show(
  'show crypto pki server [<name:word> [requests | crl]]',
  'The embedded certificate authority',
  (world, { name }) => (name === undefined ? world.pki.authorities.reports() : [reportOf(world, name)]),
  (reports, { requests, crl }, world) => {
    const lines = requests ? requestLines : crl ? crlLines : serverLines;
    return reports.flatMap((report) => lines(report, datePrinter(world)));
  },
  { privilege: 1 },
);

const showIssued = show(
  'show crypto pki server <name:word> certificates',
  'The certificates the embedded certificate authority has issued',
  async (world, { name }) => {
    reportOf(world, name);
    return had(await world.pki.authorities.issued(name));
  },
  (records, _args, world) => issuedLines(records, datePrinter(world)),
  { privilege: 1 },
);

export const serverExec = [
  decide('grant'),
  decide('reject'),
  remove,
  info,
  revoke,
  unrevoke,
  trim,
  password,
  rollover,
  run('start'),
  run('stop'),
  sign,
  showServer,
  showIssued,
];

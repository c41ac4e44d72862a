import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withoutEntry } from '../../config/index.ts';
import {
  type CaServerReport,
  type CaServerSettings,
  caServerDefaults,
  certificatePem,
  fingerprint,
  parseX500,
} from '../../pki/index.ts';
import { configMode, entryLens, settingsOf } from '../config-mode.ts';
import { datePrinter, type PrintTime } from '../display-time.ts';
import { blocks, section } from '../section.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import { askYesNo, printText, readPaste } from './dialog.ts';
import { chosenHash } from './trustpoint.ts';

const setting = settingsOf<CaServerSettings>();

const lens = entryLens<string, CaServerSettings>(
  ({ pki }) => pki.servers,
  (tree, servers) => ({ ...tree, pki: { ...tree.pki, servers } }),
);

const { lifetime, hash, grant, databaseLevel } = caServerDefaults;

/** `shutdown` is an action too: it waits for the CA to be made, and tells. */
const shutdown = command<'shutdown', World>(
  'shutdown',
  'Stop the certificate server',
  (_args, invocation) => setShutdown(invocation),
  { negatable: true },
);

function setShutdown(invocation: Invocation<World>): void | Promise<void> {
  const { config } = invocation.world;
  const server = lens.read(config.running, invocation.focus);
  if (server === undefined) throw new CommandError('% This entry has been removed');
  const next = invocation.form !== 'no';
  if (server.shutdown !== next) {
    config.commit(lens.write(config.running, invocation.focus, { ...server, shutdown: next }, config.batch));
  }
  return next || config.batch !== undefined ? undefined : tellEnabled(server.name, invocation);
}

async function tellEnabled(name: string, { world, terminal }: Invocation<World>): Promise<void> {
  terminal.print('%Some server settings cannot be changed after CA certificate generation.');
  terminal.print('% Exporting Certificate Server signing certificate and keys...');
  terminal.print('');
  await world.pki.settled();
  const report = world.pki.server(name);
  if (report?.enabled !== true) {
    throw new CommandError(`% Failed to enable the Certificate Server: ${report?.fault ?? 'it is shut down'}`);
  }
  terminal.print('% Certificate Server enabled.');
}

export const serverMode = configMode<CaServerSettings>({
  name: 'cs-server',
  prompt: 'cs-server',
  lens,
  settings: [
    setting('database level {minimum | names | complete}', 'What is kept of every certificate issued', {
      set: (server, args) => ({
        ...server,
        databaseLevel: args.complete ? 'complete' : args.names ? 'names' : 'minimum',
      }),
      unset: (server) => ({ ...server, databaseLevel }),
      print: (server) =>
        server.databaseLevel === databaseLevel ? undefined : `database level ${server.databaseLevel}`,
      default: `database level ${databaseLevel}`,
    }),
    setting('issuer-name <name:line>', 'X.500 name of the CA', {
      set: (server, { name }) => {
        if (!parseX500(name).ok) throw new CommandError(`% ${name} is not a valid issuer name`);
        return { ...server, issuerName: name };
      },
      unset: ({ issuerName: _, ...server }) => server,
      print: ({ issuerName }) => (issuerName === undefined ? undefined : `issuer-name ${issuerName}`),
    }),
    setting('grant {auto | none}', 'Which requests are granted without asking', {
      set: (server, args) => ({ ...server, grant: args.auto ? 'auto' : 'none' }),
      unset: (server) => ({ ...server, grant }),
      print: (server) => (server.grant === grant ? undefined : `grant ${server.grant}`),
      default: `grant ${grant}`,
    }),
    setting('hash {md5 | sha1 | sha256 | sha384 | sha512}', 'Hash of the signatures', {
      set: (server, args) => ({ ...server, hash: chosenHash(args) }),
      unset: (server) => ({ ...server, hash }),
      print: (server) => (server.hash === hash ? undefined : `hash ${server.hash}`),
      default: `hash ${hash}`,
    }),
    setting('lifetime ca-certificate <days:int(1-7305)>', 'Days the CA certificate is valid', {
      set: (server, { days }) => ({ ...server, lifetime: { ...server.lifetime, caCertificate: days } }),
      unset: (server) => ({ ...server, lifetime: { ...server.lifetime, caCertificate: lifetime.caCertificate } }),
      print: ({ lifetime: { caCertificate } }) =>
        caCertificate === lifetime.caCertificate ? undefined : `lifetime ca-certificate ${caCertificate}`,
      default: `lifetime ca-certificate ${lifetime.caCertificate}`,
    }),
    setting('lifetime certificate <days:int(1-7305)>', 'Days an issued certificate is valid', {
      set: (server, { days }) => ({ ...server, lifetime: { ...server.lifetime, certificate: days } }),
      unset: (server) => ({ ...server, lifetime: { ...server.lifetime, certificate: lifetime.certificate } }),
      print: ({ lifetime: { certificate } }) =>
        certificate === lifetime.certificate ? undefined : `lifetime certificate ${certificate}`,
      default: `lifetime certificate ${lifetime.certificate}`,
    }),
  ],
  commands: [shutdown],
});

const openSyntax = 'crypto {pki | ca} server <name:word>';

const open = command<typeof openSyntax, World>(
  openSyntax,
  'Configure the embedded certificate authority',
  ({ name }, invocation) => {
    return invocation.form === 'set' ? openServer(name, invocation) : remove(name, invocation);
  },
  { negatable: true, noSyntax: openSyntax },
);

function openServer(name: string, invocation: Invocation<World>): void {
  const { config } = invocation.world;
  if (lens.read(config.running, name) === undefined) {
    config.commit(lens.write(config.running, name, { name, ...caServerDefaults }, config.batch));
  }
  invocation.session.enter('cs-server', name);
}

async function remove(name: string, { world, terminal }: Invocation<World>): Promise<void> {
  const { config } = world;
  if (lens.read(config.running, name) === undefined)
    throw new CommandError(`Certificate server '${name}' is not known`);
  const question =
    'CA certificate, Keypair, CRL and database files will be deleted. Do you wish to continue? [yes/no]: ';
  if (config.batch === undefined && !(await askYesNo(terminal, question))) return;
  const next = lens.remove(config.running, name, config.batch);
  const trustpoints = withoutEntry(config.batch, next.pki.trustpoints, name);
  const chains = withoutEntry(config.batch, next.pki.chains, name);
  config.commit({ ...next, pki: { ...next.pki, trustpoints, chains } });
  if (config.batch === undefined) await world.pki.settled();
}

/** A server that runs prints no `shutdown`; it is off until told otherwise. */
export const serverSection = section('crypto-server', (tree, all) =>
  blocks(
    [...tree.pki.servers.values()].map((server) => [
      `crypto pki server ${server.name}`,
      ...serverMode.print(tree, server.name, all),
      server.shutdown ? ' shutdown' : ' no shutdown',
    ]),
  ),
);

const decide = (verb: 'grant' | 'reject') =>
  command<`crypto pki server <name:word> ${typeof verb} <which:word>`, World>(
    `crypto pki server <name:word> ${verb} <which:word>`,
    `${verb === 'grant' ? 'Grant' : 'Reject'} a pending request by its id, or all`,
    async ({ name, which }, { world }) => {
      const id = which === 'all' ? which : Number(which);
      if (id !== 'all' && !Number.isSafeInteger(id)) throw new CommandError('% A request id or the word all is needed');
      const decided = await world.pki[verb](name, id);
      if (!decided.ok) throw new CommandError(`% ${decided.reason}`);
      if (decided.value === 0) throw new CommandError('% No pending request of that id');
    },
  );

const infoRequests = command<'crypto pki server <name:word> info requests', World>(
  'crypto pki server <name:word> info requests',
  'List the requests',
  ({ name }, { world, terminal }) => {
    for (const line of requestLines(reportOf(world, name))) terminal.print(line);
  },
);

const signSyntax = 'crypto pki server <name:word> request pkcs10 terminal [pem]';

const sign = command<typeof signSyntax, World>(
  signSyntax,
  'Sign a pasted request',
  async ({ name, pem }, { world, terminal }) => {
    reportOf(world, name);
    terminal.print('PKCS10 request in base64 or pem');
    terminal.print('');
    terminal.print('% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.');
    terminal.print('% End with a blank line or "quit" on a line by itself.');
    const signed = await world.pki.signRequest(name, await readPaste(terminal, true));
    if (!signed.ok) throw new CommandError(`% ${signed.reason}`);
    terminal.print('');
    terminal.print('% Granted certificate:');
    const text = certificatePem(signed.value);
    printText(terminal, pem ? text : text.replaceAll(/-----[A-Z ]+-----\n/g, ''));
    terminal.print('');
  },
);

function reportOf({ pki }: World, name: string): CaServerReport {
  const report = pki.server(name);
  if (report === undefined) throw new CommandError(`Certificate server '${name}' is not known`);
  return report;
}

const showServer = show(
  'show crypto pki server [<name:word> [requests]]',
  'The embedded certificate authority',
  (world, { name }) => (name === undefined ? world.pki.servers() : [reportOf(world, name)]),
  (reports, { requests }, world) =>
    reports.flatMap((report) => (requests ? requestLines(report) : serverLines(report, datePrinter(world)))),
  { privilege: 1 },
);

const levels = {
  minimum: 'Minimum - no cert data written to storage',
  names: 'Names - subject name data written as <serialnum>.cnm',
  complete: 'Complete - all issued certs written as <serialnum>.cer',
} as const;

function serverLines(report: CaServerReport, date: PrintTime): readonly string[] {
  const { ca } = report;
  return [
    `Certificate Server ${report.name}:`,
    `    Status: ${report.enabled ? 'enabled' : 'disabled'}`,
    `    State: ${report.enabled ? 'enabled' : 'disabled'}`,
    ...(report.fault === undefined ? [] : [`    Fault: ${report.fault}`]),
    ...(report.enabled ? ['    Server\'s configuration is locked  (enter "shut" to unlock it)'] : []),
    `    Issuer name: ${report.issuerName}`,
    `    CA cert fingerprint: ${ca === undefined ? '-Not found-' : fingerprint(ca.der, 'md5')}`,
    `    Granting mode is: ${report.grant === 'auto' ? 'auto' : 'manual'}`,
    `    Last certificate issued serial number (hex): ${report.lastSerial.toString(16).toUpperCase()}`,
    ...(ca === undefined ? [] : [`    CA certificate expiration timer: ${date(ca.notAfter)}`]),
    '    Current primary storage dir: nvram:',
    `    Database Level: ${levels[report.databaseLevel]}`,
  ];
}

function requestLines({ requests }: CaServerReport): readonly string[] {
  const heading = ['ReqID  State      Fingerprint                      SubjectName', '-'.repeat(62)];
  const kinds = ['Subordinate CA certificate requests:', 'RA certificate requests:', 'Router certificates requests:'];
  return [
    'Enrollment Request Database:',
    ...kinds.flatMap((kind) => ['', kind, ...heading]),
    ...requests.map(
      ({ id, state, fingerprint: digest, subject }) =>
        `${String(id).padEnd(7)}${state.padEnd(11)}${digest.padEnd(33)}${subject}`,
    ),
    '',
  ];
}

export const serverCommands = [open];
export const serverExec = [decide('grant'), decide('reject'), infoRequests, sign, showServer];

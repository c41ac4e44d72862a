import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withoutEntry } from '../../config/index.ts';
import {
  type CaServerSettings,
  caServerDefaults,
  isPurpose,
  type PurposeName,
  parseX500,
  purposeIds,
} from '../../pki/index.ts';
import { configMode, entryLens, type Setting, settingsOf } from '../config-mode.ts';
import { withoutKept } from '../inert-mode.ts';
import { placeOf } from '../kept.ts';
import { blocks, section } from '../section.ts';
import type { World } from '../world.ts';
import { askNewPassword, askYesNo } from './dialog.ts';
import { archiveSetting, databaseUrlSetting } from './server-database.ts';
import { enrolSubordinate, isEnrolling } from './subordinate.ts';
import { chosenHash } from './trustpoint.ts';

const setting = settingsOf<CaServerSettings>();

const lens = entryLens<string, CaServerSettings>(
  ({ pki }) => pki.servers,
  (tree, servers) => ({ ...tree, pki: { ...tree.pki, servers } }),
);

const { lifetime, hash, grant, databaseLevel } = caServerDefaults;
const rolloverDays = 30;

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

async function tellEnabled(name: string, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  terminal.print('%Some server settings cannot be changed after CA certificate generation.');
  await enrolSubordinate(name, invocation);
  const password = await askArchivePassword(name, world, terminal);
  terminal.print('% Exporting Certificate Server signing certificate and keys...');
  terminal.print('');
  await world.pki.settled();
  if (isEnrolling(name, world)) return terminal.print('% Enrollment in progress...');
  const report = world.pki.authorities.report(name);
  if (report?.enabled !== true) {
    throw new CommandError(`% Failed to enable the Certificate Server: ${report?.fault ?? 'it is shut down'}`);
  }
  terminal.print('% Certificate Server enabled.');
  if (password === undefined) return;
  const archived = await world.pki.authorities.archive(name, password);
  if (!archived.ok) throw new CommandError(`% The archive was not written: ${archived.reason}`);
}

/** Asked when an archive is wanted and the configuration has no password for it; an empty one means no archive. */
async function askArchivePassword(
  name: string,
  { config, pki }: World,
  terminal: Invocation<World>['terminal'],
): Promise<string | undefined> {
  const { archive } = config.running.pki.servers.get(name) ?? {};
  if (archive === undefined || archive.password !== undefined || archive.sealedPassword !== undefined) return undefined;
  if (pki.authorities.report(name)?.isArchived === true) return undefined;
  terminal.print('% Please enter a passphrase to protect the private key');
  terminal.print('% or type Return to exit');
  const password = await askNewPassword(terminal);
  terminal.print('');
  return password === '' ? undefined : password;
}

/** One of the lifetimes: a syntax with the argument `time`, and the name it has in the settings. */
function lifetimeSetting(
  syntax: `lifetime ${string} <time:int(${string})>`,
  help: string,
  name: keyof CaServerSettings['lifetime'],
): Setting<CaServerSettings> {
  const line = syntax.slice(0, syntax.lastIndexOf(' '));
  const become = (server: CaServerSettings, time: number): CaServerSettings => ({
    ...server,
    lifetime: { ...server.lifetime, [name]: time },
  });
  return setting<string>(syntax, help, {
    set: (server, { time }) => become(server, Number(time)),
    unset: (server) => become(server, lifetime[name]),
    print: (server) => (server.lifetime[name] === lifetime[name] ? undefined : `${line} ${server.lifetime[name]}`),
    default: `${line} ${lifetime[name]}`,
  });
}

function checkedPurposes(words: readonly string[]): readonly PurposeName[] {
  const known = words.map((word) => word.toLowerCase()).filter(isPurpose);
  if (known.length === words.length) return [...new Set(known)];
  throw new CommandError(`% The purposes are ${Object.keys(purposeIds).join(', ')}`);
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
    archiveSetting,
    setting('issuer-name <name:line>', 'X.500 name of the CA', {
      set: (server, { name }) => {
        if (!parseX500(name).ok) throw new CommandError(`% ${name} is not a valid issuer name`);
        return { ...server, issuerName: name };
      },
      unset: ({ issuerName: _, ...server }) => server,
      print: ({ issuerName }) => (issuerName === undefined ? undefined : `issuer-name ${issuerName}`),
    }),
    setting('grant {auto | none | ra-auto}', 'Which requests are granted without asking', {
      set: (server, args) => ({ ...server, grant: args.auto ? 'auto' : args.raAuto ? 'ra-auto' : 'none' }),
      unset: (server) => ({ ...server, grant }),
      print: (server) => (server.grant === grant ? undefined : `grant ${server.grant}`),
      default: `grant ${grant}`,
    }),
    setting('grant auto trustpoint <name:word>', 'Grant the renewals of those whom a trustpoint accepts', {
      set: (server, { name }) => ({ ...server, grantTrustpoint: name }),
      unset: ({ grantTrustpoint: _, ...server }) => server,
      noSyntax: 'grant auto trustpoint [<name:word>]',
      print: ({ grantTrustpoint: name }) => (name === undefined ? undefined : `grant auto trustpoint ${name}`),
    }),
    setting('grant auto rollover ca-cert', 'Grant the renewals of subordinate CAs', {
      set: (server) => ({ ...server, grantsRollover: true }),
      unset: ({ grantsRollover: _, ...server }) => server,
      print: ({ grantsRollover }) => (grantsRollover ? 'grant auto rollover ca-cert' : undefined),
    }),
    setting('grant auto rollover ra-cert', 'Grant the renewals of registration authorities', {
      set: (server) => ({ ...server, grantsRegistrarRollover: true }),
      unset: ({ grantsRegistrarRollover: _, ...server }) => server,
      print: ({ grantsRegistrarRollover }) => (grantsRegistrarRollover ? 'grant auto rollover ra-cert' : undefined),
    }),
    setting('hash {md5 | sha1 | sha256 | sha384 | sha512}', 'Hash of the signatures', {
      set: (server, args) => ({ ...server, hash: chosenHash(args) }),
      unset: (server) => ({ ...server, hash }),
      print: (server) => (server.hash === hash ? undefined : `hash ${server.hash}`),
      default: `hash ${hash}`,
    }),
    lifetimeSetting('lifetime ca-certificate <time:int(1-7305)>', 'Days the CA certificate is valid', 'caCertificate'),
    lifetimeSetting('lifetime certificate <time:int(1-7305)>', 'Days an issued certificate is valid', 'certificate'),
    lifetimeSetting('lifetime crl <time:int(1-336)>', 'Hours until the next CRL', 'crlHours'),
    lifetimeSetting('lifetime enrollment-request <time:int(1-1000)>', 'Hours a request may wait', 'requestHours'),
    setting('cdp-url <url:url>', 'CRL distribution point of issued certificates', {
      set: (server, { url }) => ({ ...server, cdpUrl: url }),
      unset: ({ cdpUrl: _, ...server }) => server,
      print: ({ cdpUrl }) => (cdpUrl === undefined ? undefined : `cdp-url ${cdpUrl}`),
    }),
    setting('ocsp-url <url:url>', 'OCSP responder named in issued certificates', {
      set: (server, { url }) => ({ ...server, ocspUrl: url }),
      unset: ({ ocspUrl: _, ...server }) => server,
      print: ({ ocspUrl }) => (ocspUrl === undefined ? undefined : `ocsp-url ${ocspUrl}`),
      ours: true,
    }),
    setting('auto-rollover [<days:int(0-1825)>]', 'Make the next CA certificate days before the end of this one', {
      set: (server, { days = rolloverDays }) => ({ ...server, autoRolloverDays: days }),
      unset: ({ autoRolloverDays: _, ...server }) => server,
      print: ({ autoRolloverDays: days }) => {
        if (days === undefined) return undefined;
        return days === rolloverDays ? 'auto-rollover' : `auto-rollover ${days}`;
      },
    }),
    setting('mode sub-cs', 'Be a subordinate CA: the trustpoint of the same name enrols it', {
      set: (server) => ({ ...server, mode: 'sub-cs' }),
      unset: ({ mode: _, ...server }) => server,
      print: ({ mode }) => (mode === undefined ? undefined : `mode ${mode}`),
    }),
    setting('eku <purposes:word>...', 'Purposes that issued certificates name', {
      set: (server, args) => ({ ...server, purposes: checkedPurposes(args.purposes) }),
      unset: ({ purposes: _, ...server }) => server,
      noSyntax: 'eku [<rest:line>]',
      print: ({ purposes }) => (purposes === undefined ? undefined : `eku ${purposes.join(' ')}`),
    }),
    databaseUrlSetting,
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
  const removed = lens.remove(config.running, name, config.batch);
  const next = withoutKept(removed, config.batch, placeOf('cs-server', name), 'cs-server');
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

export const serverCommands = [open];

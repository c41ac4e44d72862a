import { CommandError } from '../../cli/index.ts';
import {
  type CaServerSettings,
  type DatabaseKind,
  databaseKinds,
  type PublishedKind,
  readDatabaseUrl,
} from '../../pki/index.ts';
import { type Setting, settingsOf } from '../config-mode.ts';
import { printPassword, readPassword } from './password.ts';

/** `database archive` and `database url` of a certificate server. */

const setting = settingsOf<CaServerSettings>();

export const archiveSetting: Setting<CaServerSettings> = setting(
  'database archive {pem | pkcs12} [password <password:line>]',
  'Write the CA certificate and its key to a file under a password',
  {
    set: ({ unarchived: _, ...server }, { pem, password }) => ({
      ...server,
      archive: { format: pem ? 'pem' : 'pkcs12', ...(password !== undefined && checkedPassword(password)) },
    }),
    // Without a line nothing is archived either: an IOS configuration that says so reads back as it was typed.
    unset: ({ archive: _, ...server }) => ({ ...server, unarchived: true }),
    reset: ({ archive: _, unarchived: __, ...server }) => server,
    print: ({ archive, unarchived }) => {
      if (archive === undefined) return unarchived ? 'no database archive' : undefined;
      const password = printPassword(archive);
      return `database archive ${archive.format}${password === undefined ? '' : ` ${password}`}`;
    },
  },
);

const shortest = 8;

function checkedPassword(typed: string): ReturnType<typeof readPassword> {
  const read = readPassword(typed);
  if (read.password === undefined || read.password.length >= shortest) return read;
  throw new CommandError(`% The password of an archive has at least ${shortest} characters`);
}

type Words = Readonly<Partial<Record<DatabaseKind | 'publish', true | undefined>>>;

function kindOf(words: Words): DatabaseKind | undefined {
  return databaseKinds.find((kind) => words[kind] === true);
}

export const databaseUrlSetting: Setting<CaServerSettings> = setting(
  'database url [cnm | crl | crt | p12 | pem | ser] [publish] <url:url>',
  'Where the files of the server lie, and where copies of them go',
  {
    set: (server, args) => placed(server, args, args.url),
    unset: (server, args) => placed(server, args, undefined),
    noSyntax: 'database url [cnm | crl | crt | p12 | pem | ser] [publish] [<url:url>]',
    print: ({ databaseUrls = {}, publishUrls = {} }) => [
      ...(databaseUrls.all === undefined ? [] : [`database url ${databaseUrls.all}`]),
      ...databaseKinds.flatMap((kind) =>
        databaseUrls[kind] === undefined ? [] : [`database url ${kind} ${databaseUrls[kind]}`],
      ),
      ...published.flatMap((kind) =>
        publishUrls[kind] === undefined ? [] : [`database url ${kind} publish ${publishUrls[kind]}`],
      ),
    ],
  },
);

const published: readonly PublishedKind[] = ['cnm', 'crl', 'crt'];

function placed(server: CaServerSettings, words: Words, url: string | undefined): CaServerSettings {
  const kind = kindOf(words);
  if (url !== undefined) checkUrl(url, kind, words.publish === true);
  const { databaseUrls, publishUrls, ...rest } = server;
  if (words.publish !== true) {
    const urls = withUrl(databaseUrls, kind ?? 'all', url);
    return { ...rest, ...(publishUrls && { publishUrls }), ...(urls && { databaseUrls: urls }) };
  }
  const one = published.find((name) => name === kind);
  if (one === undefined) throw new CommandError('% Certificates, their names and the CRL are published: crt, cnm, crl');
  const urls = withUrl(publishUrls, one, url);
  return { ...rest, ...(databaseUrls && { databaseUrls }), ...(urls && { publishUrls: urls }) };
}

type Urls<K extends string> = Readonly<Partial<Record<K, string>>>;

/** Undefined when nothing is left. */
function withUrl<K extends string>(urls: Urls<K> | undefined, key: K, url: string | undefined): Urls<K> | undefined {
  const next = new Map<string, string>(Object.entries(urls ?? {}));
  if (url === undefined) next.delete(key);
  else next.set(key, url);
  return next.size === 0 ? undefined : (Object.fromEntries(next) as Urls<K>);
}

function checkUrl(url: string, kind: DatabaseKind | undefined, isPublished: boolean): void {
  const read = readDatabaseUrl(url);
  if (!read.ok) throw new CommandError(`% Invalid database url ${url}: ${read.reason}`);
  if (kind === 'ser' && 'remote' in read.value) {
    throw new CommandError('% The serial number must be in nvram: before a certificate goes out');
  }
  if (isPublished && !('remote' in read.value)) throw new CommandError('% A place to publish at is a tftp: url');
}

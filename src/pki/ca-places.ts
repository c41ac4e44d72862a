import { done, type Outcome, refused } from './outcome.ts';

/** What `database url` can name a place for: serial number, certificates, their names, the CRL, and the two archives. */
export const databaseKinds = ['cnm', 'crl', 'crt', 'p12', 'pem', 'ser'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];
/** What can be published besides. */
export type PublishedKind = Extract<DatabaseKind, 'cnm' | 'crl' | 'crt'>;

/** `database url`, as typed: by kind, and for all that have none of their own. */
export type DatabaseUrls = Readonly<Partial<Record<DatabaseKind | 'all', string>>>;
export type PublishUrls = Readonly<Partial<Record<PublishedKind, string>>>;

/** Where a URL leads: a folder in the server's own, or a server of files that is given copies. */
export type DatabasePlace = { readonly folder: string } | { readonly remote: string };

const mostFolders = 4;
/** Folders that the server has for itself. */
const reserved: ReadonlySet<string> = new Set(['requests', 'damaged']);

/** `nvram:` is the server's folder, `nvram:FOLDER` and `flash:FOLDER` are folders in it; `tftp:` takes copies. */
export function readDatabaseUrl(url: string): Outcome<DatabasePlace> {
  if (/^tftp:\/\/[^/]+(\/.*)?$/i.test(url)) return done({ remote: url.endsWith('/') ? url : `${url}/` });
  const [, device = '', path = ''] = /^([a-z][a-z0-9]*):\/{0,2}(.*)$/i.exec(url) ?? [];
  if (!/^(nvram|flash|bootflash|disk\d|usbflash\d)$/i.test(device)) {
    return refused('only nvram:, other local folders and tftp: are known');
  }
  const below = path.split('/').filter((part) => part !== '');
  const parts = device.toLowerCase() === 'nvram' ? below : [device.toLowerCase(), ...below];
  if (parts.length > mostFolders || !parts.every((part) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,62}$/.test(part))) {
    return refused('a folder has letters, digits, dots, hyphens and underscores');
  }
  return reserved.has(parts[0] ?? '')
    ? refused(`the folder ${parts[0]} is used already`)
    : done({ folder: parts.join('/') });
}

/** Where the files of one server lie. What the gateway must read again itself is never elsewhere than in NVRAM. */
export class CaPlaces {
  readonly #urls: DatabaseUrls;
  readonly #published: PublishUrls;

  constructor(urls: DatabaseUrls = {}, published: PublishUrls = {}) {
    this.#urls = urls;
    this.#published = published;
  }

  /** Folder of a kind within the server's own; empty: that one itself. */
  folder(kind: DatabaseKind): string {
    const place = placeAt(this.#urls[kind] ?? this.#urls.all);
    return place !== undefined && 'folder' in place ? place.folder : '';
  }

  file(kind: DatabaseKind, name: string): string {
    const folder = this.folder(kind);
    return folder === '' ? name : `${folder}/${name}`;
  }

  /** URLs a file of that kind is copied to, each complete. */
  copies(kind: DatabaseKind, name: string): readonly string[] {
    if (kind === 'ser') return [];
    const published = kind === 'cnm' || kind === 'crl' || kind === 'crt' ? this.#published[kind] : undefined;
    const places = [this.#urls[kind] ?? this.#urls.all, published].map(placeAt);
    const remote = places.flatMap((place) => (place !== undefined && 'remote' in place ? place.remote : []));
    return [...new Set(remote)].map((url) => url + encodeURIComponent(name));
  }
}

function placeAt(url: string | undefined): DatabasePlace | undefined {
  const read = url === undefined ? undefined : readDatabaseUrl(url);
  return read?.ok ? read.value : undefined;
}

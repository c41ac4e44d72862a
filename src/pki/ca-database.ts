import type { Files } from '../io/index.ts';
import { CaPlaces, type DatabaseKind } from './ca-places.ts';
import { type Certificate, isSelfIssued, readCertificate } from './certificate.ts';
import { serialHex } from './issue.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import type { CaServerSettings } from './settings.ts';
import { displayName } from './x500-name.ts';

const highestSerial = Number.MAX_SAFE_INTEGER;
const mostListed = 10_000;
const certificateFile = 'ca.cer';
/** What the list of revocations is kept in. */
export const revokedFile = 'revoked';

/** What the database remembers of a certificate issued, as its level asks. */
export interface IssuedRecord {
  readonly serial: number;
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * What a certificate server keeps in NVRAM: its own certificate, the next one, the last serial number, the certificates
 * issued when the database level asks for them, and files of its parts. A serial number is on disk before it is used, so
 * no two certificates ever share one.
 */
export class CaDatabase {
  readonly #files: Files;
  readonly #places: () => CaPlaces;
  readonly #copy: (url: string, content: Buffer) => void;
  readonly folder: string;
  #last = 0;

  /** `places`: where files of each kind lie now. `copy`: sends one to where it is published. */
  constructor(
    files: Files,
    name: string,
    places: () => CaPlaces = () => new CaPlaces(),
    copy: (url: string, content: Buffer) => void = () => undefined,
  ) {
    this.#files = files;
    this.#places = places;
    this.#copy = copy;
    this.folder = `ca/${encodeURIComponent(name).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length))}`;
  }

  get lastSerial(): number {
    return this.#last;
  }

  /** The CA's certificate, undefined for a new server. A serial file that is missing or damaged beside one is a fault. */
  async load(): Promise<Outcome<Buffer | undefined>> {
    try {
      const certificate = await this.read(certificateFile);
      const serial = await this.readKind('ser', 'serial');
      if (serial === undefined) {
        return certificate === undefined ? done(undefined) : refused(`${this.#serialFile} is missing`);
      }
      const last = readSerial(serial.toString('latin1'));
      if (last === undefined) return refused(`${this.#serialFile} is damaged`);
      this.#last = last;
      return done(certificate);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  /** Before the first certificate of a CA that does not number its own. */
  begin(): Promise<void> {
    return this.writeKind('ser', 'serial', '0\n');
  }

  /** Rejects when it cannot be made to last: then nothing may be issued. */
  async takeSerial(): Promise<number> {
    const serial = this.#last + 1;
    if (serial >= highestSerial) throw new RangeError('serial numbers are used up');
    // Taken whether the write succeeds or not: it may have reached the disk.
    this.#last = serial;
    await this.writeKind('ser', 'serial', `${serial.toString(16).toUpperCase()}\n`);
    return serial;
  }

  /** A file of the server, by its name in the folder. Undefined when it is not there; rejects when it cannot be read. */
  read(name: string): Promise<Buffer | undefined> {
    return this.#files.read(`${this.folder}/${name}`);
  }

  write(name: string, content: string | Buffer): Promise<void> {
    return this.#files.write(`${this.folder}/${name}`, content, 0o600);
  }

  /** A file of a kind that `database url` can place. */
  readKind(kind: DatabaseKind, name: string): Promise<Buffer | undefined> {
    return this.read(this.#places().file(kind, name));
  }

  /** Writes it where it lies, then sends it to where it is published. */
  async writeKind(kind: DatabaseKind, name: string, content: string | Buffer): Promise<void> {
    await this.write(this.#places().file(kind, name), content);
    for (const url of this.#places().copies(kind, name)) this.#copy(url, Buffer.from(content));
  }

  get #serialFile(): string {
    return `${this.folder}/${this.#places().file('ser', 'serial')}`;
  }

  removeFile(name: string): Promise<void> {
    return this.#files.remove(`${this.folder}/${name}`);
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#files.list(`${this.folder}/${folder}`);
  }

  /** Puts a file that cannot be used aside under another name, so that nothing writes over what may be saved of it. */
  async quarantine(name: string, content: Buffer): Promise<void> {
    await this.write(`damaged/${name.replaceAll('/', '-')}`, content);
    await this.removeFile(name);
  }

  /**
   * `names` keeps subject and validity, `complete` the whole certificate too, `minimum` nothing but the serial number.
   * Rejects, and leaves nothing half kept, when it cannot be made to last.
   */
  async saveIssued(level: CaServerSettings['databaseLevel'], certificate: Certificate): Promise<void> {
    if (level === 'minimum') return;
    const [names, whole] = [`${certificate.serial}.cnm`, `${certificate.serial}.cer`];
    if (level === 'complete') await this.writeKind('crt', whole, certificate.der);
    try {
      await this.writeKind('cnm', names, printNames(certificate));
    } catch (error) {
      await this.removeFile(this.#places().file('crt', whole));
      throw error;
    }
  }

  /** What is kept of one certificate: nothing at level minimum, or when it cannot be read. */
  async issued(serial: number): Promise<IssuedRecord | undefined> {
    try {
      const names = await this.readKind('cnm', `${serialHex(serial)}.cnm`);
      return names && parseNames(serial, names.toString('utf8'));
    } catch {
      // It is a convenience for listings; nothing rests on it.
      return undefined;
    }
  }

  /** The certificate itself, of level complete. */
  async certificate(serial: string): Promise<Certificate | undefined> {
    if (!/^[0-9A-F]{2,14}$/.test(serial)) return undefined;
    const der = await this.readKind('crt', `${serial}.cer`);
    const read = der && readCertificate(der);
    return read?.ok ? read.value : undefined;
  }

  /** The last certificates kept, in order of their numbers. */
  async listIssued(): Promise<readonly IssuedRecord[]> {
    const names = await this.list(this.#places().folder('cnm') || '.');
    const serials = names.flatMap((name) => /^([0-9A-F]{2,14})\.cnm$/.exec(name)?.[1] ?? []);
    const numbers = serials.map((hex) => Number.parseInt(hex, 16)).toSorted((a, b) => a - b);
    const records: IssuedRecord[] = [];
    for (const serial of numbers.slice(-mostListed)) {
      const record = await this.issued(serial);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  /** Whether a number was given since a root took one for itself, or by another CA at all. To be asked after `load`. */
  async hasIssued(): Promise<boolean> {
    const own = await this.read(certificateFile);
    const read = own && readCertificate(own);
    return this.#last > (read?.ok && isSelfIssued(read.value) ? Number.parseInt(read.value.serial, 16) : 0);
  }

  /** Whether there is or may be anything of a CA here: a certificate, a number given, or what cannot be read. */
  async isUsed(): Promise<boolean> {
    const loaded = await this.load();
    return !loaded.ok || loaded.value !== undefined || this.#last > 0;
  }

  /** Everything goes; the last serial number and what was revoked stay when the key they are about does. */
  async remove(keep: 'nothing' | 'serial'): Promise<void> {
    if (keep === 'nothing') return this.#files.remove(this.folder);
    const [kept] = this.#places().file('ser', 'serial').split('/');
    for (const name of await this.#files.list(this.folder)) {
      if (![kept, revokedFile].includes(name.replace(/\/$/, ''))) await this.#files.remove(`${this.folder}/${name}`);
    }
  }
}

function readSerial(text: string): number | undefined {
  const digits = /^([0-9A-F]{1,13})\n$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

function printNames({ subject, notBefore, notAfter }: Certificate): string {
  const [issued, expires] = [new Date(notBefore).toISOString(), new Date(notAfter).toISOString()];
  return `subjectname_str = ${displayName(subject).join(',')}\nissued = ${issued}\nexpiration = ${expires}\n`;
}

/** Undefined for what this program did not write. */
function parseNames(serial: number, text: string): IssuedRecord | undefined {
  const [, subject, issued, expires] =
    /^subjectname_str = (.*)\nissued = (\S+)\nexpiration = (\S+)\n$/s.exec(text) ?? [];
  const [notBefore, notAfter] = [Date.parse(issued ?? ''), Date.parse(expires ?? '')];
  if (subject === undefined || Number.isNaN(notBefore) || Number.isNaN(notAfter)) return undefined;
  return { serial, subject, notBefore, notAfter };
}

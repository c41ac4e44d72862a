import type { Clock, Files, Log } from '../io/index.ts';
import { type Certificate, isForEncryption, readCertificate } from './certificate.ts';
import { InstallTimes } from './install-times.ts';
import type { PkiMessages } from './messages.ts';
import { type Outcome, reasonOf, refused } from './outcome.ts';
import type { ChainCertificate } from './settings.ts';

const folder = 'certificates';
const mostTrustpoints = 1000;
export const mostInChain = 16;

/**
 * The NVRAM copy of every trustpoint's chain: one DER file a certificate, named as IOS names them. Written at once when a
 * chain changes, read once at start. A file that cannot be read is said and left as it is.
 */
export class CertificateStore {
  readonly #files: Files;
  readonly #log: Log<PkiMessages>;
  /** What this object read and wrote, by trustpoint and file name. */
  readonly #stored = new Map<string, ReadonlyMap<string, Buffer>>();

  readonly #times: InstallTimes;

  constructor(files: Files, clock: Pick<Clock, 'now'>, log: Log<PkiMessages>) {
    this.#files = files;
    this.#log = log;
    this.#times = new InstallTimes(`${folder}/installed.json`, files, clock, log);
  }

  /** When a certificate of a trustpoint was installed, milliseconds since the epoch, as far as that is known. */
  installedAt(trustpoint: string, entry: ChainCertificate): number | undefined {
    return this.#times.find(`${folderName(trustpoint)}/${chainFileName(entry)}`);
  }

  async load(): Promise<ReadonlyMap<string, readonly ChainCertificate[]>> {
    await this.#times.load();
    const chains = new Map<string, readonly ChainCertificate[]>();
    for (const entry of (await this.#list(folder)).slice(0, mostTrustpoints)) {
      if (!entry.endsWith('/')) continue;
      const read = await this.#loadChain(`${folder}/${entry.slice(0, -1)}`);
      const name = trustpointName(entry.slice(0, -1));
      if (read.length === 0 || name === undefined) continue;
      this.#stored.set(name, new Map(read.map(({ file, certificate }) => [file, certificate.der])));
      chains.set(name, wholeChain(read));
    }
    return chains;
  }

  async #loadChain(path: string): Promise<readonly LoadedFile[]> {
    const loaded: LoadedFile[] = [];
    for (const file of (await this.#list(path)).slice(0, mostInChain)) {
      const read = await this.#read(`${path}/${file}`);
      if (!read.ok) this.#log('CERT_UNREADABLE', { file: `${path}/${file}`, reason: read.reason });
      else loaded.push({ file, certificate: read.value });
    }
    return loaded;
  }

  async #list(path: string): Promise<readonly string[]> {
    try {
      return await this.#files.list(path);
    } catch (error) {
      this.#log('CERT_UNREADABLE', { file: path, reason: reasonOf(error) });
      return [];
    }
  }

  async #read(name: string): Promise<Outcome<Certificate>> {
    try {
      const content = await this.#files.read(name);
      return content === undefined ? refused('it is gone') : readCertificate(content);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  /**
   * Makes `chain` the stored one: writes what is new, then removes what is not in it. When a write fails the last chain that
   * was stored whole stays, for half a chain is worth less than an old one; that is logged, and the next change tries anew.
   */
  async replace(trustpoint: string, chain: readonly ChainCertificate[]): Promise<void> {
    const path = `${folder}/${folderName(trustpoint)}`;
    const before = this.#stored.get(trustpoint) ?? new Map<string, Buffer>();
    const after = files(chain);
    const written: string[] = [];
    for (const [name, der] of after) {
      if (before.get(name)?.equals(der)) continue;
      if (!(await this.#attempt(`${path}/${name}`, (file) => this.#files.write(file, der, 0o600)))) {
        return this.#restore(path, written, before);
      }
      written.push(name);
    }
    const gone = [...before.keys()].filter((name) => !after.has(name));
    for (const name of gone) await this.#attempt(`${path}/${name}`, (file) => this.#files.remove(file));
    if (after.size === 0) await this.#attempt(path, (name) => this.#files.remove(name));
    if (after.size === 0) this.#stored.delete(trustpoint);
    else this.#stored.set(trustpoint, after);
    const named = (names: readonly string[]): readonly string[] =>
      names.map((name) => `${folderName(trustpoint)}/${name}`);
    await this.#times.record(named(written), named(gone));
  }

  async #restore(path: string, written: readonly string[], before: ReadonlyMap<string, Buffer>): Promise<void> {
    for (const name of written) {
      const der = before.get(name);
      await this.#attempt(`${path}/${name}`, (file) => {
        return der === undefined ? this.#files.remove(file) : this.#files.write(file, der, 0o600);
      });
    }
  }

  async #attempt(file: string, write: (file: string) => Promise<void>): Promise<boolean> {
    try {
      await write(file);
      return true;
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
      return false;
    }
  }
}

export function chainCertificate(certificate: Certificate, kind: ChainCertificate['kind']): ChainCertificate {
  return { kind, serial: certificate.serial, der: certificate.der };
}

interface LoadedFile {
  readonly file: string;
  readonly certificate: Certificate;
}

/**
 * In IOS's order: our certificate, then the CA's. A kill between the writing of a renewed certificate and the removal of the
 * old one leaves both; the later one of each kind is ours.
 */
function wholeChain(loaded: readonly LoadedFile[]): readonly ChainCertificate[] {
  const sorted = loaded.toSorted((a, b) => a.certificate.notBefore - b.certificate.notBefore);
  const ours = sorted.filter(({ file }) => kindOf(file) === 'identity' || kindOf(file) === 'self-signed');
  const latest = [
    ours.findLast(({ certificate }) => !isForEncryption(certificate)),
    ours.findLast(({ certificate }) => isForEncryption(certificate)),
    sorted.findLast(({ file }) => kindOf(file) === 'rollover'),
  ];
  const authorities = loaded.filter(({ file }) => kindOf(file) === 'ca');
  return [...latest.filter((one) => one !== undefined), ...authorities].map(({ file, certificate }) =>
    chainCertificate(certificate, kindOf(file)),
  );
}

function kindOf(file: string): ChainCertificate['kind'] {
  if (file.endsWith('CA.cer')) return 'ca';
  if (file.endsWith('RL.cer')) return 'rollover';
  return file.endsWith('SS.cer') ? 'self-signed' : 'identity';
}

function files(chain: readonly ChainCertificate[]): ReadonlyMap<string, Buffer> {
  return new Map(chain.map((entry) => [chainFileName(entry), entry.der]));
}

const longestIssuer = 12;

/**
 * `CAlabcom#2.cer`: the issuer's name without dots, cut to 12 characters, the serial number and what it is. Any sign a file
 * name should not have is dropped as the dots are.
 */
export function chainFileName({ kind, serial, der }: ChainCertificate): string {
  const read = readCertificate(der);
  const issuer = read.ok
    ? (read.value.issuer.flat().findLast(({ type }) => type === 'cn') ?? read.value.issuer.flat().at(-1))
    : undefined;
  const name = (issuer?.value ?? 'unknown').replace(/[^A-Za-z0-9-]/g, '').slice(0, longestIssuer);
  const short = serial.replace(/^0+(?=.)/, '');
  const end = { ca: 'CA', identity: '', 'self-signed': 'SS', rollover: 'RL' }[kind];
  return `${name}#${short}${end}.cer`;
}

function folderName(trustpoint: string): string {
  return encodeURIComponent(trustpoint).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
}

function trustpointName(folder: string): string | undefined {
  try {
    return decodeURIComponent(folder);
  } catch {
    // Not a folder this room made.
    return undefined;
  }
}

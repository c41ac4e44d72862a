import type { Files } from '../io/index.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';

const highestSerial = Number.MAX_SAFE_INTEGER;

/**
 * What a certificate server keeps in NVRAM: its own certificate, the last serial number, and the certificates issued when
 * the database level asks for them. A serial number is on disk before it is used, so no two certificates ever share one.
 */
export class CaDatabase {
  readonly #files: Files;
  readonly #folder: string;
  #last = 0;

  constructor(files: Files, name: string) {
    this.#files = files;
    this.#folder = `ca/${encodeURIComponent(name).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length))}`;
  }

  get lastSerial(): number {
    return this.#last;
  }

  /** The CA's certificate, undefined for a new server. A serial file that is missing or damaged beside one is a fault. */
  async load(): Promise<Outcome<Buffer | undefined>> {
    try {
      const certificate = await this.#files.read(`${this.#folder}/ca.cer`);
      const serial = await this.#files.read(`${this.#folder}/serial`);
      if (serial === undefined) {
        return certificate === undefined ? done(undefined) : refused(`${this.#folder}/serial is missing`);
      }
      const last = readSerial(serial.toString('latin1'));
      if (last === undefined) return refused(`${this.#folder}/serial is damaged`);
      this.#last = last;
      return done(certificate);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  /** Rejects when it cannot be made to last: then nothing may be issued. */
  async takeSerial(): Promise<number> {
    const serial = this.#last + 1;
    if (serial >= highestSerial) throw new RangeError('serial numbers are used up');
    // Taken whether the write succeeds or not: it may have reached the disk.
    this.#last = serial;
    await this.#files.write(`${this.#folder}/serial`, `${serial.toString(16).toUpperCase()}\n`, 0o600);
    return serial;
  }

  saveCa(der: Buffer): Promise<void> {
    return this.#files.write(`${this.#folder}/ca.cer`, der, 0o600);
  }

  /**
   * `names` keeps the subject, `complete` the whole certificate, `minimum` nothing but the serial number. Rejects, and
   * leaves nothing half kept, when it cannot be made to last.
   */
  async saveIssued(
    level: 'minimum' | 'names' | 'complete',
    serial: string,
    subject: string,
    der: Buffer,
  ): Promise<void> {
    if (level === 'minimum') return;
    const [names, whole] = [`${this.#folder}/${serial}.cnm`, `${this.#folder}/${serial}.cer`];
    if (level === 'complete') await this.#files.write(whole, der, 0o600);
    try {
      await this.#files.write(names, `subjectname_str = ${subject}\n`, 0o600);
    } catch (error) {
      await this.#files.remove(whole);
      throw error;
    }
  }

  /** Whether there is or may be anything of a CA here: a certificate, a number given, or what cannot be read. */
  async isUsed(): Promise<boolean> {
    const loaded = await this.load();
    return !loaded.ok || loaded.value !== undefined || this.#last > 0;
  }

  /** Everything goes; the last serial number stays when the key it numbers for does. */
  async remove(keep: 'nothing' | 'serial'): Promise<void> {
    if (keep === 'nothing') return this.#files.remove(this.#folder);
    for (const name of await this.#files.list(this.#folder)) {
      if (name !== 'serial') await this.#files.remove(`${this.#folder}/${name}`);
    }
  }
}

function readSerial(text: string): number | undefined {
  const digits = /^([0-9A-F]{1,13})\n$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

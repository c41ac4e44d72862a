import type { Log, Random } from '../io/index.ts';
import type { CaDatabase } from './ca-database.ts';
import type { CaPair } from './ca-identity.ts';
import { certificatePem } from './certificate.ts';
import type { PkiMessages } from './messages.ts';
import { attempt, done, type Outcome, refused } from './outcome.ts';
import { printPkcs12 } from './pkcs12.ts';
import { checkPassphrase, printPrivateKey } from './private-key-pem.ts';
import type { CaArchiveSettings } from './settings.ts';

const kinds = { pkcs12: 'p12', pem: 'pem' } as const;
type Format = CaArchiveSettings['format'];

export interface CaArchiveParts {
  readonly database: CaDatabase;
  readonly random: Random;
  readonly log: Log<PkiMessages>;
  /** A password of type 6 in clear; undefined when there is no key to it. */
  readonly openPassword: (sealed: string) => string | undefined;
}

/**
 * What `database archive` writes: each certificate of the CA with its key, in a file under a password. The key leaves in no
 * other form.
 */
export class CaArchive {
  readonly #parts: CaArchiveParts;
  readonly #server: string;
  #isWritten = false;
  /** Why there is none, as it was last said. */
  #said: string | undefined;

  constructor(server: string, parts: CaArchiveParts) {
    this.#server = server;
    this.#parts = parts;
  }

  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** Every pair has its archive, as soon as there is a password for it. */
  async attend(pairs: readonly CaPair[], settings: CaArchiveSettings | undefined): Promise<void> {
    if (settings === undefined) return;
    const { format, password, sealedPassword } = settings;
    const clear = sealedPassword === undefined ? password : this.#parts.openPassword(sealedPassword);
    const written = await this.write(pairs, format, clear);
    if (written.ok || this.#said === written.reason) return;
    this.#said = written.reason;
    this.#parts.log('CS_NOT_ARCHIVED', { server: this.#server, reason: written.reason });
  }

  async write(pairs: readonly CaPair[], format: Format, password: string | undefined): Promise<Outcome<void>> {
    for (const pair of pairs) {
      const written = await attempt(() => this.#writeOne(pair, format, password));
      if (!written.ok) return written;
      this.#isWritten = true;
    }
    this.#said = undefined;
    return done(undefined);
  }

  async #writeOne(pair: CaPair, format: Format, password: string | undefined): Promise<Outcome<void>> {
    const { database } = this.#parts;
    const name = `${encodeURIComponent(this.#server)}_${pair.certificate.serial.padStart(5, '0')}.${kinds[format]}`;
    if ((await database.readKind(kinds[format], name)) !== undefined) return done(undefined);
    if (password === undefined) return refused('no password is configured to protect the key');
    const fault = checkPassphrase(password);
    if (fault !== undefined) return refused(fault);
    await database.writeKind(kinds[format], name, await this.#print(pair, format, password));
    return done(undefined);
  }

  async #print({ certificate, key: { privateKey } }: CaPair, format: Format, password: string): Promise<Buffer> {
    const { random } = this.#parts;
    return format === 'pkcs12'
      ? printPkcs12({ pairs: [{ privateKey, certificate }], authorities: [] }, this.#server, password, random)
      : Buffer.from(certificatePem(certificate) + printPrivateKey(privateKey, 'aes', password, random));
  }
}

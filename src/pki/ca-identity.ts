import { Name } from '@peculiar/asn1-x509';
import type { Clock, Log } from '../io/index.ts';
import type { CaDatabase } from './ca-database.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { decode } from './der.ts';
import { type Issuer, issueCertificate } from './issue.ts';
import type { KeyPair } from './key-pair.ts';
import type { KeyStore } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { purposeIds } from './purposes.ts';
import type { ReadRequest } from './request.ts';
import type { CaServerSettings } from './settings.ts';
import { buildName, type NameAttribute, parseX500 } from './x500-name.ts';

const caModulus = 2048;
const dayMs = 86_400_000;
/** Clocks of peers differ: a certificate is valid a little before it was asked for. */
const backdateMs = 60_000;

const ownFile = 'ca.cer';
const nextFile = 'rollover.cer';

/** A certificate of the CA with the key it is for. */
export interface CaPair {
  readonly certificate: Certificate;
  readonly key: KeyPair;
  /** The CAs above, up to the root; none above a root. */
  readonly chain: readonly Certificate[];
}

export interface CaIdentityParts {
  readonly database: CaDatabase;
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  readonly subordinate: (name: string) => Outcome<CaPair>;
}

/**
 * What a CA signs with: its pair of certificate and key, and the pair that follows it. The two key pairs have the labels
 * NAME and NAME#, in turn; the certificate says which is in force, so that a change over is one file written.
 */
export class CaIdentity {
  readonly #parts: CaIdentityParts;
  #current: CaPair | undefined;
  #next: CaPair | undefined;

  constructor(parts: CaIdentityParts) {
    this.#parts = parts;
  }

  get current(): CaPair | undefined {
    return this.#current;
  }

  /** The pair that comes into force when the current one's time is over. */
  get next(): CaPair | undefined {
    return this.#next;
  }

  /** Ours, and the one that follows. */
  get pairs(): readonly CaPair[] {
    return [this.#current, this.#next].filter((pair) => pair !== undefined);
  }

  /** The pair on disk, or a new one where there is none. */
  async load(settings: CaServerSettings): Promise<Outcome<CaPair>> {
    const { database } = this.#parts;
    const stored = await database.load();
    if (!stored.ok) return stored;
    if (settings.mode === 'sub-cs') return this.#loadSubordinate(settings.name, stored.value);
    const pair = stored.value === undefined ? await this.#make(settings) : this.#pairOf(settings.name, stored.value);
    if (!pair.ok) return pair;
    if (stored.value === undefined) await database.write(ownFile, pair.value.certificate.der);
    this.#current = pair.value;
    this.#next = await this.#loadNext(settings.name, pair.value);
    return pair;
  }

  /** What was issued before stays under one name: the pair may be another than last time, the CA may not. */
  async #loadSubordinate(name: string, stored: Buffer | undefined): Promise<Outcome<CaPair>> {
    const pair = this.#parts.subordinate(name);
    if (!pair.ok) return pair;
    const { certificate } = pair.value;
    const before = stored && readCertificate(stored);
    if (before?.ok && !before.value.subjectDer.equals(certificate.subjectDer)) {
      return refused('its certificate is of another name than the CA had');
    }
    if (stored === undefined) await this.#parts.database.begin();
    if (stored?.equals(certificate.der) !== true) await this.#parts.database.write(ownFile, certificate.der);
    this.#current = pair.value;
    this.#next = undefined;
    return pair;
  }

  /** Makes the pair that follows the current one, valid from its end on. */
  async prepareNext(settings: CaServerSettings): Promise<Outcome<CaPair>> {
    const current = this.#current;
    if (current === undefined) return refused('the certificate server does not run');
    if (settings.mode === 'sub-cs') return refused('a subordinate CA renews by auto-enroll of its trustpoint');
    if (this.#next !== undefined) return refused('a rollover certificate is there already');
    const key = await this.#generate(otherLabel(settings.name, current.key));
    if (!key.ok) return key;
    const notBefore = Math.max(current.certificate.notAfter, this.#parts.clock.now()) - backdateMs;
    const made = await this.#issue(settings, nameOf(current.certificate), key.value, notBefore);
    if (!made.ok) return made;
    await this.#parts.database.write(nextFile, made.value.certificate.der);
    this.#next = made.value;
    return made;
  }

  async cancelNext(name: string): Promise<boolean> {
    const [current, next] = [this.#current, this.#next];
    if (current === undefined || next === undefined) return false;
    await this.#parts.database.removeFile(nextFile);
    this.#next = undefined;
    await this.#drop(otherLabel(name, current.key));
    return true;
  }

  /** The next pair comes into force: one write decides, what follows only tidies up. */
  async changeOver(name: string): Promise<CaPair | undefined> {
    const next = this.#next;
    if (next === undefined) return undefined;
    await this.#parts.database.write(ownFile, next.certificate.der);
    this.#current = next;
    this.#next = undefined;
    await this.#tidyUp(name, next);
    return next;
  }

  forget(): void {
    this.#current = undefined;
    this.#next = undefined;
  }

  async #loadNext(name: string, current: CaPair): Promise<CaPair | undefined> {
    const { database, log } = this.#parts;
    const stored = await database.read(nextFile);
    if (stored === undefined) return undefined;
    if (stored.equals(current.certificate.der)) {
      await this.#tidyUp(name, current);
      return undefined;
    }
    const pair = this.#pairOf(name, stored);
    if (pair.ok) return pair.value;
    log('CERT_UNREADABLE', { file: `${database.folder}/${nextFile}`, reason: pair.reason });
    await database.quarantine(nextFile, stored);
    return undefined;
  }

  /** What a change over leaves behind. The file goes last: while it is there, a start knows that this is still to be done. */
  async #tidyUp(name: string, { key }: CaPair): Promise<void> {
    await this.#drop(otherLabel(name, key));
    await this.#parts.database.removeFile(nextFile);
  }

  #pairOf(name: string, der: Buffer): Outcome<CaPair> {
    const { keys } = this.#parts;
    const read = readCertificate(der);
    if (!read.ok) return read;
    const pairs = labelsOf(name).flatMap((label) => keys.find(label) ?? []);
    if (pairs.length === 0) return refused(`its key pair ${name} is missing`);
    const key = pairs.find(({ publicKey }) => publicKey.equals(read.value.publicKeyDer));
    return key === undefined
      ? refused('its key is not the one in its certificate')
      : done({ certificate: read.value, key, chain: [] });
  }

  async #make(settings: CaServerSettings): Promise<Outcome<CaPair>> {
    const typed = parseX500(settings.issuerName ?? `cn=${settings.name}`);
    if (!typed.ok) return refused(`issuer-name: ${typed.reason}`);
    const found = this.#parts.keys.find(settings.name);
    const key = found === undefined ? await this.#generate(settings.name) : done(found);
    if (!key.ok) return key;
    return this.#issue(settings, issuerOf(typed.value), key.value, this.#parts.clock.now() - backdateMs);
  }

  #generate(label: string): Promise<Outcome<KeyPair>> {
    return this.#parts.keys.generate({ label, kind: 'general-keys', modulus: caModulus, exportable: false });
  }

  async #issue(settings: CaServerSettings, name: Name, key: KeyPair, notBefore: number): Promise<Outcome<CaPair>> {
    const der = issueCertificate({
      serial: await this.#parts.database.takeSerial(),
      subject: name,
      publicKey: key.publicKey,
      issuer: { name, privateKey: key.privateKey, publicKey: key.publicKey },
      notBefore,
      notAfter: notBefore + backdateMs + settings.lifetime.caCertificate * dayMs,
      hash: settings.hash,
      kind: 'ca',
      alternativeNames: [],
    });
    const read = readCertificate(der);
    return read.ok ? done({ certificate: read.value, key, chain: [] }) : read;
  }

  async #drop(label: string): Promise<void> {
    if (this.#parts.keys.find(label) !== undefined) await this.#parts.keys.zeroize(label);
  }
}

/** The labels a CA's key pairs take in turn. */
export function labelsOf(name: string): readonly string[] {
  return [name, `${name}#`];
}

function otherLabel(name: string, { label }: KeyPair): string {
  return labelsOf(name).find((one) => one !== label) ?? name;
}

/** The name as typed, in the order certificates have it. */
export function issuerOf(typed: readonly NameAttribute[]): Name {
  return buildName(typed.map((attribute) => [attribute]).reverse());
}

/** The CA as what signs, its name exactly as its certificate encodes it. */
export function issuerOfPair({ certificate, key }: CaPair): Issuer {
  return { name: nameOf(certificate), privateKey: key.privateKey, publicKey: key.publicKey };
}

function nameOf({ subjectDer }: Certificate): Name {
  const name = decode(subjectDer, Name, 'the name of the CA');
  if (!name.ok) throw new TypeError(name.reason);
  return name.value;
}

export interface SignTerms {
  readonly serial: number;
  readonly pair: CaPair;
  readonly settings: CaServerSettings;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The certificate a request asks for, DER; it ends no later than the CA's. */
export function signRequest(request: ReadRequest, { serial, pair, settings, now }: SignTerms): Buffer {
  const { lifetime, hash, cdpUrl, ocspUrl, purposes = [] } = settings;
  const from = Math.max(now, pair.certificate.notBefore + backdateMs);
  return issueCertificate({
    serial,
    subject: request.subjectName,
    publicKey: request.publicKeyDer,
    issuer: issuerOfPair(pair),
    notBefore: from - backdateMs,
    notAfter: Math.min(from + lifetime.certificate * dayMs, pair.certificate.notAfter),
    hash,
    kind: request.isForCa ? 'ca' : 'router',
    purposes: purposes.map((name) => purposeIds[name]),
    ...(isSplitUsage(request.keyUsage) && { keyUsage: request.keyUsage }),
    alternativeNames: request.alternativeNames,
    ...(cdpUrl !== undefined && { crlUrl: cdpUrl }),
    ...(ocspUrl !== undefined && { ocspUrl }),
  });
}

const signing = 0x80;
const enciphering = 0x20;

/** A request on one of two usage keys: for signatures only, or for the encipherment of keys only. */
export function isSplitUsage(usage: number | undefined): usage is number {
  return usage === signing || usage === enciphering;
}

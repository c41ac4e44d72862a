import type { Files, HttpClient, Log } from '../io/index.ts';
import { type Certificate, certificatePem, readCertificate } from './certificate.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { TlvReader } from './revocation/tlv.ts';

const file = 'trustpool/bundle.pem';
const longestBundle = 2 * 1024 * 1024;
const mostAuthorities = 500;
const timeoutMs = 15_000;

/** `crypto pki trustpool`: CA certificates that trustpoints may say they trust too. They live in NVRAM, not in the configuration. */
export class Trustpool {
  readonly #files: Files;
  readonly #http: HttpClient;
  readonly #log: Log<PkiMessages>;
  readonly #changed: () => void;
  #certificates: readonly Certificate[] = [];

  constructor(files: Files, http: HttpClient, log: Log<PkiMessages>, changed: () => void) {
    this.#files = files;
    this.#http = http;
    this.#log = log;
    this.#changed = changed;
  }

  get certificates(): readonly Certificate[] {
    return this.#certificates;
  }

  /** From NVRAM. A bundle that cannot be read is said and left as it is. */
  async load(): Promise<void> {
    try {
      const content = await this.#files.read(file);
      if (content === undefined) return;
      const read = readBundle(content);
      if (read.ok) this.#certificates = read.value;
      else this.#log('CERT_UNREADABLE', { file, reason: read.reason });
    } catch (error) {
      this.#log('CERT_UNREADABLE', { file, reason: reasonOf(error) });
    }
  }

  async fetch(url: string): Promise<Outcome<Buffer>> {
    try {
      const { status, body } = await this.#http.fetch({ method: 'GET', url, timeoutMs, maxBytes: longestBundle });
      return status === 200 ? done(body) : refused(`the server answered ${status}`);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  /** Adds CA certificates, or puts them in the place of all. Saved before they count. */
  async accept(certificates: readonly Certificate[], clean: boolean): Promise<Outcome<number>> {
    const before = clean ? [] : this.#certificates;
    const added = certificates.filter((one) => !before.some(({ der }) => der.equals(one.der)));
    const next = [...before, ...added];
    if (next.length > mostAuthorities) return refused(`the pool would hold more than ${mostAuthorities} certificates`);
    return this.#replace(next, added.length);
  }

  clean(): Promise<Outcome<number>> {
    return this.#replace([], this.#certificates.length);
  }

  async #replace(next: readonly Certificate[], count: number): Promise<Outcome<number>> {
    try {
      if (next.length === 0) await this.#files.remove(file);
      else await this.#files.write(file, Buffer.from(next.map(certificatePem).join('')), 0o600);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
      return refused(reasonOf(error));
    }
    this.#certificates = next;
    this.#changed();
    return done(count);
  }
}

/** CA certificates of a bundle: PEM, one behind the other, or PKCS#7, as DER or PEM. What is no CA certificate is left out. Total. */
export function readBundle(bundle: Buffer): Outcome<readonly Certificate[]> {
  if (bundle.length > longestBundle) return refused(`the bundle is larger than ${longestBundle} bytes`);
  const blocks = bundle[0] === 0x30 ? [bundle] : pemBlocks(bundle.toString('latin1'));
  const ders = blocks.flatMap((block) => pkcs7Certificates(block) ?? [block]);
  if (ders.length > mostAuthorities) return refused(`the bundle holds more than ${mostAuthorities} certificates`);
  const found = ders.flatMap((der) => {
    const read = readCertificate(der);
    return read.ok && read.value.isCa ? [read.value] : [];
  });
  return found.length > 0 ? done(found) : refused('there is no CA certificate in the bundle');
}

const labels = ['CERTIFICATE', 'X509 CERTIFICATE', 'PKCS7', 'CMS'];

function pemBlocks(text: string): readonly Buffer[] {
  const blocks: Buffer[] = [];
  for (const [, label = '', base64 = ''] of text.matchAll(
    /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END/g,
  )) {
    if (labels.includes(label)) blocks.push(Buffer.from(base64, 'base64'));
    if (blocks.length > mostAuthorities) break;
  }
  return blocks;
}

/** The certificates of a SignedData (RFC 5652 5.1), whoever signed it or nobody; undefined when it is none. */
function pkcs7Certificates(bytes: Buffer): readonly Buffer[] | undefined {
  const whole = new TlvReader(bytes);
  const info = whole.next(0x30);
  const content = info && whole.within(info);
  const explicit = content?.next(0x06) && content.next(0xa0);
  const wrapper = explicit && content?.within(explicit);
  const data = wrapper?.next(0x30);
  const signed = data && wrapper?.within(data);
  const list = signed?.next(0x02) && signed.next(0x31) && signed.next(0x30) && signed.next(0xa0);
  if (list === undefined || signed === undefined) return undefined;
  const certificates = signed.within(list);
  const found: Buffer[] = [];
  for (let one = certificates.next(0x30); one !== undefined; one = certificates.next(0x30)) {
    found.push(bytes.subarray(one.at, one.end));
  }
  return found;
}

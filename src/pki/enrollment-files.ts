import type { Log, RemoteFiles } from '../io/index.ts';
import { base64Lines, type Certificate, printPem } from './certificate.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { readCertificateFile } from './paste.ts';
import type { TrustpointSettings } from './settings.ts';
import type { RequestsToCarry } from './trustpoint-face.ts';

type Ending = '.ca' | '.req' | '.crt' | '-sign.req' | '-encr.req' | '-sign.crt' | '-encr.crt';

const largestFile = 64 * 1024;

/**
 * `enrollment url tftp://host/file`: the request is written as `file.req`, the CA certificate read from `file.ca`, ours from
 * `file.crt`; those of two usage keys as `file-sign` and `file-encr`. Without a file in the URL its name is that of the router.
 */
export class EnrollmentFiles {
  readonly #filesFor: (settings: TrustpointSettings) => RemoteFiles;
  readonly #log: Log<PkiMessages>;

  /** `filesFor`: files of a trustpoint, asked for from the address it is to ask from. */
  constructor(filesFor: (settings: TrustpointSettings) => RemoteFiles, log: Log<PkiMessages>) {
    this.#filesFor = filesFor;
    this.#log = log;
  }

  readCa(settings: TrustpointSettings, router: string): Promise<Outcome<readonly Certificate[]>> {
    return this.#read(settings, router, '.ca');
  }

  /** What is in the file of our certificate; of two usage keys, in either of two that is there. */
  async readCertificates(
    settings: TrustpointSettings,
    router: string,
    isSplit: boolean,
  ): Promise<Outcome<readonly (readonly Certificate[])[]>> {
    const endings = isSplit ? (['-sign.crt', '-encr.crt'] as const) : (['.crt'] as const);
    const found: (readonly Certificate[])[] = [];
    let failure: Outcome<never> = refused('there is no certificate');
    for (const ending of endings) {
      const read = await this.#read(settings, router, ending);
      if (read.ok) found.push(read.value);
      else failure = read;
    }
    return found.length > 0 ? done(found) : failure;
  }

  /** Base64, with BEGIN and END when the trustpoint says `pem`. */
  async writeRequests(
    settings: TrustpointSettings,
    router: string,
    { request, encryption }: RequestsToCarry,
  ): Promise<Outcome<void>> {
    if (encryption === undefined) return this.#write(settings, router, '.req', request);
    const first = await this.#write(settings, router, '-sign.req', request);
    return first.ok ? this.#write(settings, router, '-encr.req', encryption) : first;
  }

  async #write(settings: TrustpointSettings, router: string, ending: Ending, der: Buffer): Promise<Outcome<void>> {
    const url = fileUrl(settings, router, ending);
    if (!url.ok) return url;
    const { method } = settings.enrollment;
    const pem = method?.kind === 'url' && method.pem;
    const text = pem ? printPem('CERTIFICATE REQUEST', der) : `${base64Lines(der).join('\n')}\n`;
    try {
      await this.#filesFor(settings).write(url.value, Buffer.from(text));
      return done(undefined);
    } catch (error) {
      return this.#failed(url.value, error);
    }
  }

  async #read(settings: TrustpointSettings, router: string, ending: Ending): Promise<Outcome<readonly Certificate[]>> {
    const url = fileUrl(settings, router, ending);
    if (!url.ok) return url;
    try {
      return readCertificateFile(await this.#filesFor(settings).read(url.value, largestFile));
    } catch (error) {
      return this.#failed(url.value, error);
    }
  }

  #failed(url: string, error: unknown): { readonly ok: false; readonly reason: string } {
    const reason = reasonOf(error);
    this.#log('FILE_TRANSFER', { url, reason });
    return refused(reason);
  }
}

/** Whether a trustpoint enrols through files. */
export function isFileUrl({ enrollment: { method } }: TrustpointSettings): boolean {
  return method?.kind === 'url' && /^tftp:/i.test(method.url);
}

function fileUrl(settings: TrustpointSettings, router: string, ending: Ending): Outcome<string> {
  const { method } = settings.enrollment;
  if (method?.kind !== 'url' || !isFileUrl(settings)) return refused('only http and tftp enrollment are supported');
  const bare = /^tftp:\/\/[^/]+\/?$/i.test(method.url);
  return done(bare ? `${method.url.replace(/\/$/, '')}/${router}${ending}` : `${method.url}${ending}`);
}

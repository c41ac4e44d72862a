import type { Files, Log } from '../io/index.ts';
import type { PkiMessages } from './messages.ts';
import { reasonOf } from './outcome.ts';
import { type ReadRequest, readRequest } from './request.ts';
import type { Capabilities } from './scep/capabilities.ts';

/** An enrolment over SCEP that has no answer yet, as NVRAM keeps it: enough to go on under the same transaction. */
export interface PendingEnrollment {
  readonly trustpoint: string;
  readonly url: string;
  /** Without its challenge password, where there is a `transactionId`. */
  readonly request: ReadRequest;
  readonly transactionId?: string;
  /** Fingerprints of the request as it was sent. */
  readonly requestMd5?: string;
  readonly requestSha1?: string;
  readonly isRedacted?: boolean;
  /** The challenge password, under the configuration key. */
  readonly sealedPassword?: string;
  /** Signed with the certificate to be renewed. */
  readonly renewal: boolean;
  /** Asked of the CA that follows. */
  readonly forNext?: boolean;
  readonly capabilities: Capabilities;
  /** What is to be sent next. */
  readonly next: 'request' | 'poll';
  readonly retries: number;
}

const folder = 'enrollments';
const mostFiles = 1000;
const ending = '.json';

/** One file a trustpoint, mode 0600. */
export class PendingEnrollments {
  readonly #files: Files;
  readonly #log: Log<PkiMessages>;

  constructor(files: Files, log: Log<PkiMessages>) {
    this.#files = files;
    this.#log = log;
  }

  /** What cannot be read is said, and forgotten: the operator enrols again. */
  async load(): Promise<readonly PendingEnrollment[]> {
    const loaded: PendingEnrollment[] = [];
    for (const name of await this.#names()) {
      const file = `${folder}/${name}`;
      try {
        const pending = parse((await this.#files.read(file)) ?? Buffer.alloc(0));
        if (pending !== undefined && fileName(pending.trustpoint) === file) loaded.push(pending);
        else this.#log('ENROLLMENT_UNREADABLE', { file, reason: 'it is damaged' });
      } catch (error) {
        this.#log('ENROLLMENT_UNREADABLE', { file, reason: reasonOf(error) });
      }
    }
    return loaded;
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await this.#files.list(folder)).filter((name) => name.endsWith(ending)).slice(0, mostFiles);
    } catch (error) {
      this.#log('ENROLLMENT_UNREADABLE', { file: folder, reason: reasonOf(error) });
      return [];
    }
  }

  /** One that cannot be saved goes on all the same: only a reload would lose it. */
  async save({ request, ...pending }: PendingEnrollment): Promise<void> {
    const file = fileName(pending.trustpoint);
    const text = JSON.stringify({ ...pending, request: request.der.toString('base64') }, undefined, 1);
    try {
      await this.#files.write(file, text, 0o600);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
    }
  }

  async remove(trustpoint: string): Promise<void> {
    const file = fileName(trustpoint);
    try {
      await this.#files.remove(file);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file, reason: reasonOf(error) });
    }
  }
}

function fileName(trustpoint: string): string {
  const safe = encodeURIComponent(trustpoint).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
  return `${folder}/${safe}${ending}`;
}

/** Total. */
function parse(content: Buffer): PendingEnrollment | undefined {
  try {
    const file: unknown = JSON.parse(content.toString('utf8'));
    if (!isPendingFile(file)) return undefined;
    const request = readRequest(Buffer.from(file.request, 'base64'));
    return request.ok ? { ...file, request: request.value } : undefined;
  } catch {
    return undefined;
  }
}

type PendingFile = Omit<PendingEnrollment, 'request'> & { readonly request: string };

function isPendingFile(file: unknown): file is PendingFile {
  if (typeof file !== 'object' || file === null) return false;
  const { trustpoint, url, request, renewal, forNext, capabilities, next, retries } = file as Partial<PendingFile>;
  return (
    [trustpoint, url, request].every((text) => typeof text === 'string') &&
    typeof renewal === 'boolean' &&
    (forNext === undefined || typeof forNext === 'boolean') &&
    (next === 'request' || next === 'poll') &&
    Number.isInteger(retries) &&
    isCapabilities(capabilities) &&
    areTexts(file)
  );
}

function areTexts({
  transactionId,
  requestMd5,
  requestSha1,
  sealedPassword,
  isRedacted,
}: Partial<PendingFile>): boolean {
  const texts = [transactionId, requestMd5, requestSha1, sealedPassword];
  return (
    texts.every((text) => text === undefined || typeof text === 'string') &&
    (isRedacted === undefined || typeof isRedacted === 'boolean')
  );
}

function isCapabilities(value: Partial<Capabilities> | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { post, renewal, nextCa, cipher, hash } = value;
  return (
    [post, renewal, nextCa].every((flag) => typeof flag === 'boolean') &&
    (cipher === 'aes-128-cbc' || cipher === 'des-ede3-cbc') &&
    (hash === 'sha1' || hash === 'sha256' || hash === 'sha512')
  );
}

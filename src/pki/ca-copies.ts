import type { Log, RemoteFiles } from '../io/index.ts';
import type { PkiMessages } from './messages.ts';
import { reasonOf } from './outcome.ts';

const mostWaiting = 200;

/**
 * Copies of a certificate server's files at remote URLs, one after the other and behind its work: nobody waits for a server
 * of files. What is written again meanwhile is sent once, as it is then.
 */
export class CaCopies {
  readonly #remoteFiles: RemoteFiles;
  readonly #server: string;
  readonly #log: Log<PkiMessages>;
  readonly #waiting = new Map<string, Buffer>();
  #isSending = false;

  constructor(remoteFiles: RemoteFiles, server: string, log: Log<PkiMessages>) {
    this.#remoteFiles = remoteFiles;
    this.#server = server;
    this.#log = log;
  }

  send(url: string, content: Buffer): void {
    if (this.#waiting.size >= mostWaiting && !this.#waiting.has(url)) {
      this.#failed(url, `${mostWaiting} copies wait already`);
      return;
    }
    this.#waiting.set(url, content);
    if (!this.#isSending) void this.#sendAll();
  }

  /** What waits is not sent any more. */
  stop(): void {
    this.#waiting.clear();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      const [url, content] = next;
      try {
        await this.#remoteFiles.write(url, content);
      } catch (error) {
        this.#failed(url, reasonOf(error));
      }
    }
    this.#isSending = false;
  }

  #take(): readonly [string, Buffer] | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first[0]);
    return first;
  }

  #failed(url: string, reason: string): void {
    this.#log('CS_COPY_FAILED', { server: this.#server, url, reason });
  }
}

import type { HttpClient, HttpRequest, Resolver } from '../../io/index.ts';
import { ipv4Number, isPublicAddress } from '../ip.ts';
import { done, type Outcome, reasonOf, refused } from '../outcome.ts';

const timeoutMs = 3000;
const atOnce = 8;
/** So that one slow server does not take them all. */
const atOncePerHost = 2;
const waitingAtMost = 64;

interface Job {
  readonly host: string;
  readonly run: () => Promise<void>;
}

/** What is to be fetched. */
export type FetchOrder = Pick<HttpRequest, 'method' | 'url' | 'localHost' | 'contentType' | 'body' | 'maxBytes'> & {
  readonly allowsPrivate: boolean;
};

/**
 * Fetches what certificates point at, in a way that harms nobody: http only, no redirects, public addresses unless told
 * otherwise and the address that was looked at is the one connected to, short, small, and few at a time.
 */
export class Fetcher {
  readonly #http: HttpClient;
  readonly #resolver: Pick<Resolver, 'addresses'>;
  readonly #running = new Map<string, number>();
  readonly #waiting: Job[] = [];
  #count = 0;

  constructor(http: HttpClient, resolver: Pick<Resolver, 'addresses'>) {
    this.#http = http;
    this.#resolver = resolver;
  }

  /** Never rejects. `busy` in the reason's place: too many wait already. */
  fetch(order: FetchOrder): Promise<Outcome<Buffer> | 'busy'> {
    const url = URL.parse(order.url);
    if (url === null || url.protocol !== 'http:') return Promise.resolve(refused('only http is fetched'));
    if (this.#waiting.length >= waitingAtMost) return Promise.resolve('busy');
    return new Promise((resolve) => {
      const run = async (): Promise<void> => resolve(await this.#fetch(order, url));
      this.#waiting.push({ host: url.host, run });
      this.#next();
    });
  }

  #next(): void {
    if (this.#count >= atOnce) return;
    const at = this.#waiting.findIndex(({ host }) => (this.#running.get(host) ?? 0) < atOncePerHost);
    const [job] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (job === undefined) return;
    this.#count++;
    this.#running.set(job.host, (this.#running.get(job.host) ?? 0) + 1);
    void job.run().finally(() => this.#ended(job.host));
    this.#next();
  }

  #ended(host: string): void {
    this.#count--;
    const left = (this.#running.get(host) ?? 1) - 1;
    if (left === 0) this.#running.delete(host);
    else this.#running.set(host, left);
    this.#next();
  }

  async #fetch(order: FetchOrder, url: URL): Promise<Outcome<Buffer>> {
    const { allowsPrivate, ...request } = order;
    try {
      const addresses = await this.#addresses(url.hostname.replace(/^\[(.*)\]$/, '$1'));
      const address = addresses[0];
      if (address === undefined) return refused(`${url.hostname} has no address`);
      if (!allowsPrivate && !addresses.every(isPublicAddress)) {
        return refused(
          `${url.hostname} is at ${address}, which is no public address (fetch private-address allows it)`,
        );
      }
      const { status, body } = await this.#http.fetch({ ...request, address, timeoutMs });
      return status === 200 ? done(body) : refused(`the server answered ${status}`);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  async #addresses(host: string): Promise<readonly string[]> {
    return ipv4Number(host) !== undefined || host.includes(':') ? [host] : this.#resolver.addresses(host);
  }
}

import { Resolver as DnsResolver, getServers, lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { GatewayError } from '../errors.ts';
import type { NamingPointer, Resolver, ServiceRecord } from '../resolver.ts';
import { errorCode } from './gateway-error.ts';

const attemptMs = 2000;
const attempts = 2;
/** In all, whatever the servers do. */
const deadlineMs = 6000;
const addressesAtMost = 16;
/** Of a kind in one answer. A name with more of them is not served better by looking at all. */
const recordsAtMost = 32;
/** Host lookups block a thread of Node's pool each, which files need too. */
const hostLookupsAtMost = 2;

/** Names by DNS, then by the host's own means (its hosts file). `servers`: `ip name-server`; the host's when empty. */
export class NodeResolver implements Resolver {
  #dns: DnsResolver;
  #hostLookups = 0;

  constructor(servers: readonly string[] = []) {
    this.#dns = asking(servers);
  }

  use(servers: readonly string[]): void {
    // What is under way ends with those who were asked.
    this.#dns = asking(servers.length > 0 ? servers : getServers());
  }

  async addresses(name: string): Promise<readonly string[]> {
    if (isIP(name) !== 0) return [name];
    return (await inTime(name, this.#find(name))).slice(0, addressesAtMost);
  }

  async services(name: string): Promise<readonly ServiceRecord[]> {
    const found = await inTime(name, orNone(name, this.#dns.resolveSrv(name)));
    return found.slice(0, recordsAtMost).map(({ priority, weight, port, name: target }) => ({
      priority,
      weight,
      port,
      target,
    }));
  }

  async pointers(name: string): Promise<readonly NamingPointer[]> {
    const found = await inTime(name, orNone(name, this.#dns.resolveNaptr(name)));
    return found.slice(0, recordsAtMost).map(({ order, preference, flags, service, replacement }) => ({
      order,
      preference,
      flags,
      service,
      replacement,
    }));
  }

  async #find(name: string): Promise<readonly string[]> {
    if (name.toLowerCase() === 'localhost') return ['127.0.0.1', '::1'];
    const [v4, v6] = await Promise.allSettled([this.#dns.resolve4(name), this.#dns.resolve6(name)]);
    const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found;
    const known = await this.#askHost(name);
    if (known.length > 0) return known;
    const silent = [v4, v6].some((a) => a.status === 'rejected' && isSilence(errorCode(a.reason)));
    throw new GatewayError(silent ? 'name-timeout' : 'name-not-found', `No address of ${name} is known`);
  }

  async #askHost(name: string): Promise<readonly string[]> {
    if (this.#hostLookups >= hostLookupsAtMost) return [];
    this.#hostLookups++;
    try {
      return (await lookup(name, { all: true, order: 'ipv4first' })).map((entry) => entry.address);
    } catch {
      return []; // the answer of DNS, just as negative, is the one reported
    } finally {
      this.#hostLookups--;
    }
  }
}

function asking(servers: readonly string[]): DnsResolver {
  const dns = new DnsResolver({ timeout: attemptMs, tries: attempts });
  if (servers.length > 0) dns.setServers(servers);
  return dns;
}

async function inTime<T>(name: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GatewayError('name-timeout', `No answer about ${name} in time`)), deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** No such records are an answer too; no answer is none. */
async function orNone<T>(name: string, answer: Promise<T[]>): Promise<readonly T[]> {
  try {
    return await answer;
  } catch (error) {
    if (isSilence(errorCode(error))) throw new GatewayError('name-timeout', `No answer about ${name}`);
    return [];
  }
}

function isSilence(code: string): boolean {
  return code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'EREFUSED';
}

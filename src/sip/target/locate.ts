import { GatewayError, type Random, type Resolver, type ServiceRecord } from '../../io/index.ts';
import { customaryServiceName, pointedServiceNames } from './service-name.ts';
import { inServiceOrder } from './service-order.ts';
import { type Candidate, defaultPort, type Target } from './target.ts';

/** Who answers questions about names. */
export type Names = Pick<Resolver, 'addresses' | 'services' | 'pointers'>;

/** Names of service records asked for one target, and hosts of them looked up. */
const namesAtMost = 4;
const hostsAtMost = 8;
/** Places tried for one request. */
const candidatesAtMost = 16;

/**
 * The places that answer for a named target, in the order to try them (RFC 3263 4.2): with a port, its addresses; else what the
 * service records of its transport name; else its addresses at the transport's port. Rejects when there are none.
 */
export async function locate(target: Target, names: Names, random: Random): Promise<readonly Candidate[]> {
  const { host, port, transport } = target;
  if (port === undefined) {
    const records = await serviceRecords(target, names);
    if (records.length > 0) return placesOf(inServiceOrder(records, drawing(random)), host, names);
  }
  const addresses = await names.addresses(host);
  return addresses
    .slice(0, candidatesAtMost)
    .map((address) => ({ host: address, port: port ?? defaultPort(transport) }));
}

/** What the pointers lead to, else what custom says. Both are asked at once: a name with pointers is the rarer one. */
async function serviceRecords({ host, transport }: Target, names: Names): Promise<readonly ServiceRecord[]> {
  const customary = names.services(customaryServiceName(host, transport));
  // Asked in vain when a pointer leads elsewhere; it must not be an unhandled failure then.
  customary.catch(() => undefined);
  const pointed = pointedServiceNames(await pointersOf(host, names), transport);
  for (const name of pointed.slice(0, namesAtMost)) {
    const records = await names.services(name);
    if (records.length > 0) return records;
  }
  return customary;
}

/** A server that does not know the type of record may be silent about it: then there are none. */
async function pointersOf(host: string, names: Names) {
  try {
    return await names.pointers(host);
  } catch {
    return [];
  }
}

async function placesOf(records: readonly ServiceRecord[], domain: string, names: Names): Promise<Candidate[]> {
  const offered = records
    .filter(({ target, port }) => target !== '' && target !== '.' && port > 0)
    .slice(0, hostsAtMost);
  const found = await Promise.allSettled(offered.map(({ target }) => names.addresses(target)));
  const places = offered.flatMap(({ port }, i) => {
    const answer = found[i];
    return answer?.status === 'fulfilled' ? answer.value.map((host) => ({ host, port })) : [];
  });
  if (places.length > 0) return places.slice(0, candidatesAtMost);
  const why = offered.length === 0 ? 'does not offer the service' : 'offers the service on hosts without address';
  throw new GatewayError('name-not-found', `${domain} ${why}`);
}

/** Whole numbers from 0 up to the given one. Sums of weights stay far below 2^32, so the remainder favours none noticeably. */
function drawing(random: Random): (upTo: number) => number {
  return (upTo) => random.bytes(4).readUInt32BE() % (upTo + 1);
}

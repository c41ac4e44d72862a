/** What names stand for: the gateway's own `ip host` entries first, which have no service records, then DNS. */
import type { Resolver } from './io/index.ts';

/** `hosts`: the `ip host` entries of the moment, by lower-case name. */
export function namesOf(
  resolver: Resolver,
  hosts: () => ReadonlyMap<string, readonly string[]>,
): Pick<Resolver, 'addresses' | 'services' | 'pointers'> {
  const ownName = (name: string): readonly string[] | undefined => hosts().get(name.toLowerCase());
  /** `_sips._tcp.example.com` is of `example.com`. */
  const isOurs = (name: string): boolean => ownName(name.replace(/^_sips?\._(?:udp|tcp)\./i, '')) !== undefined;
  return {
    addresses: async (name) => ownName(name) ?? (await resolver.addresses(name)),
    services: async (name) => (isOurs(name) ? [] : await resolver.services(name)),
    pointers: async (name) => (isOurs(name) ? [] : await resolver.pointers(name)),
  };
}

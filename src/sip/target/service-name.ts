import type { NamingPointer } from '../../io/index.ts';
import type { TransportName } from '../settings.ts';

/** RFC 3263 4.1: what a pointer calls the service, and the name of its records where no pointer says another. */
const services: Readonly<Record<TransportName, { readonly pointer: string; readonly prefix: string }>> = {
  udp: { pointer: 'SIP+D2U', prefix: '_sip._udp' },
  tcp: { pointer: 'SIP+D2T', prefix: '_sip._tcp' },
  tls: { pointer: 'SIPS+D2T', prefix: '_sips._tcp' },
};

/** The name of the service records by custom: `_sips._tcp.example.com`. */
export function customaryServiceName(domain: string, transport: TransportName): string {
  return `${services[transport].prefix}.${domain}`;
}

/**
 * The names of service records that a domain's pointers give for this transport, in the order to ask them. A pointer to another
 * transport is passed over: what is configured is never exchanged for something weaker.
 */
export function pointedServiceNames(pointers: readonly NamingPointer[], transport: TransportName): readonly string[] {
  const { pointer } = services[transport];
  return pointers
    .filter(({ flags, service }) => flags.toLowerCase() === 's' && service.toUpperCase() === pointer)
    .sort((a, b) => a.order - b.order || a.preference - b.preference)
    .map(({ replacement }) => replacement)
    .filter((name) => name !== '' && name !== '.');
}

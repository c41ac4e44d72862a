import type { Address } from '../../io/index.ts';

/** `10.0.0.1:5061`, `[2001:db8::1]:5061`. */
export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

import type { SessionHost } from '../agent/session-host.ts';

/** What a registration may ask of the user agent. */
export type RegisterHost = Pick<
  SessionHost,
  'tokens' | 'now' | 'maxForwards' | 'contactPort' | 'viaFor' | 'request' | 'route' | 'later'
>;

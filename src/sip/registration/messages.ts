import type { Log, LogCatalogue } from '../../io/index.ts';

/** What registrations tell the operator. */
export const registrationMessages = {
  REGISTERED: {
    severity: 6,
    text: 'Number {number} is registered with {registrar} for {seconds} seconds',
    cause: 'The registrar took the number, for the first time or again after it could not.',
    remedy: 'None needed.',
  },
  REGISTER_FAILED: {
    severity: 4,
    text: 'Number {number} could not be registered with {registrar}: {reason}; next attempt in {seconds} seconds',
    cause: 'The registrar could not be reached, refused the number, or does not take the credentials.',
    remedy:
      'The reason names the status or the failure. Look at `registrar`, `credentials`, `authentication` and at the registrar.',
  },
  REGISTRATION_LOST: {
    severity: 4,
    text: 'The connection of number {number} to {registrar} broke: it is registered again in {seconds} seconds',
    cause: 'The registrar or the network between went away. It is waited a little, so that not all come back at once.',
    remedy: 'Look at the registrar and at the network between.',
  },
  UNREGISTERED: {
    severity: 6,
    text: 'Number {number} is no longer registered with {registrar}',
    cause: 'The number, its dial peer or the registrar was removed, or the gateway stops, and the registrar took that.',
    remedy: 'None needed.',
  },
  UNREGISTER_FAILED: {
    severity: 4,
    text: 'Number {number} could not be taken back from {registrar}: {reason}; it may be kept there for {seconds} seconds',
    cause:
      'The number was to be registered no more, and the registrar refused that, did not answer or could not be reached.',
    remedy: 'Calls to the number may come for so long; take it away at the registrar where that matters.',
  },
} as const satisfies LogCatalogue;

export type RegistrationLog = Log<typeof registrationMessages>;

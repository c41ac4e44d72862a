import type { LogCatalogue } from '../io/index.ts';

/** What the room tells the operator of its servers, facility `NTP`. */
export const ntpMessages = {
  PEERREACH: {
    severity: 6,
    text: 'Peer {server} is reachable',
    cause: 'A time server answered for the first time, or again.',
    remedy: 'None.',
  },
  PEERUNREACH: {
    severity: 6,
    text: 'Peer {server} is unreachable',
    cause: 'A time server left eight questions without a good answer.',
    remedy: 'Check the way to it: UDP port 123.',
  },
  PEERSYNC: {
    severity: 5,
    text: 'NTP synced to peer {server}',
    cause: 'The clock follows this time server now.',
    remedy: 'None.',
  },
  UNSYNC: {
    severity: 4,
    text: 'NTP sync is lost: {reason}',
    cause: 'No time server can be followed. The clock goes on by itself and stays authoritative.',
    remedy: 'See `show ntp associations`.',
  },
  SERVER_REFUSED: {
    severity: 4,
    text: 'What {server} answered is not used: {reason}',
    cause: 'The server is not synchronised itself, is too far from the true time, or sent times that cannot be.',
    remedy: 'See to the server, or name another one.',
  },
  KISS: {
    severity: 4,
    text: '{server} asks to be left alone: {code}',
    cause: 'The server sent a kiss-of-death: RATE, it is asked less from now on; DENY or RSTR, it is not asked again.',
    remedy: 'Name a server that is meant for this gateway.',
  },
  NO_QUESTION: {
    severity: 4,
    text: '{server} cannot be asked for the time: {reason}',
    cause: 'Its name has no address, or the interface to ask from has none.',
    remedy: 'Correct the name, the name servers or the interface.',
  },
  HOST_CLOCK: {
    severity: 4,
    text: "The host's clock is {seconds} seconds {direction} of the time that {server} tells",
    cause:
      "The host's clock is wrong. The gateway uses the server's time for everything: certificates, logs, displays.",
    remedy: 'Set the clock of the host: other programs, and the next start of this one, go by it.',
  },
} as const satisfies LogCatalogue;

/** What it tells of the clock itself, facility `SYS`. */
export const clockMessages = {
  CLOCKUPDATE: {
    severity: 6,
    text: 'System clock has been updated from {before} to {after}, configured from {how} by {by}.',
    cause: '`clock set` was typed, or a time server moved the clock by more than a second.',
    remedy: 'None.',
  },
} as const satisfies LogCatalogue;

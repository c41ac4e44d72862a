import type { LogCatalogue } from '../io/index.ts';

/** What the SSH server tells the operator, facility `SSH`. */
export const sshMessages = {
  ENABLED: {
    severity: 5,
    text: 'SSH 2.0 has been enabled',
    cause: 'A user, a host key and a line that takes SSH are there, and the port is open.',
    remedy: 'None.',
  },
  DISABLED: {
    severity: 5,
    text: 'SSH 2.0 has been disabled',
    cause: 'The last user, the host key or the last line that takes SSH is gone, or the port changes.',
    remedy: '`show ip ssh` says what is missing. Sessions that are open go on.',
  },
  LISTEN_SOCKET: {
    severity: 2,
    text: 'Failed to open listen socket for ip_addr={address}, port={port}: {reason}',
    cause: 'The port is in use, or may not be opened by this user.',
    remedy: 'Choose another with ip ssh port, or free the port; then change any line of ip ssh.',
  },
  CONNECTION_REFUSED: {
    severity: 4,
    text: 'Connection from {address} refused: {reason}; {count} refused since start',
    cause:
      'More connections, or more that have not logged in, than the server serves, by source or in all. Told every ten seconds at most.',
    remedy: 'None when it is a slip of a script; else keep the source away from the port. `show ip ssh` counts them.',
  },
  SESSION_FAILED: {
    severity: 3,
    text: 'Session of {user} from {address} failed: {reason}',
    cause: 'A fault of the gateway itself; the session was ended and nothing else is affected.',
    remedy: 'Report it with this line.',
  },
} as const satisfies LogCatalogue;

/** Logins, by whatever way, facility `SEC_LOGIN`. */
export const loginMessages = {
  LOGIN_FAILED: {
    severity: 4,
    text: 'Login failed [user: {user}] [Source: {address}] [localport: {port}] [Reason: {reason}]',
    cause: 'A wrong user name, password or key. The next answer to that address is slower.',
    remedy: 'None when it is a slip; else keep the source away from the port.',
  },
  LOGIN_SUCCESS: {
    severity: 5,
    text: 'Login Success [user: {user}] [Source: {address}] [localport: {port}]',
    cause: 'A user logged in.',
    remedy: 'None.',
  },
} as const satisfies LogCatalogue;

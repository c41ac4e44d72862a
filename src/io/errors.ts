/** What can go wrong outside the process, by stable code. */
export type GatewayErrorCode =
  | 'address-in-use'
  | 'address-not-available'
  | 'permission-denied'
  | 'connection-refused'
  | 'connection-reset'
  | 'connection-timeout'
  | 'host-unreachable'
  | 'name-not-found'
  | 'name-timeout'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'file-corrupt'
  | 'answer-too-large'
  | 'http-failed'
  | 'tftp-failed'
  | 'tls-failed'
  | 'closed'
  | 'limit-reached';

/** The outside world failed us: a socket, a file, a name, a server. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  constructor(code: GatewayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
  }
}

import { GatewayError, type GatewayErrorCode } from '../errors.ts';

const codes: Readonly<Record<string, GatewayErrorCode>> = {
  EADDRINUSE: 'address-in-use',
  EADDRNOTAVAIL: 'address-not-available',
  EAFNOSUPPORT: 'address-not-available',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  EPIPE: 'connection-reset',
  ETIMEDOUT: 'connection-timeout',
  EHOSTUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  ENETDOWN: 'host-unreachable',
  ENOTFOUND: 'name-not-found',
  ENODATA: 'name-not-found',
  ESERVFAIL: 'name-not-found',
  ETIMEOUT: 'name-timeout',
  EAI_AGAIN: 'name-timeout',
  EMFILE: 'limit-reached',
  ENFILE: 'limit-reached',
  ENOBUFS: 'limit-reached',
  ENOMEM: 'limit-reached',
  EPROTO: 'tls-failed',
};

/** Node's `code` of an error, '' when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** An error of Node or the system as ours; `otherwise` for a code not in the table. */
export function gatewayError(error: unknown, otherwise: GatewayErrorCode): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = errorCode(error);
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_') || code === 'EPROTO') return tlsError(error);
  const message = error instanceof Error ? error.message : String(error);
  return new GatewayError(codes[code] ?? otherwise, message, { cause: error });
}

/** OpenSSL's own words (`peer did not return a certificate`), without the address and the file they came from. */
export function tlsError(error: unknown): GatewayError {
  const mapped = codes[errorCode(error)];
  if (error instanceof GatewayError) return error;
  if (mapped !== undefined && mapped !== 'tls-failed') return gatewayError(error, 'tls-failed');
  return new GatewayError('tls-failed', opensslReason(error), { cause: error });
}

function opensslReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('reason' in error && typeof error.reason === 'string' && error.reason !== '') return error.reason;
  // "write EPROTO 40C7...:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../ssl/record.c:909:SSL alert ..."
  const parts = error.message.split(':');
  const routines = parts.findIndex((part) => part.endsWith(' routines'));
  return routines >= 0 ? (parts[routines + 2] ?? error.message) : error.message;
}

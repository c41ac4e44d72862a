/**
 * Hands a server's socket the OCSP answer to staple. Node asks for one through an event of `tls.Server`, which the bare server
 * socket we need has not, so it is given where Node itself gives it. Should that place ever change, nothing is stapled, and the
 * peer finds our standing out by itself.
 */
export function stapleTo(socket: object, answer: Buffer): void {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (canStaple(handle)) handle.setOCSPResponse(answer);
}

function canStaple(handle: unknown): handle is { setOCSPResponse(answer: Buffer): void } {
  return typeof handle === 'object' && handle !== null && typeof Reflect.get(handle, 'setOCSPResponse') === 'function';
}

/** What the PKI serves over HTTP: SCEP, CRLs and OCSP of our certificate servers, watched by `debug crypto pki server`, and what an
 * ACME server asks for. */
import type { HttpServerSettings, Route } from './access/http.ts';
import { acmeRoute, crlRoute, ocspRoute, scepRoute } from './access/pki-routes.ts';
import type { Tree } from './commands/index.ts';
import type { DebugHub } from './io/index.ts';
import type { Pki, PkiFace } from './pki/index.ts';

type Answer = ReturnType<PkiFace['authorities']['crl']>;

export function pkiRoutes(pki: Pick<Pki, 'authorities' | 'acmeChallenge'>, hub: DebugHub): readonly Route[] {
  const topic = hub.topic('crypto pki server');
  const scep = hub.topic('crypto pki scep');
  const told = (what: string, answer: Answer): Answer => {
    if (topic.on) topic.write(() => `CRYPTO_CS: ${what} answered ${answer.status}, ${answer.body.length} bytes`);
    return answer;
  };
  return [
    acmeRoute((token) => pki.acmeChallenge(token)),
    scepRoute(async (request) => {
      const { method, operation } = request;
      if (scep.on) scep.write(() => `CRYPTO_PKI_SCEP: Server received ${operation} by ${method}`);
      const answer = await pki.authorities.scep(request);
      if (scep.on) scep.write(() => `CRYPTO_PKI_SCEP: Server answered ${operation}: HTTP ${answer.status}`);
      return told(`${method} ${operation}`, answer);
    }),
    crlRoute((server) => told(`CRL of ${server}`, pki.authorities.crl(server))),
    ocspRoute((request) => told('OCSP', pki.authorities.ocsp(request))),
  ];
}

/** `ip http server` as configured. */
export function httpOfTree({ http, interfaces }: Tree): HttpServerSettings {
  const name = http.sourceInterface;
  const address = name === undefined ? undefined : interfaces.get(name)?.address?.address;
  // An interface without address must not widen the server to all of them.
  const isReachable = name === undefined || address !== undefined;
  return { server: http.server && isReachable, port: http.port, ...(address === undefined ? {} : { address }) };
}

/** What the certificate servers serve over HTTP: SCEP, their CRLs, OCSP; each answer watched by `debug crypto pki server`. */
import type { Route } from './access/http.ts';
import { crlRoute, ocspRoute, scepRoute } from './access/pki-routes.ts';
import type { DebugHub } from './io/index.ts';
import type { PkiFace } from './pki/index.ts';

type Answer = ReturnType<PkiFace['crl']>;

export function authorityRoutes(pki: Pick<PkiFace, 'scep' | 'crl' | 'ocsp'>, hub: DebugHub): readonly Route[] {
  const topic = hub.topic('crypto pki server');
  const told = (what: string, answer: Answer): Answer => {
    if (topic.on) topic.write(() => `CRYPTO_CS: ${what} answered ${answer.status}, ${answer.body.length} bytes`);
    return answer;
  };
  return [
    scepRoute(async (request) => told(`${request.method} ${request.operation}`, await pki.scep(request))),
    crlRoute((server) => told(`CRL of ${server}`, pki.crl(server))),
    ocspRoute((request) => told('OCSP', pki.ocsp(request))),
  ];
}

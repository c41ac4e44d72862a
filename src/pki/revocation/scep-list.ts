import type { Random } from '../../io/index.ts';
import type { Outcome } from '../outcome.ts';
import { parseCapabilities } from '../scep/capabilities.ts';
import { operationUrl } from '../scep/client.ts';
import { type CrlAsker, CrlQuery } from '../scep/crl-query.ts';
import type { FetchOrder } from './fetcher.ts';

const longestAnswer = 256 * 1024;

/** Asks a CA for its CRL by SCEP, through the door that everything about peers is fetched by. `url` is the operator's. */
export async function fetchListByScep(
  url: string,
  asker: CrlAsker,
  random: Random,
  get: (order: FetchOrder) => Promise<Outcome<Buffer>>,
): Promise<Outcome<Buffer>> {
  const terms = { allowsPrivate: true, maxBytes: longestAnswer };
  const told = await get({ ...terms, method: 'GET', url: operationUrl(url, 'GetCACaps') });
  const capabilities = parseCapabilities(told.ok ? told.value.toString('latin1') : '');
  const query = new CrlQuery(asker, capabilities, random);
  const operation = operationUrl(url, 'PKIOperation');
  const message = encodeURIComponent(query.message.toString('base64'));
  const answer = await get(
    capabilities.post
      ? { ...terms, method: 'POST', url: operation, contentType: 'application/x-pki-message', body: query.message }
      : { ...terms, method: 'GET', url: `${operation}&message=${message}` },
  );
  return answer.ok ? query.receive(answer.value) : answer;
}

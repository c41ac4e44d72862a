import type { HttpClient, HttpRequest, HttpResponse } from '../io/index.ts';
import type { TrustpointSettings } from './settings.ts';

/** The address of an interface by its name; undefined when it has none. */
export type InterfaceAddress = (name: string) => string | undefined;

/** HTTP of a trustpoint, from the address of its `source interface`. One without an address sends nothing: the host's choice was not wanted. */
export function sourcedHttp(
  http: HttpClient,
  { name, sourceInterface }: Pick<TrustpointSettings, 'name' | 'sourceInterface'>,
  addressOf: InterfaceAddress,
): HttpClient {
  if (sourceInterface === undefined) return http;
  return {
    fetch: async (request: HttpRequest): Promise<HttpResponse> => {
      const localHost = addressOf(sourceInterface);
      if (localHost !== undefined) return http.fetch({ ...request, localHost });
      throw new Error(`source interface ${sourceInterface} of trustpoint ${name} has no address`);
    },
  };
}

import type { HttpClient, HttpRequest, HttpResponse, RemoteFiles } from '../io/index.ts';
import type { TrustpointSettings } from './settings.ts';

/** The address of an interface by its name; undefined when it has none. */
export type InterfaceAddress = (name: string) => string | undefined;

type Sourced = Pick<TrustpointSettings, 'name' | 'sourceInterface'>;

/** HTTP of a trustpoint, from the address of its `source interface`. One without an address sends nothing: the host's choice was not wanted. */
export function sourcedHttp(http: HttpClient, settings: Sourced, addressOf: InterfaceAddress): HttpClient {
  const { sourceInterface } = settings;
  if (sourceInterface === undefined) return http;
  return {
    fetch: async (request: HttpRequest): Promise<HttpResponse> =>
      http.fetch({ ...request, localHost: sourceOf(settings.name, sourceInterface, addressOf) }),
  };
}

/** The same for its files. */
export function sourcedFiles(files: RemoteFiles, settings: Sourced, addressOf: InterfaceAddress): RemoteFiles {
  const { sourceInterface } = settings;
  if (sourceInterface === undefined) return files;
  const source = (): string => sourceOf(settings.name, sourceInterface, addressOf);
  return {
    read: async (url, maxBytes) => files.read(url, maxBytes, source()),
    write: async (url, content) => files.write(url, content, source()),
  };
}

function sourceOf(name: string, sourceInterface: string, addressOf: InterfaceAddress): string {
  const address = addressOf(sourceInterface);
  if (address !== undefined) return address;
  throw new Error(`source interface ${sourceInterface} of trustpoint ${name} has no address`);
}

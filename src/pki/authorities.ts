import { CaServer, type CaServerParts } from './ca-server.ts';
import type { Certificate } from './certificate.ts';
import { chainCertificate } from './certificate-store.ts';
import type { CaServerReport, ChangePki, ScepRequest, ScepResponse } from './face.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { readPasted } from './paste.ts';
import { type CaServerSettings, type PkiSettings, type TrustpointSettings, trustpointDefaults } from './settings.ts';
import { withAuthorities } from './trustpoint.ts';

/** The certificate servers of the configuration, started and stopped as it says. */
export class Authorities {
  readonly #parts: CaServerParts;
  readonly #change: ChangePki;
  readonly #zeroize: (label: string) => Promise<boolean>;
  readonly #servers = new Map<string, CaServer>();

  /** `zeroize`: takes the key pair of a server away; resolves to whether it is gone from disk. */
  constructor(parts: CaServerParts, change: ChangePki, zeroize: (label: string) => Promise<boolean>) {
    this.#parts = parts;
    this.#change = change;
    this.#zeroize = zeroize;
  }

  /** Applies one server's difference. Making keys and certificates takes time: to be called in the room's queue. */
  async apply(old: CaServerSettings | undefined, next: CaServerSettings | undefined): Promise<void> {
    if (next === undefined) return this.#remove(old);
    const server = this.#servers.get(next.name) ?? new CaServer(next, this.#parts);
    this.#servers.set(next.name, server);
    server.reconfigure(next);
    if (next.grant === 'auto' && old?.grant !== 'auto') this.#parts.log('CS_GRANT_AUTO');
    if (next.shutdown) await server.shutdown();
    else if (server.certificate === undefined) await this.#start(server);
  }

  /** Starts those again that are to run and do not. */
  async retry(): Promise<void> {
    for (const server of this.#servers.values()) {
      if (server.isEnabled && server.certificate === undefined) await this.#start(server);
    }
  }

  async #remove(old: CaServerSettings | undefined): Promise<void> {
    const server = this.#servers.get(old?.name ?? '');
    if (server === undefined) return;
    this.#servers.delete(server.name);
    await server.destroy(this.#zeroize);
  }

  async #start(server: CaServer): Promise<void> {
    const started = await server.start();
    if (!started.ok) return;
    try {
      this.#change((settings) => withOwnTrustpoint(settings, server.name, started.value));
    } catch (error) {
      this.#parts.log('CHAIN_NOT_COMMITTED', { name: server.name, reason: reasonOf(error) });
    }
  }

  stop(): void {
    for (const server of this.#servers.values()) server.stop();
  }

  find(name: string): CaServer | undefined {
    return this.#servers.get(name);
  }

  reports(): readonly CaServerReport[] {
    return [...this.#servers.values()].map((server) => server.report());
  }

  /** The server named by the client, else the one that runs. */
  async scep(request: ScepRequest): Promise<ScepResponse> {
    const named = this.#servers.get(request.message ?? '');
    const running = [...this.#servers.values()].find((server) => server.certificate !== undefined);
    const server = named?.certificate === undefined ? running : named;
    const response = await server?.scep(request);
    return response ?? { status: 404, contentType: 'text/plain', body: Buffer.from('no certificate server\n') };
  }

  /** Issues for pasted PKCS#10, base64 or PEM. */
  async sign(name: string, text: string): Promise<Outcome<Certificate>> {
    const server = this.#servers.get(name);
    if (server === undefined) return refused(`certificate server ${name} is not known`);
    const blocks = readPasted(text, 'CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST');
    if (!blocks.ok) return blocks;
    return server.signPasted(blocks.value[0]!);
  }

  async decide(name: string, id: number | 'all', grant: boolean): Promise<Outcome<number>> {
    const server = this.#servers.get(name);
    if (server === undefined) return refused(`certificate server ${name} is not known`);
    return done(grant ? await server.grant(id) : server.reject(id));
  }
}

/** A server stands in a trustpoint of its own name, with its certificate as the CA's. */
function withOwnTrustpoint(settings: PkiSettings, name: string, certificate: Certificate): PkiSettings {
  const own: TrustpointSettings = { name, ...trustpointDefaults, rsaKeyPair: { label: name } };
  const trustpoints = settings.trustpoints.has(name)
    ? settings.trustpoints
    : new Map([...settings.trustpoints, [name, own]]);
  const chain = settings.chains.get(name) ?? [];
  if (chain.some(({ kind, der }) => kind === 'ca' && der.equals(certificate.der))) return { ...settings, trustpoints };
  const next = withAuthorities(chain, [chainCertificate(certificate, 'ca')]);
  return { ...settings, trustpoints, chains: new Map([...settings.chains, [name, next]]) };
}

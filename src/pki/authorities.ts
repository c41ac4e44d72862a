import type { AuthorityFace, CaServerReport, IssuedReport, ScepRequest, ScepResponse } from './authority-face.ts';
import { CaServer, type CaServerParts } from './ca-server.ts';
import type { Certificate } from './certificate.ts';
import { chainCertificate } from './certificate-store.ts';
import type { RevocationReason } from './crl-issue.ts';
import type { ChangePki, PkiTimer } from './face.ts';
import { answerOcsp } from './ocsp-answer.ts';
import { done, flat, type Outcome, reasonOf, refused } from './outcome.ts';
import { readPasted } from './paste.ts';
import { readRequest } from './request.ts';
import type { OwnList } from './revocation/standing.ts';
import { type CaServerSettings, type PkiSettings, type TrustpointSettings, trustpointDefaults } from './settings.ts';
import { withAuthorities } from './trustpoint.ts';

const longestCachedMs = 30 * 60_000;
const mostSignedEachSecond = 100;

/** The certificate servers of the configuration, started and stopped as it says. */
export class Authorities implements AuthorityFace {
  readonly #parts: CaServerParts;
  readonly #change: ChangePki;
  readonly #zeroize: (label: string) => Promise<boolean>;
  readonly #servers = new Map<string, CaServer>();
  /** OCSP answers signed in the second that runs. */
  #signed = { second: 0, count: 0 };
  /** Questions of OCSP that were told to try later, of all servers together. */
  #ocspPutOff = 0;

  /** `zeroize`: takes the key pair of a server away; resolves to whether it is gone from disk. */
  constructor(parts: Omit<CaServerParts, 'changed'>, change: ChangePki, zeroize: (label: string) => Promise<boolean>) {
    this.#parts = { ...parts, changed: (server, certificate) => this.#commit(server, certificate) };
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
    if (started.ok) this.#commit(server, started.value);
  }

  /** The chain of a trustpoint changed: the subordinate CA of that name signs with what it has now. */
  async followTrustpoint(name: string): Promise<void> {
    await this.#servers.get(name)?.followTrustpoint();
  }

  #commit(server: CaServer, certificate: Certificate): void {
    if (server.isSubordinate) return;
    try {
      this.#change((settings) => withOwnTrustpoint(settings, server.name, certificate));
    } catch (error) {
      this.#parts.log('CHAIN_NOT_COMMITTED', { name: server.name, reason: reasonOf(error) });
    }
  }

  stop(): void {
    for (const server of this.#servers.values()) server.close();
  }

  find(name: string): CaServer | undefined {
    return this.#servers.get(name);
  }

  report(name: string): CaServerReport | undefined {
    const server = this.#servers.get(name);
    return server && this.#reportOf(server);
  }

  reports(): readonly CaServerReport[] {
    return [...this.#servers.values()].map((server) => this.#reportOf(server));
  }

  #reportOf(server: CaServer): CaServerReport {
    return { ...server.report(), ocspPutOff: this.#ocspPutOff };
  }

  timers(): readonly PkiTimer[] {
    return [...this.#servers.values()].flatMap((server) => server.timers());
  }

  /** The server named by the client, else the one that runs. */
  async scep(request: ScepRequest): Promise<ScepResponse> {
    // The CRL without SCEP around it, at the URL an IOS CA gives as distribution point.
    if (request.method === 'GET' && request.operation === 'GetCRL') return this.crl(request.message);
    const named = this.#servers.get(request.message ?? '');
    const running = [...this.#servers.values()].find((server) => server.certificate !== undefined);
    const server = named?.certificate === undefined ? running : named;
    const response = await server?.scep(request);
    return response ?? { status: 404, contentType: 'text/plain', body: Buffer.from('no certificate server\n') };
  }

  /** The list of a server by its name, as in the file name of a URL, or of the one that runs. */
  crl(name?: string): ScepResponse {
    const running = [...this.#servers.values()].filter((server) => server.crl !== undefined);
    const crl = (name === undefined ? running[0] : running.find((server) => server.name === name))?.crl;
    if (crl === undefined) return { status: 404, contentType: 'text/plain', body: Buffer.from('no such CRL\n') };
    const cache = this.#cache(crl.thisUpdate, crl.nextUpdate);
    return { status: 200, contentType: 'application/pkix-crl', body: crl.der, cache };
  }

  /** The CRL of the server that has this certificate. */
  ownList(issuer: Certificate): OwnList | undefined {
    const server = [...this.#servers.values()].find((one) => one.certificate?.der.equals(issuer.der));
    return server?.crl && { server: server.name, der: server.crl.der };
  }

  ocsp(request: Buffer): ScepResponse {
    const responders = [...this.#servers.values()].flatMap((server) => server.responder ?? []);
    const now = this.#parts.clock.now();
    const { der, keepUntil } = answerOcsp(request, responders, now, () => this.#maySign());
    const answer = { status: 200, contentType: 'application/ocsp-response', body: der };
    return keepUntil === undefined ? answer : { ...answer, cache: this.#cache(now, keepUntil) };
  }

  /** Calls come first: signatures for whoever asks are bounded. */
  #maySign(): boolean {
    const second = Math.floor(this.#parts.clock.monotonic() / 1000);
    this.#signed = second === this.#signed.second ? { second, count: this.#signed.count + 1 } : { second, count: 1 };
    const may = this.#signed.count <= mostSignedEachSecond;
    if (!may) this.#ocspPutOff++;
    return may;
  }

  /** Caches ask again well before the end, so that a revocation reaches whoever asks through them. */
  #cache(modifiedAt: number, expiresAt: number): NonNullable<ScepResponse['cache']> {
    const left = Math.max(0, expiresAt - this.#parts.clock.now());
    return { maxAgeSeconds: Math.floor(Math.min(left, longestCachedMs) / 1000), modifiedAt, expiresAt };
  }

  /** Issues for pasted PKCS#10, base64 or PEM. */
  async sign(name: string, text: string, mayBeCa: () => Promise<boolean> = refuses): Promise<Outcome<Certificate>> {
    const server = this.#servers.get(name);
    if (server === undefined) return unknown(name);
    const blocks = readPasted(text, 'CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST');
    const request = blocks.ok ? readRequest(blocks.value[0]!) : blocks;
    if (!request.ok) return request;
    if (request.value.isForCa && !(await mayBeCa())) return refused('the request is for the certificate of a CA');
    return server.sign(request.value);
  }

  // ---- the operator ----

  grant(server: string, id: number | 'all'): Promise<Outcome<number>> {
    return this.#with(server, (one) => one.enrolment.decide(id, 'grant'));
  }

  reject(server: string, id: number | 'all'): Promise<Outcome<number>> {
    return this.#with(server, (one) => one.enrolment.decide(id, 'reject'));
  }

  removeRequest(server: string, id: number | 'all'): Promise<Outcome<number>> {
    return this.#with(server, (one) => one.enrolment.remove(id));
  }

  async revoke(server: string, serial: number, reason: RevocationReason): Promise<Outcome<void>> {
    return flat(await this.#with(server, (one) => one.revoke(serial, reason)));
  }

  async unrevoke(server: string, serial: number): Promise<Outcome<void>> {
    return flat(await this.#with(server, (one) => one.unrevoke(serial)));
  }

  async trim(server: string): Promise<Outcome<number>> {
    return flat(await this.#with(server, (one) => one.trim()));
  }

  async archive(server: string, password: string): Promise<Outcome<void>> {
    return flat(await this.#with(server, (one) => one.archive(password)));
  }

  generatePassword(server: string, minutes: number): Outcome<string> {
    return this.#servers.get(server)?.generatePassword(minutes) ?? unknown(server);
  }

  async rollover(server: string, verb: 'make' | 'cancel'): Promise<Outcome<void>> {
    return flat(await this.#with(server, (one) => one.rollover(verb)));
  }

  issued(server: string): Promise<Outcome<readonly IssuedReport[]>> {
    return this.#with(server, (one) => one.issued());
  }

  /** Asks the server of that name. */
  async #with<T>(name: string, ask: (server: CaServer) => T | Promise<T>): Promise<Outcome<T>> {
    const server = this.#servers.get(name);
    return server === undefined ? unknown(name) : done(await ask(server));
  }

  /** Starts or stops a server without a change of the configuration. */
  async run(name: string, verb: 'start' | 'stop'): Promise<Outcome<void>> {
    const server = this.#servers.get(name);
    if (server === undefined) return unknown(name);
    if (verb === 'stop') server.stop();
    else if (server.certificate === undefined) await this.#start(server);
    const { fault } = server.report();
    return fault === undefined ? done(undefined) : refused(fault);
  }
}

const refuses = async (): Promise<boolean> => false;

function unknown(name: string): { readonly ok: false; readonly reason: string } {
  return refused(`certificate server ${name} is not known`);
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

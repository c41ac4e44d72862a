import { CaPlaces } from './ca-places.ts';
import { readCertificate } from './certificate.ts';
import { mostInChain } from './certificate-store.ts';
import { checkLabel, checkModulus } from './key-pair.ts';
import type { CaServerSettings, ChainCertificate, PkiSettings, TrustpointSettings } from './settings.ts';
import { parseX500 } from './x500-name.ts';

/** As IOS says it, without a blank behind the sign. */
const lockedSentence = '%Some server settings cannot be changed after CA certificate generation.';

/**
 * Why a change cannot work, as the sentence an operator reads; undefined when it can. Only what differs from `current` is
 * looked at: a fault that is already there must not stand in the way of another change. `hasCa` tells whether a
 * certificate server has made its CA certificate.
 */
export function checkSettings(
  current: PkiSettings,
  next: PkiSettings,
  hasCa: (server: string) => boolean,
): string | undefined {
  for (const trustpoint of changed(current.trustpoints, next.trustpoints)) {
    const fault = trustpointFault(trustpoint) ?? sharedNameFault(trustpoint.name, next);
    if (fault !== undefined) return `% Trustpoint ${trustpoint.name}: ${fault}`;
  }
  for (const server of changed(current.servers, next.servers)) {
    const before = current.servers.get(server.name);
    if (before !== undefined && isLocked(before, server) && hasCa(server.name)) return lockedSentence;
    const fault = nameFault('issuer-name', server.issuerName) ?? sharedNameFault(server.name, next);
    if (fault !== undefined) return `% Certificate server ${server.name}: ${fault}`;
  }
  for (const chain of changed(current.chains, next.chains)) {
    const fault = chainFault(chain);
    if (fault !== undefined) return `% Certificate chain: ${fault}`;
  }
  return undefined;
}

/** What is settled with the CA certificate: its name, and where that is which it must find again. */
function isLocked(before: CaServerSettings, next: CaServerSettings): boolean {
  if (before.issuerName !== next.issuerName || before.mode !== next.mode) return true;
  const places = (server: CaServerSettings): CaPlaces => new CaPlaces(server.databaseUrls);
  const kinds = ['ser', 'cnm', 'crt'] as const;
  return kinds.some((kind) => places(before).folder(kind) !== places(next).folder(kind));
}

function changed<T>(old: ReadonlyMap<string, T>, next: ReadonlyMap<string, T>): readonly T[] {
  return [...next].flatMap(([name, value]) => (old.get(name) === value ? [] : [value]));
}

function trustpointFault({ subjectName, rsaKeyPair, ecKeyPair }: TrustpointSettings): string | undefined {
  const subject =
    nameFault('subject-name', subjectName) ?? (ecKeyPair === undefined ? undefined : checkLabel(ecKeyPair));
  if (subject !== undefined || rsaKeyPair === undefined) return subject;
  const { label, size } = rsaKeyPair;
  return checkLabel(label) ?? (size === undefined ? undefined : checkModulus(size));
}

/** A server puts its certificate into the trustpoint of its name: another CA's trust must not be overwritten by that. */
function sharedNameFault(name: string, { trustpoints, servers }: PkiSettings): string | undefined {
  const server = servers.get(name);
  if (server === undefined || server.shutdown || server.mode === 'sub-cs') return undefined;
  if (trustpoints.get(name)?.enrollment.method === undefined) return undefined;
  return 'a certificate server needs the trustpoint of its name, and that one enrols with another authority';
}

function chainFault(chain: readonly ChainCertificate[]): string | undefined {
  if (chain.length > mostInChain) return `more than ${mostInChain} certificates`;
  for (const { serial, der } of chain) {
    const read = readCertificate(der);
    if (!read.ok) return `certificate ${serial}: ${read.reason}`;
  }
  return undefined;
}

function nameFault(what: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const read = parseX500(text);
  return read.ok ? undefined : `${what}: ${read.reason}`;
}

import { Name } from '@peculiar/asn1-x509';
import type { Log } from '../io/index.ts';
import { issuerOf } from './ca-identity.ts';
import type { Certificate } from './certificate.ts';
import { decode } from './der.ts';
import type { EcKeyOrder } from './key-face.ts';
import { type KeyPair, shortestModulus } from './key-pair.ts';
import type { KeyStore } from './key-store.ts';
import type { CryptoMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { buildRequest, type ReadRequest, readRequest } from './request.ts';
import type { HashName, TrustpointSettings } from './settings.ts';
import { canSign } from './signature.ts';
import type { EnrollmentAnswers } from './trustpoint-face.ts';
import { type NameAttribute, parseX500, routerName } from './x500-name.ts';

const autogenModulus = 2048;
const autogenCurve = 256;

/** A request of our own with the private key it was made on. */
export interface RouterRequest {
  readonly request: ReadRequest;
  readonly privateKey: KeyPair['privateKey'];
}

/** Makes the PKCS#10 request of a trustpoint from its settings and the dialog's answers, and its key pair when there is none. */
export async function makeRouterRequest(
  settings: TrustpointSettings,
  answers: EnrollmentAnswers,
  keys: KeyStore,
  log: Log<CryptoMessages>,
  hash: HashName = 'sha256',
): Promise<Outcome<RouterRequest>> {
  if (answers.authorityName !== undefined) return makeAuthorityRequest(settings, answers, keys, log, hash);
  const typed = settings.subjectName === undefined ? done([]) : parseX500(settings.subjectName);
  if (!typed.ok) return refused(`${settings.subjectName} is not a valid subject name`);
  const key = await ensureKey(settings, answers, keys, log);
  if (!key.ok) return key;
  const { challengePassword } = answers;
  return signed(key.value, {
    subject: routerName(typed.value, routerAttributes(answers)),
    hash: settings.hash ?? hash,
    ...usageOf(key.value),
    dnsNames: settings.subjectAltNames ?? [],
    ...(challengePassword !== undefined && { challengePassword }),
  });
}

/** The request of a subordinate CA: its own name, and that it shall be one. */
async function makeAuthorityRequest(
  settings: TrustpointSettings,
  { authorityName, challengePassword }: EnrollmentAnswers,
  keys: KeyStore,
  log: Log<CryptoMessages>,
  hash: HashName,
): Promise<Outcome<RouterRequest>> {
  const { name } = settings;
  const typed = parseX500(authorityName ?? `cn=${name}`);
  if (!typed.ok) return refused(`${authorityName} is not a valid issuer name`);
  const key = await ensureKey(settings, { defaultKeyLabel: name }, keys, log);
  if (!key.ok) return key;
  return signed(key.value, {
    subject: issuerOf(typed.value),
    hash: settings.hash ?? hash,
    isForCa: true,
    ...(challengePassword !== undefined && { challengePassword }),
  });
}

/** Asks for what a certificate says already: to renew it. */
export function makeRenewalRequest(
  settings: TrustpointSettings,
  old: Certificate,
  key: KeyPair,
  challengePassword: string | undefined,
  hash: HashName = 'sha256',
): Outcome<RouterRequest> {
  const subject = decode(old.subjectDer, Name, 'the subject of the old certificate');
  if (!subject.ok) return subject;
  return signed(key, {
    subject: subject.value,
    hash: settings.hash ?? hash,
    dnsNames: old.alternativeNames?.dns ?? [],
    isForCa: old.isCa,
    ...usageOf(key),
    ...(challengePassword !== undefined && { challengePassword }),
  });
}

/** Asks for the second of two usage certificates: all but key and usage is that of the first request. */
export function requestForEncryption(
  first: ReadRequest,
  key: KeyPair,
  challengePassword: string | undefined,
): Outcome<RouterRequest> {
  return signed(key, {
    subject: first.subjectName,
    hash: first.hash,
    dnsNames: first.alternativeNames.flatMap(({ dNSName }) => dNSName ?? []),
    ...usageOf(key),
    ...(challengePassword !== undefined && { challengePassword }),
  });
}

/** Asks an ACME server for names: it looks at nothing else in a request. */
export function makeNamesRequest(
  settings: TrustpointSettings,
  names: readonly string[],
  key: KeyPair,
): Outcome<RouterRequest> {
  return signed(key, { subject: new Name([]), hash: settings.hash ?? 'sha256', dnsNames: names });
}

function signed(
  { privateKey, publicKey }: KeyPair,
  order: Omit<Parameters<typeof buildRequest>[0], 'privateKey' | 'publicKey'>,
): Outcome<RouterRequest> {
  if (!canSign(order.hash, privateKey)) return refused(`hash ${order.hash} does not go with an EC key`);
  const request = readRequest(buildRequest({ ...order, privateKey, publicKey }));
  return request.ok ? done({ request: request.value, privateKey }) : request;
}

const usageBits = { signature: 0x80, encryption: 0x20 } as const;

/** A usage key asks for a certificate of that usage; any other for all that it can do. */
function usageOf({ usage }: KeyPair): { readonly keyUsage?: number } {
  return usage === 'general' ? {} : { keyUsage: usageBits[usage] };
}

/** The key pair of a trustpoint's next certificate, made when there is none. */
export async function ensureKey(
  { rsaKeyPair, ecKeyPair, storage }: TrustpointSettings,
  { defaultKeyLabel }: Pick<EnrollmentAnswers, 'defaultKeyLabel'>,
  keys: KeyStore,
  log: Log<CryptoMessages>,
): Promise<Outcome<KeyPair>> {
  const kept = { exportable: false, ...(storage !== undefined && { storage }) };
  if (ecKeyPair !== undefined) return ensureEcKey(ecKeyPair, kept, keys, log);
  const label = rsaKeyPair?.label ?? defaultKeyLabel;
  const found = keys.find(label);
  if (found !== undefined) return done(found);
  const modulus = rsaKeyPair?.size ?? autogenModulus;
  const { encryptionSize } = rsaKeyPair ?? {};
  const made =
    encryptionSize === undefined
      ? await keys.generate({ label, kind: 'general-keys', modulus, ...kept })
      : await keys.generate({ label, kind: 'usage-keys', modulus, encryptionModulus: encryptionSize, ...kept });
  if (!made.ok) return made;
  log('AUTOGEN', { modulus });
  const shortest = Math.min(modulus, encryptionSize ?? modulus);
  if (shortest < shortestModulus) log('SHORT_KEY', { label, modulus: shortest, least: shortestModulus });
  return made;
}

async function ensureEcKey(
  label: string,
  kept: Pick<EcKeyOrder, 'exportable' | 'storage'>,
  keys: KeyStore,
  log: Log<CryptoMessages>,
): Promise<Outcome<KeyPair>> {
  const found = keys.find(label, 'ec');
  if (found !== undefined) return done(found);
  const made = await keys.generate({ label, kind: 'ec', keysize: autogenCurve, ...kept });
  if (made.ok) log('AUTOGEN', { modulus: autogenCurve });
  return made;
}

function routerAttributes({ serialNumber, fqdn, ipAddress }: EnrollmentAnswers): readonly NameAttribute[] {
  const all: [string, string | undefined][] = [
    ['serialNumber', serialNumber],
    ['hostname', fqdn],
    ['ipaddress', ipAddress],
  ];
  return all.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
}

import type { Log } from '../io/index.ts';
import type { EnrollmentAnswers } from './face.ts';
import type { KeyStore, RsaKey } from './key-store.ts';
import type { CryptoMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { buildRequest, type ReadRequest, readRequest } from './request.ts';
import type { TrustpointSettings } from './settings.ts';
import { type NameAttribute, parseX500, routerName } from './x500-name.ts';

const autogenModulus = 2048;

/** A request of our own with the private key it was made on. */
export interface RouterRequest {
  readonly request: ReadRequest;
  readonly privateKey: RsaKey['privateKey'];
}

/** Makes the PKCS#10 request of a trustpoint from its settings and the dialog's answers, and its key pair when there is none. */
export async function makeRouterRequest(
  settings: TrustpointSettings,
  answers: EnrollmentAnswers,
  keys: KeyStore,
  log: Log<CryptoMessages>,
): Promise<Outcome<RouterRequest>> {
  const typed = settings.subjectName === undefined ? done([]) : parseX500(settings.subjectName);
  if (!typed.ok) return refused(`${settings.subjectName} is not a valid subject name`);
  const key = await ensureKey(settings, answers, keys, log);
  if (!key.ok) return key;
  const { privateKey, publicKey } = key.value;
  const der = buildRequest({
    subject: routerName(typed.value, routerAttributes(answers)),
    privateKey,
    publicKey,
    hash: settings.hash ?? 'sha256',
    ...(settings.subjectAltName !== undefined && { alternativeName: settings.subjectAltName }),
    ...(answers.challengePassword !== undefined && { challengePassword: answers.challengePassword }),
  });
  const request = readRequest(der);
  return request.ok ? done({ request: request.value, privateKey }) : request;
}

async function ensureKey(
  { rsaKeyPair }: TrustpointSettings,
  { defaultKeyLabel }: EnrollmentAnswers,
  keys: KeyStore,
  log: Log<CryptoMessages>,
): Promise<Outcome<RsaKey>> {
  const label = rsaKeyPair?.label ?? defaultKeyLabel;
  const found = keys.find(label);
  if (found !== undefined) return done(found);
  const modulus = rsaKeyPair?.size ?? autogenModulus;
  const made = await keys.generate({ label, kind: 'general-keys', modulus, exportable: false });
  if (made.ok) log('AUTOGEN', { modulus });
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

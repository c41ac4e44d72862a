import { CommandError } from '../../cli/index.ts';
import {
  type Certificate,
  chainFileName,
  displayName,
  displaySignature,
  fingerprint,
  type KeyReport,
  nameValues,
  type TrustpointReport,
} from '../../pki/index.ts';
import { datePrinter, type PrintTime } from '../display-time.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import { hexLines } from './certificate-chain.ts';
import { crlLines, extensionLines, usageBits } from './show-extensions.ts';
import { pemLines } from './show-pem.ts';

type Kind = 'identity' | 'ca' | 'self-signed' | 'rollover';

const certificatesSyntax = 'show crypto {pki | ca} certificates [verbose | pem | <name:word>]...';

const certificates = show(
  certificatesSyntax,
  'Certificates of the trustpoints',
  (world, { name }) => select(world, name),
  (reports, { verbose, pem }, world) => (pem ? pemLines(reports) : certificateLines(reports, verbose === true, world)),
  { privilege: 1 },
);

function select({ pki }: World, name: string | undefined): readonly TrustpointReport[] {
  if (name === undefined) return pki.trustpoints();
  const one = pki.trustpoint(name);
  if (one === undefined) throw new CommandError(`% Can't find policy ${name}`);
  return [one];
}

/** One block per certificate: a CA certificate shared by trustpoints is shown once, with all their names. */
function certificateLines(
  reports: readonly TrustpointReport[],
  verbose: boolean,
  { pki, ...world }: World,
): readonly string[] {
  const date = datePrinter({ pki, ...world });
  const seen = new Map<string, GrowingBlock>();
  for (const report of reports) {
    const identity = report.selfSigned ? 'self-signed' : 'identity';
    const all: [Certificate | undefined, Kind][] = [
      [report.identity, identity],
      [report.encryption, identity],
      [report.rollover, 'rollover'],
      [report.ca, 'ca'],
      ...report.others.map((one): [Certificate, Kind] => [one, 'ca']),
    ];
    for (const [certificate, kind] of all) {
      if (certificate === undefined) continue;
      const id = `${kind} ${fingerprint(certificate.der, 'sha256')}`;
      const next = report.rollover !== undefined && isNextCa(certificate, report);
      const file = { kind, serial: certificate.serial, der: certificate.der };
      const installedAt = pki.installedAt(report.name, file);
      const entry = seen.get(id) ?? { certificate, kind, next, installedAt, names: [] };
      entry.names.push(report.name);
      if (kind !== 'ca' && report.key !== undefined) entry.key = report.key.label;
      if (kind !== 'ca' && report.renewAt !== undefined) entry.renewAt = report.renewAt;
      seen.set(id, entry);
    }
  }
  return [...reports.flatMap(pendingLines), ...[...seen.values()].flatMap((entry) => blockLines(entry, verbose, date))];
}

function pendingLines({ name, enrollment }: TrustpointReport): readonly string[] {
  if (enrollment.state !== 'pending' && enrollment.state !== 'sent') return [];
  return [
    'Certificate',
    '  Subject:',
    ...ownNames(enrollment),
    ...displayName(enrollment.subject).map((rdn) => `    ${rdn}`),
    '   Status: Pending',
    '   Key Usage: General Purpose',
    `   Certificate Request Fingerprint MD5: ${enrollment.requestMd5}`,
    `   Certificate Request Fingerprint SHA1: ${enrollment.requestSha1}`,
    `   Associated Trustpoint: ${name} `,
    '',
  ];
}

/** The CA that follows, while there is a certificate of it that waits for it. */
function isNextCa(certificate: Certificate, { ca, rollover }: TrustpointReport): boolean {
  return certificate.isCa && certificate !== ca && rollover?.issuerDer.equals(certificate.subjectDer) === true;
}

const headings = {
  identity: 'Certificate',
  ca: 'CA Certificate',
  rollover: 'Certificate (Rollover)',
  'self-signed': 'Router Self-Signed Certificate',
} as const;

interface Block {
  readonly certificate: Certificate;
  readonly kind: Kind;
  /** Of the CA that follows. */
  readonly next: boolean;
  readonly installedAt: number | undefined;
  readonly names: readonly string[];
  readonly key?: string;
  readonly renewAt?: number;
}

type GrowingBlock = Omit<Block, 'names' | 'key' | 'renewAt'> & {
  readonly names: string[];
  key?: string;
  renewAt?: number;
};

function blockLines(
  { certificate, kind, next, installedAt, names, key, renewAt }: Block,
  verbose: boolean,
  date: PrintTime,
): readonly string[] {
  const file = chainFileName({
    kind: kind === 'ca' ? 'ca' : 'identity',
    serial: certificate.serial,
    der: certificate.der,
  });
  return [
    `${headings[kind]}${next ? ' (Rollover)' : ''}`,
    '  Status: Available',
    ...(verbose ? ['  Version: 3'] : []),
    `  Certificate Serial Number (hex): ${certificate.serial}`,
    `  Certificate Usage: ${usage(certificate)}`,
    '  Issuer: ',
    ...displayName(certificate.issuer).map((rdn) => `    ${rdn}`),
    kind === 'ca' ? '  Subject: ' : '  Subject:',
    ...(kind === 'ca' ? [] : ownNames(certificate)),
    ...displayName(certificate.subject).map((rdn) => `    ${rdn}`),
    ...crlLines(certificate),
    '  Validity Date: ',
    `    start date: ${date(certificate.notBefore)}`,
    `    end   date: ${date(certificate.notAfter)}`,
    ...(renewAt === undefined ? [] : [`    renew date: ${date(renewAt)}`]),
    ...(verbose ? verboseLines(certificate) : []),
    ...(verbose && installedAt !== undefined ? [`  Cert install time: ${date(installedAt)} `] : []),
    `  Associated Trustpoints: ${names.join(' ')} `,
    `  Storage: nvram:${file}`,
    ...(verbose && key !== undefined ? [`  Key Label: ${key}`] : []),
    '',
  ];
}

function ownNames({ subject }: Pick<Certificate, 'subject'>): readonly string[] {
  const all: [string, string][] = [
    ['Name', 'hostname'],
    ['IP Address', 'ipaddress'],
    ['Serial Number', 'serialNumber'],
  ];
  return all.flatMap(([title, type]) => nameValues(subject, type).map((value) => `    ${title}: ${value}`));
}

function usage(certificate: Certificate): string {
  const has = usageBits(certificate);
  if ((has & 0xa0) === 0xa0) return 'General Purpose';
  return (has & 0x20) === 0 ? 'Signature' : 'Encryption';
}

function verboseLines(certificate: Certificate): readonly string[] {
  return [
    '  Subject Key Info:',
    ...publicKeyLines(certificate),
    `  Signature Algorithm: ${displaySignature(certificate.signatureAlgorithm)}`,
    `  Fingerprint MD5: ${fingerprint(certificate.der, 'md5')}`,
    `  Fingerprint SHA1: ${fingerprint(certificate.der, 'sha1')}`,
    ...extensionLines(certificate),
  ];
}

function publicKeyLines({ modulus, publicKey }: Certificate): readonly string[] {
  if (modulus !== undefined) {
    return ['    Public Key Algorithm: rsaEncryption', `    RSA Public Key: (${modulus} bit)`];
  }
  const bits = /\d{3}/.exec(publicKey.asymmetricKeyDetails?.namedCurve ?? '')?.[0];
  if (bits === undefined) return ['    Public Key Algorithm: neither RSA nor EC'];
  return ['    Public Key Algorithm: ecEncryption', `    EC Public Key:  (${bits} bit)`];
}

const trustpointsSyntax = 'show crypto {pki | ca} trustpoints [status | <name:word>]...';

const trustpoints = show(
  trustpointsSyntax,
  'Trustpoints',
  (world, { name }) => select(world, name),
  (reports, { status }) => reports.flatMap(status ? statusLines : trustpointLines),
  { privilege: 1 },
);

function trustpointLines({ name, ca, identity, selfSigned, key, scepUrl }: TrustpointReport): readonly string[] {
  const shown = selfSigned ? identity : ca;
  const configured = selfSigned ? '    Persistent self-signed certificate trust point' : '    Certificate configured.';
  return [
    `Trustpoint ${name}:`,
    ...(shown === undefined
      ? []
      : [
          '    Subject Name:',
          ...displayName(shown.subject).map((rdn) => `    ${rdn}`),
          `          Serial Number (hex): ${shown.serial}`,
          configured,
        ]),
    ...(selfSigned && key !== undefined ? [`    Using key label ${key.label}`] : []),
    ...(scepUrl === undefined ? [] : [`    SCEP URL: ${scepUrl}/cgi-bin`]),
    '',
    '',
  ];
}

const enrollments = {
  none: undefined,
  granted: 'Granted',
  denied: 'Denied',
  failed: 'Failed',
  sent: 'Pending',
  pending: 'Pending',
} as const;

function statusLines(report: TrustpointReport): readonly string[] {
  const { ca, identity, selfSigned, key, enrollment } = report;
  const last = enrollments[enrollment.state];
  const requested = identity !== undefined || last === 'Pending';
  const purpose = key?.usage === 'general' ? 'General Purpose' : 'Signature';
  const keys = key === undefined ? 'No' : `Yes (${purpose}, ${key.exportable ? '' : 'non-'}exportable)`;
  return [
    `Trustpoint ${report.name}:`,
    ...certificateStatus('Issuing CA certificate configured', ca),
    ...certificateStatus(
      selfSigned ? 'Router Self-Signed certificate configured' : 'Router General Purpose certificate configured',
      identity,
    ),
    ...(last === undefined ? [] : [`  Last enrollment status: ${last}`]),
    '  State:',
    `    Keys generated ............. ${keys}`,
    `    Issuing CA authenticated ....... ${ca === undefined ? 'No' : 'Yes'}`,
    `    Certificate request(s) ..... ${requested ? (identity === undefined ? 'Pending' : 'Yes') : 'None'}`,
    '',
    '',
  ];
}

function certificateStatus(title: string, certificate: Certificate | undefined): readonly string[] {
  if (certificate === undefined) return [];
  return [
    `  ${title}:`,
    '    Subject Name:',
    `     ${displayName(certificate.subject).join(',')}`,
    `    Fingerprint MD5: ${fingerprint(certificate.der, 'md5')}`,
    `    Fingerprint SHA1: ${fingerprint(certificate.der, 'sha1')}`,
  ];
}

const keys = show(
  'show crypto key mypubkey {rsa | ec | all} [<label:word>]',
  'Our public keys',
  ({ pki }, { label, rsa, ec }) =>
    pki.keys.list().filter(({ type, ...key }) => {
      const isAsked = (!rsa || type === 'rsa') && (!ec || type === 'ec');
      return isAsked && (label === undefined || key.label === label);
    }),
  (list, _args, world) => list.flatMap((key) => keyLines(key, datePrinter(world))),
);

const usages = {
  general: 'General Purpose Key',
  signature: 'Signature Key',
  encryption: 'Encryption Key',
} as const;

function keyLines(key: KeyReport, date: PrintTime): readonly string[] {
  return [
    `% Key pair was generated at: ${date(key.generatedAt)}`,
    `Key name: ${key.label}`,
    `Key type: ${key.type.toUpperCase()} KEYS`,
    ` Storage Device: ${key.storage === undefined ? 'private-config' : `${key.storage}:`}`,
    ` Usage: ${usages[key.usage]}`,
    ` Key is ${key.exportable ? '' : 'not '}exportable.`,
    ' Key Data:',
    ...hexLines(key.publicKey).map((line) => `  ${line}`),
  ];
}

export const showCommands = [certificates, trustpoints, keys];

import { type CaRequestReport, type CaServerReport, fingerprint, type IssuedReport } from '../../pki/index.ts';
import type { PrintTime } from '../display-time.ts';

/** What `show crypto pki server` prints. */

const levels = {
  minimum: 'Minimum - no cert data written to storage',
  names: 'Names - subject name data written as <serialnum>.cnm',
  complete: 'Complete - all issued certs written as <serialnum>.cer',
} as const;

const modes = { none: 'manual', auto: 'auto', 'ra-auto': 'ra-auto' } as const;

export function serverLines(report: CaServerReport, date: PrintTime): readonly string[] {
  const { ca, crl } = report;
  return [
    `Certificate Server ${report.name}:`,
    `    Status: ${report.enabled ? 'enabled' : 'disabled'}`,
    `    State: ${report.enabled ? 'enabled' : 'disabled'}`,
    ...(report.fault === undefined ? [] : [`    Fault: ${report.fault}`]),
    ...(report.enabled ? ['    Server\'s configuration is locked  (enter "shut" to unlock it)'] : []),
    `    Issuer name: ${report.issuerName}`,
    `    CA cert fingerprint: ${ca === undefined ? '-Not found-' : fingerprint(ca.der, 'md5')}`,
    `    Granting mode is: ${modes[report.grant]}`,
    `    Last certificate issued serial number (hex): ${report.lastSerial.toString(16).toUpperCase()}`,
    ...(ca === undefined ? [] : [`    CA certificate expiration timer: ${date(ca.notAfter)}`]),
    ...(crl === undefined ? [] : [`    CRL NextUpdate timer: ${date(crl.nextUpdate)}`]),
    '    Current primary storage dir: nvram:',
    `    Database Level: ${levels[report.databaseLevel]}`,
    ...rolloverLines(report, date),
    ...refusedLines(report),
  ];
}

function rolloverLines({ rollover, next }: CaServerReport, date: PrintTime): readonly string[] {
  const lines: string[] = [];
  if (rollover !== undefined) {
    lines.push(`    Auto-Rollover configured, overlap period ${rollover.days} days`);
    if (rollover.at !== undefined && next === undefined) {
      lines.push(`    Autorollover timer: ${date(rollover.at)}`);
    }
  }
  if (next === undefined) return lines;
  return [
    ...lines,
    '    Rollover status: available for rollover',
    `    Rollover CA certificate fingerprint: ${fingerprint(next.der, 'md5')}`,
    `    Rollover CA certificate expiration time: ${date(next.notAfter)}`,
  ];
}

/** Ours: nothing while nothing was refused. */
function refusedLines({ refused, ocspPutOff = 0 }: CaServerReport): readonly string[] {
  const { messages, passwords, lockedOut } = refused;
  const scep = [
    `    SCEP messages refused: ${messages}`,
    `    One-time passwords refused: ${passwords}, sources locked out: ${lockedOut}`,
  ];
  const ocsp = [`    OCSP requests told to try later: ${ocspPutOff}`];
  return [...(messages === 0 ? [] : scep), ...(ocspPutOff === 0 ? [] : ocsp)];
}

export function requestLines({ requests }: CaServerReport): readonly string[] {
  const heading = ['ReqID  State      Fingerprint                      SubjectName', '-'.repeat(62)];
  const kinds = [
    ['Subordinate CA certificate requests:', 'ca'],
    ['RA certificate requests:', 'ra'],
    ['Router certificates requests:', 'router'],
  ] as const;
  const row = ({ id, state, fingerprint: digest, subject }: CaRequestReport): string =>
    `${String(id).padEnd(7)}${state.padEnd(11)}${digest.padEnd(33)}${subject}`;
  return [
    'Enrollment Request Database:',
    ...kinds.flatMap(([title, kind]) => [
      '',
      title,
      ...heading,
      ...requests.filter((one) => one.kind === kind).map(row),
    ]),
    '',
  ];
}

export function crlLines({ crl, issuerName }: CaServerReport, date: PrintTime): readonly string[] {
  if (crl === undefined) return ['% There is no CRL while the certificate server is disabled'];
  return [
    'Certificate Revocation List:',
    `    Issuer: ${issuerName}`,
    `    This Update: ${date(crl.thisUpdate)}`,
    `    Next Update: ${date(crl.nextUpdate)}`,
    `    Number of CRL entries: ${crl.revoked.length}`,
    `    CRL size: ${crl.bytes} bytes`,
    ...(crl.revoked.length > 0 ? ['Revoked Certificates:', ''] : []),
    ...crl.revoked.flatMap(({ serial, at, reason }) => [
      `    Serial Number: 0x${serial}`,
      `    Revocation Date: ${date(at)}`,
      ...(reason === 'unspecified' ? [] : [`    Reason: ${reason}`]),
    ]),
  ];
}

export function issuedLines(records: readonly IssuedReport[], date: PrintTime): readonly string[] {
  const row = (serial: string, issued: string, expires: string, subject: string): string =>
    `${serial.padEnd(7)}${issued.padEnd(25)}${expires.padEnd(25)}${subject}`;
  return [
    row('Serial', 'Issued date', 'Expire date', 'Subject Name'),
    ...records.map(({ serial, notBefore, notAfter, subject }) =>
      row(serial.toString(16).toUpperCase(), date(notBefore), date(notAfter), subject),
    ),
  ];
}

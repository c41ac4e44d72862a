import type { CaRequestReport, CaServerReport } from './authority-face.ts';
import { kindOf } from './ca-enrolment.ts';
import { issuerOf } from './ca-identity.ts';
import type { KeptRequest } from './ca-requests.ts';
import type { Crl } from './ca-revocation.ts';
import type { Certificate } from './certificate.ts';
import { encode } from './der.ts';
import { serialHex } from './issue.ts';
import type { CaServerSettings } from './settings.ts';
import { displayName, parseX500 } from './x500-name.ts';

export interface CaServerState {
  readonly settings: CaServerSettings;
  readonly fault: string | undefined;
  /** Its certificate, while it runs. */
  readonly running: Certificate | undefined;
  /** Its certificate on disk. */
  readonly made: Certificate | undefined;
  readonly next: Certificate | undefined;
  readonly crl: Crl | undefined;
  readonly isArchived: boolean;
  readonly lastSerial: number;
  readonly requests: readonly KeptRequest[];
  readonly refused: CaServerReport['refused'];
}

const dayMs = 86_400_000;

/** What the operator sees of a certificate server. */
export function reportServer({ settings, running, made, next, crl, ...state }: CaServerState): CaServerReport {
  const { name, grant, databaseLevel, autoRolloverDays } = settings;
  return {
    name,
    grant,
    databaseLevel,
    enabled: running !== undefined,
    fault: state.fault,
    issuerName: shownName(settings, made),
    ca: running,
    lastSerial: state.lastSerial,
    isArchived: state.isArchived,
    requests: state.requests.map(reportRequest),
    refused: state.refused,
    ...(crl !== undefined && { crl: reportCrl(crl) }),
    ...(next !== undefined && { next }),
    ...(autoRolloverDays !== undefined && {
      rollover: {
        days: autoRolloverDays,
        ...(running !== undefined && { at: running.notAfter - autoRolloverDays * dayMs }),
      },
    }),
  };
}

/** As configured; where the certificate says otherwise, as that says. */
function shownName({ name, issuerName = `cn=${name}` }: CaServerSettings, made: Certificate | undefined): string {
  if (made === undefined) return issuerName;
  const typed = parseX500(issuerName);
  const same = typed.ok && encode(issuerOf(typed.value)).equals(made.subjectDer);
  return same ? issuerName : displayName(made.subject).join(',');
}

function reportCrl({ number, thisUpdate, nextUpdate, revoked, der }: Crl): NonNullable<CaServerReport['crl']> {
  const entries = revoked.map(({ serial, at, reason }) => ({ serial: serialHex(serial), at, reason }));
  return { number, thisUpdate, nextUpdate, bytes: der.length, revoked: entries };
}

function reportRequest({ id, decision, request, digests }: KeptRequest): CaRequestReport {
  return {
    id,
    state: decision.state,
    kind: kindOf(request),
    fingerprint: digests.md5,
    subject: displayName(request.subject).join(','),
  };
}

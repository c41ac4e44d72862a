import type { GivenReason } from '../sip/session.ts';
import type { SipSettings } from '../sip/settings.ts';

/** Q.850 causes this gateway gives or understands: IOS's words, and the SIP final status each becomes. */
interface CauseRow {
  readonly text: string;
  readonly status: number;
}

/** ISUP to SIP: RFC 3398 8.2.6.1, with the rows IOS adds (`show sip-ua map pstn-sip`), and 25 for a loop of our own. */
const causes: Readonly<Record<number, CauseRow>> = {
  1: { text: 'unassigned number', status: 404 },
  2: { text: 'no route to specified transit network', status: 404 },
  3: { text: 'no route to destination', status: 404 },
  16: { text: 'normal call clearing', status: 480 },
  17: { text: 'user busy', status: 486 },
  18: { text: 'no user responding', status: 480 },
  19: { text: 'no answer from user', status: 480 },
  20: { text: 'subscriber absent', status: 480 },
  21: { text: 'call rejected', status: 403 },
  22: { text: 'number changed', status: 410 },
  25: { text: 'exchange routing error', status: 483 },
  26: { text: 'non-selected user clearing', status: 404 },
  27: { text: 'destination out of order', status: 502 },
  28: { text: 'invalid number format', status: 484 },
  29: { text: 'facility rejected', status: 501 },
  31: { text: 'normal, unspecified', status: 480 },
  34: { text: 'no circuit/channel available', status: 503 },
  38: { text: 'network out of order', status: 503 },
  41: { text: 'temporary failure', status: 503 },
  42: { text: 'switching equipment congestion', status: 503 },
  47: { text: 'resource unavailable, unspecified', status: 503 },
  55: { text: 'incoming calls barred within CUG', status: 403 },
  57: { text: 'bearer capability not authorized', status: 403 },
  58: { text: 'bearer capability not presently available', status: 503 },
  63: { text: 'service or option not available, unspecified', status: 503 },
  65: { text: 'bearer capability not implemented', status: 488 },
  79: { text: 'service or option not implemented', status: 501 },
  87: { text: 'user not member of CUG', status: 403 },
  88: { text: 'incompatible destination', status: 503 },
  102: { text: 'recovery on timer expiry', status: 504 },
  111: { text: 'protocol error, unspecified', status: 500 },
  127: { text: 'interworking, unspecified', status: 500 },
};

/** SIP to ISUP: RFC 3398 7.2.4.1, with IOS's choice where the two differ (`show sip-ua map sip-pstn`). */
const causeOf: Readonly<Record<number, number>> = {
  400: 127,
  401: 57,
  402: 21,
  403: 57,
  404: 1,
  405: 127,
  406: 127,
  407: 21,
  408: 102,
  409: 41,
  410: 1,
  411: 127,
  413: 127,
  414: 127,
  415: 79,
  420: 127,
  480: 18,
  481: 127,
  482: 127,
  483: 127,
  484: 28,
  485: 1,
  486: 17,
  487: 127,
  488: 65,
  500: 41,
  501: 79,
  502: 38,
  503: 63,
  504: 102,
  505: 127,
  580: 47,
  600: 17,
  603: 21,
  604: 1,
  606: 58,
};

/** `set pstn-cause` and `set sip-status`. */
export type CauseMap = Pick<SipSettings, 'statusOfCause' | 'causeOfStatus'>;

type Row = readonly [from: number, configured: number, usual: number];

/** Both tables: the SIP status of each Q.850 cause, and the cause of each status, as configured and by default. */
export function causeTables(map: CauseMap): {
  readonly statusOfCause: readonly Row[];
  readonly causeOfStatus: readonly Row[];
} {
  const rows = (usual: object, own: ReadonlyMap<number, number>, byDefault: (from: number) => number): readonly Row[] =>
    [...new Set([...Object.keys(usual).map(Number), ...own.keys()])]
      .sort((a, b) => a - b)
      .map((from) => [from, own.get(from) ?? byDefault(from), byDefault(from)]);
  return {
    statusOfCause: rows(causes, map.statusOfCause, usualStatus),
    causeOfStatus: rows(causeOf, map.causeOfStatus, usualCause),
  };
}

/** Why a leg ends: what the other leg is told, in its own language. */
export interface Release {
  readonly cause: number;
  /** SIP status to use on a SIP leg instead of the one of the cause: that of the other SIP leg, or a more exact one. */
  readonly status?: number;
  /** The final status that a leg of ours failed with, whatever becomes of it. */
  readonly received?: number;
}

/** The cause a peer gives for the end of a call (RFC 3326): Q.850 as it is, a SIP status by its cause; empty when it says neither. */
export function causeGiven({ q850, sip }: GivenReason, map: CauseMap): Partial<Release> {
  if (q850 !== undefined && q850 > 0) return { cause: q850 };
  if (sip === undefined || sip < 200) return {};
  return { cause: sip < 300 ? 16 : causeOfStatus(sip, map) };
}

/** The SIP final status of a release on a leg that was not answered. What is configured for the cause comes first. */
export function statusOf({ cause, status }: Release, map: CauseMap): number {
  return map.statusOfCause.get(cause) ?? status ?? usualStatus(cause);
}

function usualStatus(cause: number): number {
  return causes[cause]?.status ?? 500;
}

/** IOS's words for a cause. */
export function causeText(cause: number): string {
  return causes[cause]?.text ?? `cause ${cause}`;
}

/** The Q.850 cause of a SIP final status; a code that is not in the table counts as its class (RFC 3398 7.2.4.1). */
export function causeOfStatus(status: number, map: CauseMap): number {
  return map.causeOfStatus.get(status) ?? usualCause(status);
}

function usualCause(status: number): number {
  const cause = causeOf[status];
  if (cause !== undefined) return cause;
  if (status >= 600) return 21;
  if (status >= 500) return 41;
  return 127;
}

/**
 * A SIP failure as a release for the other leg. The status passes between two SIP legs as it is, but for what only the
 * receiver of it could act on: challenges, redirections, and its own time-outs; nor does one whose cause is configured.
 */
export function releaseOfStatus(status: number, map: CauseMap): Release {
  const cause = causeOfStatus(status, map);
  if (map.causeOfStatus.has(status)) return { cause };
  const own = status < 400 || status === 401 || status === 407 || status === 408 || status === 481 || status === 487;
  return own ? { cause } : { cause, status };
}

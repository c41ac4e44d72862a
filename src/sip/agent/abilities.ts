import { type IntervalPolicy, printSessionExpires } from '../dialog/index.ts';
import type { Reliability, SipSettings } from '../settings.ts';

/** What we can do, as configured, and how we say so: Allow and Supported are true wherever they stand. */
export interface Abilities {
  readonly methods: ReadonlySet<string>;
  /** Option tags a peer may require. */
  readonly extensions: ReadonlySet<string>;
  readonly rel1xx: Reliability;
  readonly intervals: IntervalPolicy;
  /** False: `shutdown` or `call service stop`. */
  readonly takesCalls: boolean;
  readonly allow: string;
  /** Header lines of an answer: Allow, Supported, and who we are. */
  readonly answerHeaders: readonly string[];
  /** Those of a request in a dialog. */
  readonly requestHeaders: readonly string[];
  /** Those of an INVITE that begins a call, but for how long it may stay unanswered. */
  readonly inviteHeaders: readonly string[];
}

const methodsAlways = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'UPDATE', 'REFER', 'NOTIFY'];

/** `sip`: the global settings, or those of a tenant; `rel1xx`: of one dial peer. */
export function abilitiesOf(sip: SipSettings, product: string, rel1xx: Reliability = sip.rel1xx): Abilities {
  const { minSe } = sip;
  const hasReliable = rel1xx !== 'disable';
  const methods = [...methodsAlways, ...(hasReliable ? ['PRACK'] : []), 'INFO'];
  const extensions = [...(hasReliable ? ['100rel'] : []), 'timer', 'replaces', 'norefersub'];
  const intervals = { minSe, sessionExpires: sip.sessionExpires ?? Math.max(minSe, 1800) };
  const allow = `Allow: ${methods.join(', ')}`;
  const supported = `Supported: ${extensions.join(', ')}`;
  const own = `User-Agent: ${product}`;
  const common = {
    methods: new Set(methods),
    extensions: new Set(extensions),
    rel1xx,
    intervals,
    takesCalls: sip.stopped.sip === undefined && sip.stopped.service === undefined,
    allow,
    answerHeaders: [allow, supported, `Server: ${product}`],
    requestHeaders: [allow, supported, own],
  };
  const asked = [printSessionExpires(intervals.sessionExpires), `Min-SE: ${minSe}`];
  return { ...common, inviteHeaders: inviteHeaders(common, asked) };
}

/** Header lines of an INVITE that asks for this session interval. */
export function inviteHeaders(
  { requestHeaders, rel1xx }: Pick<Abilities, 'requestHeaders' | 'rel1xx'>,
  interval: readonly string[],
): readonly string[] {
  return [...requestHeaders, ...(rel1xx === 'require' ? ['Require: 100rel'] : []), ...interval];
}

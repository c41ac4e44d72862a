import type { SipRequest } from '../message/index.ts';
import { readReplaces } from '../refer/index.ts';
import type { ReplacedLeg } from '../session.ts';
import type { Flow } from '../transport/index.ts';
import { isSameParty } from './same-peer.ts';
import type { SessionHost } from './session-host.ts';

/**
 * Whose place an INVITE on this flow is to take: a call of the same party that stands. What is early is taken from nobody, as we are
 * no telephone (RFC 3891 3). Undefined: it replaces nothing.
 */
export function replacedBy(
  invite: SipRequest,
  host: Pick<SessionHost, 'replaced'>,
  flow: Flow | undefined,
): ReplacedLeg | undefined {
  const [value, ...more] = invite.headers('replaces');
  if (value === undefined) return undefined;
  const dialog = more.length > 0 ? undefined : readReplaces(value);
  if (dialog === undefined) return { status: 400 };
  const session = host.replaced(dialog);
  if (session?.leg === undefined || session.state === 'setup' || session.state === 'early') return { status: 481 };
  if (!isSameParty(session.flow, flow)) return { status: 403 };
  if (session.state === 'ended') return { status: 603 };
  return dialog.earlyOnly ? { status: 486 } : { leg: session.leg };
}

import { CommandError, type Invocation } from '../../cli/index.ts';
import type { World } from '../world.ts';
import { authenticate } from './authenticate.ts';
import { trustpointOf } from './enrollment-profile.ts';
import { settledAnswers } from './subject-answers.ts';

/**
 * `no shutdown` of a subordinate CA gets its certificate first: by the trustpoint of its name, as far as that can be done
 * online. With another method the operator has enrolled that trustpoint before.
 */
export async function enrolSubordinate(name: string, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  if (world.config.running.pki.servers.get(name)?.mode !== 'sub-cs') return;
  const settings = trustpointOf(world, name);
  if (settings === undefined) throw new CommandError(`% Trustpoint ${name} is needed: a subordinate CA enrolls by it`);
  if (world.pki.trustpoint(name)?.identity !== undefined || isEnrolling(name, world)) return;
  const { method } = settings.enrollment;
  if (method?.kind !== 'url' || !/^http:/i.test(method.url)) return;
  if (world.pki.trustpoint(name)?.ca === undefined) await authenticate(name, invocation);
  terminal.print('% Certificate request sent to Certificate Authority');
  const sent = await world.pki.enroll(name, settledAnswers(settings, world));
  if (!sent.ok) throw new CommandError(`% Certificate enrollment failed: ${sent.reason}`);
}

/** The CA above has not decided yet. */
export function isEnrolling(name: string, { pki }: World): boolean {
  const state = pki.trustpoint(name)?.enrollment.state;
  return state === 'pending' || state === 'sent';
}

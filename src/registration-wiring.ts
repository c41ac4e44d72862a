import { createHash } from 'node:crypto';
import { registrableNumbers } from './call/index.ts';
import type { Tree } from './commands/index.ts';
import { type IncomingInvite, type RegistrationSettings, type Registrations, settingsOfTenant } from './sip/index.ts';
import type { UserAgent } from './sip/session.ts';

/** What is registered, of the running configuration. */
export function registrationSettings({ sip, dialPlan, domainName, interfaces }: Tree): RegistrationSettings {
  const numbers = sip.registrars.length === 0 ? [] : registrableNumbers(dialPlan.peers);
  const placeOf = ({ bind: { control = '' }, listenPort }: Tree['sip']): string => {
    const bound = interfaces.get(control);
    return JSON.stringify([listenPort, control, bound?.address?.address, bound?.ipv6?.address]);
  };
  const tenants = [...sip.tenants.values()]
    .filter(({ credentials }) => credentials.length > 0)
    .map(({ tag }) => {
      const settings = settingsOfTenant(sip, tag);
      return { tenant: tag, sip: settings, place: placeOf(settings) };
    });
  return { sip, numbers, domain: domainName, place: placeOf(sip), tenants };
}

/** The gateway's name for good in a Contact (RFC 5626 4.1), made of its serial number: `urn:uuid:` of the custom version 8. */
export function instanceName(serialNumber: string): string {
  const hex = createHash('sha256').update(`dialpeer ${serialNumber}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}

/** Whether a change of the configuration could be one of what is registered. */
export function touchesRegistrations(old: Tree, next: Tree): boolean {
  const depends = ['sip', 'dialPlan', 'domainName', 'interfaces'] as const;
  return depends.some((part) => old[part] !== next[part]);
}

/** The user agent as calls see it: a call home takes the way that the registrar named. */
export function routedAgent(agent: UserAgent, registrations: Pick<Registrations, 'routed'>): UserAgent {
  return {
    get sessionCount() {
      return agent.sessionCount;
    },
    invite: (request, handler) => agent.invite(registrations.routed(request), handler),
    isShunned: (request) => agent.isShunned(request),
  };
}

/** An INVITE whose called user is the random text of a Contact is for the number that stands behind it. */
export function addressed(invite: IncomingInvite, registrations: Pick<Registrations, 'numberOf'>): IncomingInvite {
  const called = registrations.numberOf(invite.called);
  return called === undefined ? invite : invite.addressedTo(called);
}

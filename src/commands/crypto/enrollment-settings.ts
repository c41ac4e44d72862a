import { CommandError } from '../../cli/index.ts';
import { type AcmeMethod, type Enrollment, type TrustpointSettings, trustpointDefaults } from '../../pki/index.ts';
import { settingsOf } from '../config-mode.ts';

const setting = settingsOf<TrustpointSettings>();

function enrolling(record: TrustpointSettings, change: Partial<Enrollment>): TrustpointSettings {
  // A method takes the place of a profile.
  const before = change.method === undefined ? record : withoutMethod(record);
  return { ...record, enrollment: { ...before.enrollment, ...change } };
}

function withoutMethod({ enrollment, ...record }: TrustpointSettings): TrustpointSettings {
  const { method: _, profile: _profile, ...rest } = enrollment;
  return { ...record, enrollment: rest };
}

const { retryCount, retryPeriodMinutes } = trustpointDefaults.enrollment;

/** `enrollment` of a trustpoint: by what way a certificate is had, and how patiently. */
export const enrollmentSettings = [
  setting('enrollment retry count <count:int(1-100)>', 'How often to ask again', {
    set: (record, { count }) => enrolling(record, { retryCount: count }),
    unset: (record) => enrolling(record, { retryCount }),
    print: ({ enrollment }) =>
      enrollment.retryCount === retryCount ? undefined : `enrollment retry count ${enrollment.retryCount}`,
    default: `enrollment retry count ${retryCount}`,
  }),
  setting('enrollment retry period <period:int(1-60)>', 'Minutes between two questions', {
    set: (record, { period }) => enrolling(record, { retryPeriodMinutes: period }),
    unset: (record) => enrolling(record, { retryPeriodMinutes }),
    print: ({ enrollment }) =>
      enrollment.retryPeriodMinutes === retryPeriodMinutes
        ? undefined
        : `enrollment retry period ${enrollment.retryPeriodMinutes}`,
    default: `enrollment retry period ${retryPeriodMinutes}`,
  }),
  setting('enrollment mode ra', 'The CA has a registration authority', {
    set: (record) => enrolling(record, { modeRa: true }),
    unset: (record) => enrolling(record, { modeRa: false }),
    print: ({ enrollment }) => (enrollment.modeRa ? 'enrollment mode ra' : undefined),
    default: 'no enrollment mode ra',
  }),
  setting(
    'enrollment [mode ra | retry period <period:int(1-60)> | retry count <count:int(1-100)>]... url <url:url> [pem]',
    'Where to enrol',
    {
      set: (record, { url, pem, ra, period, count }) =>
        enrolling(record, {
          method: { kind: 'url', url: checkedUrl(url), pem: pem === true },
          ...(ra === true && { modeRa: true }),
          ...(period !== undefined && { retryPeriodMinutes: period }),
          ...(count !== undefined && { retryCount: count }),
        }),
      unset: withoutMethod,
      noSyntax: 'enrollment url [<rest:line>]',
      print: ({ enrollment: { method } }) =>
        method?.kind === 'url' ? `enrollment url ${method.url}${method.pem ? ' pem' : ''}` : undefined,
    },
  ),
  setting('enrollment terminal [pem]', 'Enrol by cut and paste', {
    set: (record, { pem }) => enrolling(record, { method: { kind: 'terminal', pem: pem === true } }),
    unset: withoutMethod,
    print: ({ enrollment: { method } }) =>
      method?.kind === 'terminal' ? `enrollment terminal${method.pem ? ' pem' : ''}` : undefined,
  }),
  setting('enrollment selfsigned', 'Sign our certificate ourselves', {
    set: (record) => enrolling(record, { method: { kind: 'selfsigned' } }),
    unset: withoutMethod,
    print: ({ enrollment: { method } }) => (method?.kind === 'selfsigned' ? 'enrollment selfsigned' : undefined),
  }),
  setting(
    'enrollment acme url <url:url> [contact <mail:word>] [trustpoint <trust:word> | host-trust]',
    'Enrol by ACME; whom its https must chain to: this trustpoint, another, or the store of the host',
    {
      set: (record, args) => enrolling(record, { method: acmeMethod(args) }),
      unset: withoutMethod,
      noSyntax: 'enrollment acme [<rest:line>]',
      print: ({ enrollment: { method } }) => (method?.kind === 'acme' ? printAcme(method) : undefined),
      ours: true,
    },
  ),
  setting('enrollment profile <name:word>', 'Enrollment profile', {
    set: (record, { name }, { world }) => {
      const isThere = world.config.running.pki.profiles?.has(name) === true;
      if (!isThere) throw new CommandError(`% Enrollment profile ${name} does not exist`);
      return enrolling(withoutMethod(record), { profile: name });
    },
    unset: withoutMethod,
    noSyntax: 'enrollment profile [<name:word>]',
    print: ({ enrollment: { profile } }) => (profile === undefined ? undefined : `enrollment profile ${profile}`),
  }),
];

/** Schemes that IOS takes here, but for https, which it may take and SCEP here does not speak. Nobody enrols through all of them, but none of them is a slip of the pen. */
const schemes =
  /^(?:http|tftp|ftp|scp|rcp|archive|bootflash|cns|disk\d|flash\d?|null|nvram|slot\d|system|tmpsys|usbflash\d|xmodem|ymodem):/i;

function checkedUrl(url: string): string {
  if (schemes.test(url)) return url;
  if (/^https:/i.test(url)) {
    throw new CommandError('% SCEP is spoken over http: only, its messages are signed and sealed themselves');
  }
  throw new CommandError(`% Neither http: nor a file system: ${url}`);
}

interface AcmeWords {
  readonly url: string;
  readonly mail?: string | undefined;
  readonly trust?: string | undefined;
  readonly hostTrust?: true | undefined;
}

function acmeMethod({ url, mail, trust, hostTrust }: AcmeWords): AcmeMethod {
  if (!/^https:\/\//i.test(url)) throw new CommandError('% An ACME server is reached over https only');
  if (mail !== undefined && !/^[^@\s]+@[^@\s]+$/.test(mail)) throw new CommandError('% The contact is a mail address');
  return {
    kind: 'acme',
    url,
    hostTrust: hostTrust === true,
    ...(mail !== undefined && { contact: mail }),
    ...(trust !== undefined && { trustpoint: trust }),
  };
}

function printAcme({ url, contact, trustpoint, hostTrust }: AcmeMethod): string {
  const mail = contact === undefined ? [] : ['contact', contact];
  const trust = trustpoint === undefined ? (hostTrust ? ['host-trust'] : []) : ['trustpoint', trustpoint];
  return ['enrollment acme url', url, ...mail, ...trust].join(' ');
}

import { CommandError, command, type Invocation } from '../../cli/index.ts';
import {
  acmeNames,
  authenticationOf,
  type EnrollmentAnswers,
  scepKeyFault,
  type TrustpointSettings,
} from '../../pki/index.ts';
import type { World } from '../world.ts';
import { authenticate } from './authenticate.ts';
import { askNewPassword, askYesNo, demandClock, readPaste } from './dialog.ts';
import { askParameters, trustpointOf } from './enrollment-profile.ts';
import { routerName } from './key.ts';
import { addressOf } from './subject-answers.ts';

const enrollSyntax = 'crypto {pki | ca} enroll <name:word>';

const enroll = command<typeof enrollSyntax, World>(
  enrollSyntax,
  'Request a certificate from a CA',
  async ({ name }, invocation) => {
    const { world, terminal } = invocation;
    const settings = trustpointOf(world, name);
    if (settings === undefined) throw new CommandError('% CA server trustpoint is not known');
    demandClock(world);
    const keyFault = scepKeyFault(settings);
    if (keyFault !== undefined) {
      throw new CommandError(`% Certificate enrollment failed: ${keyFault}; use enrollment terminal`);
    }
    if (world.pki.trustpoint(name)?.identity !== undefined) {
      if (!(await askYesNo(terminal, 'Do you want to continue with re-enrollment? [yes/no]: '))) return;
    }
    const { method } = settings.enrollment;
    if (method === undefined) throw new CommandError('% Please specify an enrollment method for the trustpoint first.');
    if (method.kind === 'selfsigned') return selfSign(name, settings, invocation);
    if (method.kind === 'acme' && !world.config.running.http.server) {
      throw new CommandError('% An ACME server looks for a file of ours by http: ip http server must run');
    }
    await ensureAuthenticated(name, authenticationOf(settings)?.kind ?? method.kind, invocation);
    if (method.kind === 'terminal') return showRequest(name, settings, method.pem, invocation);
    if (method.kind === 'acme') return orderCertificate(name, settings, invocation);
    if (isFileUrl(method.url)) return writeRequest(name, settings, invocation);
    return sendRequest(name, settings, invocation);
  },
);

async function ensureAuthenticated(name: string, kind: string, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  if (world.pki.trustpoint(name)?.ca !== undefined) return;
  const sentence = '% You must authenticate the Certificate Authority before you can enroll with it.';
  if (kind !== 'url') throw new CommandError(sentence);
  terminal.print(sentence);
  terminal.print('% Attempting authentication first.');
  await authenticate(name, invocation);
}

async function sendRequest(name: string, settings: TrustpointSettings, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  terminal.print('%');
  terminal.print('% Start certificate enrollment .. ');
  const challengePassword = storedChallenge(settings, invocation) ?? (await askChallenge(invocation));
  terminal.print('');
  const answers = await askSubject(settings, invocation);
  if (!(await askYesNo(terminal, 'Request certificate from CA? [yes/no]: '))) return;
  const parameters = await askParameters(settings.enrollment.method, invocation);
  terminal.print('% Certificate request sent to Certificate Authority');
  terminal.print(`% The 'show crypto pki certificate verbose ${name}' commandwill show the fingerprint.`);
  terminal.print('');
  const sent = await world.pki.enroll(name, {
    ...answers,
    parameters,
    ...(challengePassword !== '' && { challengePassword }),
  });
  if (!sent.ok) throw new CommandError(`% Certificate enrollment failed: ${sent.reason}`);
}

function storedChallenge(settings: TrustpointSettings, { world }: Invocation<World>): string | undefined {
  if (settings.sealedPassword === undefined) return settings.password;
  const clear = world.pki.configKey.openPassword(settings.sealedPassword);
  if (clear !== undefined) return clear;
  throw new CommandError(
    '% The password of the trustpoint cannot be read: it is of type 6, under another configuration key',
  );
}

/** Names only, without questions: an ACME server looks at nothing else. */
async function orderCertificate(
  name: string,
  settings: TrustpointSettings,
  { world, terminal }: Invocation<World>,
): Promise<void> {
  const router = routerName(world.config.running);
  const fqdn = settings.fqdn === 'none' ? undefined : (settings.fqdn ?? router);
  const names = acmeNames(settings, fqdn === undefined ? {} : { fqdn });
  terminal.print('%');
  terminal.print('% Start certificate enrollment .. ');
  terminal.print(`% The subject name in the certificate will include: ${names.join(', ')}`);
  if (!(await askYesNo(terminal, 'Request certificate from CA? [yes/no]: '))) return;
  terminal.print('% Certificate request sent to Certificate Authority');
  terminal.print('');
  const sent = await world.pki.enroll(name, { defaultKeyLabel: router, ...(fqdn !== undefined && { fqdn }) });
  if (!sent.ok) throw new CommandError(`% Certificate enrollment failed: ${sent.reason}`);
}

/** `enrollment url tftp:`. */
async function writeRequest(name: string, settings: TrustpointSettings, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  terminal.print('% Start certificate enrollment .. ');
  terminal.print('');
  const answers = await askSubject(settings, invocation);
  if (!(await askYesNo(terminal, 'Send Certificate Request to file system? [yes/no]: '))) return;
  const challengePassword = storedChallenge(settings, invocation);
  const whole = { ...answers, ...(challengePassword !== undefined && { challengePassword }) };
  const written = await world.pki.writeRequests(name, whole, routerName(world.config.running));
  if (!written.ok) throw new CommandError(`% Error in sending the request to the file system: ${written.reason}`);
  terminal.print('% Request successfully sent to file system');
  terminal.print('');
}

function isFileUrl(url: string): boolean {
  return /^tftp:/i.test(url);
}

async function askChallenge({ terminal }: Invocation<World>): Promise<string> {
  terminal.print('% Create a challenge password. You will need to verbally provide this');
  terminal.print('   password to the CA Administrator in order to revoke your certificate.');
  terminal.print('   For security reasons your password will not be saved in the configuration.');
  terminal.print('   Please make a note of it.');
  terminal.print('');
  const password = await askNewPassword(terminal);
  if (password === undefined) throw new CommandError('% Enrollment aborted');
  return password;
}

/** Settles what goes into the subject: set in the trustpoint, or asked. */
async function askSubject(settings: TrustpointSettings, invocation: Invocation<World>): Promise<EnrollmentAnswers> {
  const { terminal, world } = invocation;
  const router = routerName(world.config.running);
  const includes = '% The subject name in the certificate will include: ';
  if (settings.subjectName !== undefined) terminal.print(`${includes}${settings.subjectName}`);
  const fqdn = settings.fqdn === 'none' ? undefined : (settings.fqdn ?? router);
  terminal.print(
    fqdn === undefined
      ? '% The fully-qualified domain name will not be included in the certificate'
      : `${includes}${fqdn}`,
  );
  const serialNumber = await settleSerial(settings, invocation);
  const ipAddress = await settleAddress(settings, invocation);
  return {
    defaultKeyLabel: router,
    ...(fqdn !== undefined && { fqdn }),
    ...(serialNumber !== undefined && { serialNumber }),
    ...(ipAddress !== undefined && { ipAddress }),
  };
}

async function settleSerial(
  settings: TrustpointSettings,
  { terminal, world }: Invocation<World>,
): Promise<string | undefined> {
  const wanted =
    settings.serialNumber ??
    (await askYesNo(terminal, '% Include the router serial number in the subject name? [yes/no]: '));
  if (!wanted) return undefined;
  terminal.print(`% The serial number in the certificate will be: ${world.pki.serialNumber}`);
  return world.pki.serialNumber;
}

const mostTries = 10;

async function settleAddress(
  { ipAddress }: TrustpointSettings,
  { terminal, world }: Invocation<World>,
): Promise<string | undefined> {
  const tree = world.config.running;
  if (ipAddress !== undefined) {
    if (ipAddress.toLowerCase() === 'none') return undefined;
    const address = addressOf(tree, ipAddress);
    if (address === undefined) throw new CommandError('% Bad interface or address.');
    terminal.print(`% The IP address in the certificate is ${address}`);
    terminal.print('');
    return address;
  }
  const include =
    (await terminal.ask('% Include an IP address in the subject name? [no]: '))?.trim().toLowerCase() ?? '';
  if (include === '' || !'yes'.startsWith(include)) return undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const typed = await terminal.ask('Enter Interface name or IP Address[]: ');
    const address = typed === undefined ? undefined : addressOf(tree, typed.trim());
    if (typed === undefined || address !== undefined) return address;
    terminal.print('% Bad interface or address. Try again.');
  }
  return undefined;
}

async function showRequest(
  name: string,
  settings: TrustpointSettings,
  pem: boolean,
  invocation: Invocation<World>,
): Promise<void> {
  const { world, terminal } = invocation;
  terminal.print('% Start certificate enrollment .. ');
  terminal.print('');
  const answers = await askSubject(settings, invocation);
  if (!(await askYesNo(terminal, 'Display Certificate Request to terminal? [yes/no]: '))) return;
  const requests = await world.pki.requests(name, answers);
  if (!requests.ok) throw new CommandError(`% Certificate request failed: ${requests.reason}`);
  const { request, encryption } = requests.value;
  if (encryption !== undefined) terminal.print('Signature key certificate request -');
  await showOne(request, pem, invocation);
  if (encryption === undefined) return;
  terminal.print('Encryption key certificate request -');
  await showOne(encryption, pem, invocation);
}

async function showOne(request: Buffer, pem: boolean, { terminal }: Invocation<World>): Promise<void> {
  do {
    terminal.print('Certificate Request follows:');
    terminal.print('');
    if (pem) terminal.print('-----BEGIN CERTIFICATE REQUEST-----');
    for (const line of request.toString('base64').match(/.{1,64}/g) ?? []) terminal.print(line);
    if (pem) terminal.print('-----END CERTIFICATE REQUEST-----');
    terminal.print('');
    terminal.print('---End - This line not part of the certificate request---');
    terminal.print('');
  } while (await askYesNo(terminal, 'Redisplay enrollment request? [yes/no]: '));
}

async function selfSign(name: string, settings: TrustpointSettings, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  const answers = await askSubject(settings, invocation);
  if (!(await askYesNo(terminal, 'Generate Self Signed Router Certificate? [yes/no]: '))) return;
  terminal.print('');
  const made = await world.pki.selfSign(name, answers);
  if (!made.ok) throw new CommandError(`% Self signed certificate failed: ${made.reason}`);
  terminal.print('Router Self Signed Certificate successfully created');
  terminal.print('');
}

const importSyntax = 'crypto {pki | ca} import <name:word> certificate';

const importCertificate = command<typeof importSyntax, World>(
  importSyntax,
  'Import a certificate issued on our request',
  async ({ name }, invocation) => {
    const { world, terminal } = invocation;
    const settings = trustpointOf(world, name);
    if (settings === undefined) throw new CommandError('% CA server trustpoint is not known');
    const { method } = settings.enrollment;
    if (method?.kind === 'url' && isFileUrl(method.url)) return importFromFile(name, invocation);
    terminal.print('');
    terminal.print('Enter the base 64 encoded certificate.');
    terminal.print('End with a blank line or the word "quit" on a line by itself');
    terminal.print('');
    const imported = world.pki.importCertificate(name, await readPaste(terminal, true));
    terminal.print('');
    if (!imported.ok) throw new CommandError(`% Failed to parse or verify imported certificate: ${imported.reason}`);
    terminal.print('% Router Certificate successfully imported');
    terminal.print('');
  },
);

async function importFromFile(name: string, { world, terminal }: Invocation<World>): Promise<void> {
  const router = routerName(world.config.running);
  terminal.print(`% The fully-qualified domain name in the certificate will be: ${router}`);
  if (!(await askYesNo(terminal, 'Retrieve Certificate from file system? [yes/no]: '))) return;
  const imported = await world.pki.importFromFile(name, router);
  if (!imported.ok) throw new CommandError(`% Failed to parse or verify imported certificate: ${imported.reason}`);
  terminal.print('% Router Certificate successfully imported');
  terminal.print('');
}

export const enrollCommands = [enroll, importCertificate];

import { CommandError, command, type Invocation } from '../../cli/index.ts';
import {
  authenticationOf,
  type Certificate,
  displayName,
  fingerprint,
  type Outcome,
  type TrustpointSettings,
} from '../../pki/index.ts';
import type { World } from '../world.ts';
import { askYesNo, demandClock, readPaste } from './dialog.ts';
import { askParameters, trustpointOf } from './enrollment-profile.ts';
import { routerName } from './key.ts';
import { settledAnswers } from './subject-answers.ts';

const syntax = 'crypto {pki | ca} authenticate <name:word>';

const run = command<typeof syntax, World>(syntax, 'Get the CA certificate', async ({ name }, invocation) => {
  await authenticate(name, invocation);
  await enrollByItself(name, invocation);
});

/** The whole dialog: fetches or takes a paste, shows the fingerprints, asks or compares, stores. */
export async function authenticate(name: string, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  const settings = trustpointOf(world, name);
  if (settings === undefined) throw new CommandError('% CA server trustpoint is not known');
  demandClock(world);
  if (world.pki.trustpoint(name)?.ca !== undefined) {
    throw new CommandError(
      "% Please delete your existing CA certificate first.\n% You must use 'no crypto pki trustpoint <trustpoint-name>' to delete the CA certificate.",
    );
  }
  const pasted = authenticationOf(settings)?.kind !== 'url';
  const received = pasted ? await pasteCa(invocation) : await fetchCa(name, settings, invocation);
  const ca = received.ok ? received.value[0] : undefined;
  if (!received.ok) throw new CommandError(receiveError(pasted, received.reason));
  if (ca === undefined) throw new CommandError(receiveError(pasted, 'no certificate'));
  sayParent(ca, invocation);
  if (!(await isAccepted(ca, settings, invocation))) return;
  const stored = world.pki.acceptCa(name, received.value);
  if (!stored.ok) throw new CommandError(`% Error in saving certificate: status = FAIL (${stored.reason})`);
  terminal.print('Trustpoint CA certificate accepted.');
  if (pasted) {
    terminal.print('% Certificate successfully imported');
    terminal.print('');
  }
}

async function fetchCa(
  name: string,
  settings: TrustpointSettings,
  invocation: Invocation<World>,
): Promise<Outcome<readonly Certificate[]>> {
  const typed = await askParameters(authenticationOf(settings), invocation);
  return invocation.world.pki.fetchCa(name, routerName(invocation.world.config.running), typed);
}

/** With `auto-enroll` the first certificate is asked for as soon as the CA is authenticated; the log tells what comes of it. */
async function enrollByItself(name: string, invocation: Invocation<World>): Promise<void> {
  const { world } = invocation;
  const settings = trustpointOf(world, name);
  const { method } = settings?.enrollment ?? {};
  const isOnline = method?.kind === 'acme' || (method?.kind === 'url' && /^http:/i.test(method.url));
  if (settings?.autoEnroll === undefined || !isOnline || world.pki.trustpoint(name)?.identity !== undefined) return;
  const parameters = await askParameters(method, invocation);
  const sent = await world.pki.enroll(name, { ...settledAnswers(settings, world), parameters });
  if (!sent.ok) throw new CommandError(`% Certificate enrollment failed: ${sent.reason}`);
}

async function pasteCa({ terminal, world }: Invocation<World>): Promise<Outcome<readonly Certificate[]>> {
  terminal.print('');
  terminal.print('Enter the base 64 encoded CA certificate.');
  terminal.print('End with a blank line or the word "quit" on a line by itself');
  terminal.print('');
  const text = await readPaste(terminal, true);
  terminal.print('');
  return world.pki.readCa(text);
}

/** Trust ends at the CA that is authenticated, also where one stands above it that nobody here knows. */
function sayParent(ca: Certificate, { world, terminal }: Invocation<World>): void {
  if (ca.issuerDer.equals(ca.subjectDer)) return;
  const known = world.pki.trustpoints().some((one) => one.ca?.subjectDer.equals(ca.issuerDer) === true);
  if (known) return;
  const [own, above] = [ca.subject, ca.issuer].map((name) => displayName(name).join(','));
  terminal.print(`% ${own} is a subordinate CA; the CA above it, ${above}, is in no trustpoint`);
}

function receiveError(pasted: boolean, reason: string): string {
  if (pasted) return `% Error in saving certificate: status = FAIL (${reason})`;
  return '% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0\n';
}

async function isAccepted(
  ca: Certificate,
  settings: TrustpointSettings,
  { terminal }: Invocation<World>,
): Promise<boolean> {
  terminal.print('Certificate has the following attributes:');
  terminal.print(`       Fingerprint MD5: ${fingerprint(ca.der, 'md5')}`);
  terminal.print(`      Fingerprint SHA1: ${fingerprint(ca.der, 'sha1')}`);
  terminal.print('');
  if (settings.fingerprint === undefined) {
    if (await askYesNo(terminal, '% Do you accept this certificate? [yes/no]: ')) return true;
    throw new CommandError('% Certificate not accepted.');
  }
  terminal.print(`Trustpoint Fingerprint: ${settings.fingerprint.replace(/.{1,8}/g, '$& ')}`);
  const hash = ({ 32: 'md5', 40: 'sha1' } as const)[settings.fingerprint.length] ?? 'sha256';
  if (fingerprint(ca.der, hash).replaceAll(' ', '') !== settings.fingerprint) {
    throw new CommandError('Certificate not validated - fingerprints did not match.');
  }
  terminal.print('Certificate validated - fingerprints matched.');
  return true;
}

export const authenticateCommands = [run];

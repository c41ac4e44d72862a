import { routes } from './check-routes.ts';
import { withoutSecrets } from './cli/index.ts';
import {
  caretLine,
  emptyTree,
  keptWithoutEffect,
  type LoadedConfiguration,
  type Tree,
  undefinedReferences,
  underBlock,
} from './commands/index.ts';
import { printable } from './io/index.ts';
import { registrationSettings } from './registration-wiring.ts';
import { settingsOfTenant } from './sip/index.ts';
import type { TransportName } from './sip/settings.ts';
import { sshLines } from './ssh-wiring.ts';

/** `dialpeer check FILE`: what a configuration would do, as lines to read. Nothing is started, no password is told. */
export interface CheckReport {
  readonly lines: readonly string[];
  /** Lines that are wrong, or name what is not there; the exit status is 1 when there are any. */
  readonly errors: number;
}

/** What a file is read over: an empty router without the lines that it would keep by itself. */
export const uncheckedTree: Tree = { ...emptyTree, kept: new Map() };

export function checkReport(file: string, loaded: LoadedConfiguration): CheckReport {
  const { tree, problems } = loaded;
  const wrong = problems.flatMap((problem) => [
    `${file}:${problem.line}: ${problem.text.trim()}`,
    ...caretLine(problem, `${file}:${problem.line}: `.length),
    ...problem.message.split('\n').map((sentence) => `    ${sentence}`),
  ]);
  const missing = undefinedReferences(tree);
  const lines = [
    ...wrong,
    `${file}: ${count(problems.length, 'line')} wrong`,
    ...(missing.length === 0
      ? []
      : titled(
          'Not defined',
          missing.map(({ block, line, names }) => `${underBlock(block, line)}  (${names})`),
        )),
    ...titled('Kept without effect', withoutEffect(tree)),
    ...titled('Listens on', listeners(tree)),
    ...warnings(tree),
    ...titled('Routes', routes(tree)),
    ...(hasRegistrars(tree) ? titled('Registers', registers(tree)) : []),
  ];
  return { lines: lines.map(printable), errors: problems.length + missing.length };
}

/** What works as it is configured, and should be looked at once more. */
function warnings({ sip: { trusted, transports: on } }: Tree): readonly string[] {
  if (trusted.authenticate || !on.udp) return [];
  return titled('Warnings', [
    'no ip address trusted authenticate, with UDP on: anybody may call, also under the address of somebody else, who is sent the answers',
    'Remedy: ip address trusted list, or no transport udp',
  ]);
}

function hasRegistrars({ sip: { registrars, tenants } }: Tree): boolean {
  return registrars.length > 0 || [...tenants.values()].some((tenant) => tenant.registrars.length > 0);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return ['', `${title}:`, ...(lines.length === 0 ? ['  nothing'] : lines.map((line) => `  ${line}`))];
}

function withoutEffect(tree: Tree): readonly string[] {
  return keptWithoutEffect(tree).map(
    ({ place, line, reason }) => `${place === '' ? '' : `${place}: `}${withoutSecrets(line)}  (${reason})`,
  );
}

const transports: readonly TransportName[] = ['udp', 'tcp', 'tls'];

function listeners(tree: Tree): readonly string[] {
  const { sip, http, access } = tree;
  const signaling = transports.map((transport) => listener(tree, sip, transport, sip.signaling.length > 0));
  const tenants = [...sip.tenants.values()].flatMap(({ tag, tlsProfile, listenPort: { secure, nonSecure } }) =>
    transports
      .filter((transport) => (transport === 'tls' ? secure : nonSecure) !== undefined)
      .flatMap((transport) => {
        const isCertified = tlsProfile !== undefined || sip.signaling.length > 0;
        return listener(tree, settingsOfTenant(sip, tag), transport, isCertified).map(
          (line) => `${line}  tenant ${tag}`,
        );
      }),
  );
  const { ssh, users } = access;
  const isSsh = users.size > 0 && sshLines(tree).length > 0;
  return [
    ...signaling.flat(),
    ...tenants,
    ...(http.server ? [`http  ${addressOf(tree, http.sourceInterface)}:${http.port}`] : []),
    ...(isSsh ? [`ssh  ${addressOf(tree, ssh.sourceInterface)}:${ssh.port}  (once there is a host key)`] : []),
  ];
}

/** Nothing, where the transport is off. */
function listener(
  tree: Tree,
  { transports: on, bind, listenPort }: Tree['sip'],
  transport: TransportName,
  isCertified: boolean,
): readonly string[] {
  if (!on[transport]) return [];
  const port = transport === 'tls' ? listenPort.secure : listenPort.nonSecure;
  const note = transport === 'tls' && !isCertified ? '  (no crypto signaling: every handshake fails)' : '';
  return [`sip ${transport}  ${addressOf(tree, bind.control)}:${port}${note}`];
}

/** The address an interface gives; every address when none is named. */
function addressOf(tree: Tree, interfaceName: string | undefined): string {
  if (interfaceName === undefined) return '0.0.0.0';
  return tree.interfaces.get(interfaceName)?.address?.address ?? `(${interfaceName} has no address)`;
}

/** Every number, and the registrars it is registered with. */
function registers(tree: Tree): readonly string[] {
  const { numbers, sip, tenants } = registrationSettings(tree);
  const groups = [
    { sip, own: numbers.map(({ number, peer }) => `${number} dial-peer ${peer}`), by: 'credentials' },
    ...tenants.map((one) => ({ sip: one.sip, own: [], by: `credentials of tenant ${one.tenant}` })),
  ];
  return groups.flatMap(({ sip: { credentials, registrars }, own, by }) => {
    const more = credentials.flatMap(({ number }) => (number === undefined ? [] : [`${number} ${by}`]));
    const places = registrars.map(
      ({ target, transport, secondary }) => `${target} ${transport}${secondary ? ' secondary' : ''}`,
    );
    return [...own, ...more].flatMap((number) => places.map((registrar) => `${number}  ${registrar}`));
  });
}

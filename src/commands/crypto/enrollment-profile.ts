import { CommandError, type Invocation } from '../../cli/index.ts';
import {
  type EnrollmentProfile,
  isHttpCommand,
  type ProfileMethod,
  type ProfileParameter,
  prompts,
  type TrustpointSettings,
  type TypedParameters,
  withProfile,
} from '../../pki/index.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks, section } from '../section.ts';
import type { World } from '../world.ts';

/** `crypto pki profile enrollment NAME`: how trustpoints that name it authenticate their CA, enrol and renew. */

const setting = settingsOf<EnrollmentProfile>();

const lens = entryLens<string, EnrollmentProfile>(
  ({ pki }) => pki.profiles ?? new Map(),
  (tree, profiles) => ({ ...tree, pki: { ...tree.pki, profiles } }),
);

function printMethod(what: string, method: ProfileMethod | undefined): string | undefined {
  if (method === undefined) return undefined;
  return method.kind === 'url' ? `${what} url ${method.url}` : `${what} terminal`;
}

function checkedUrl(url: string): ProfileMethod {
  if (/^(?:http|tftp):\/\/[^/]/i.test(url)) return { kind: 'url', url };
  throw new CommandError('% A CA is reached at http:// or tftp://');
}

function checkedCommand(command: string): string {
  if (isHttpCommand(command)) return command;
  throw new CommandError('% A command in HTTP begins with GET or POST');
}

/** In the order of their numbers, whatever order they were typed in. */
function withParameter(
  parameters: EnrollmentProfile['parameters'],
  number: number,
  parameter: ProfileParameter,
): ReadonlyMap<number, ProfileParameter> {
  const all = new Map([...(parameters ?? []), [number, parameter] as const]);
  return new Map([...all].sort(([a], [b]) => a - b));
}

function printParameter([number, parameter]: readonly [number, ProfileParameter]): string {
  const said = parameter.kind === 'value' ? `value ${parameter.value}` : `prompt ${parameter.prompt}`;
  return `parameter ${number} ${said}`;
}

/** Asks for what the command of a profile leaves open. */
export async function askParameters(
  method: TrustpointSettings['enrollment']['method'],
  { terminal }: Invocation<World>,
): Promise<TypedParameters> {
  const typed = new Map<number, string>();
  const asked = method?.kind === 'url' && method.http !== undefined ? prompts(method.http) : [];
  for (const { number, prompt } of asked) typed.set(number, (await terminal.ask(`${prompt}: `))?.trim() ?? '');
  return typed;
}

export const profileMode = configMode<EnrollmentProfile>({
  name: 'ca-profile-enroll',
  prompt: 'ca-profile-enroll',
  lens,
  settings: [
    setting('authentication {terminal | url <url:url>}', 'Where the CA certificate comes from', {
      set: (profile, { url }) => ({
        ...profile,
        authentication: url === undefined ? { kind: 'terminal' } : checkedUrl(url),
      }),
      unset: ({ authentication: _, ...profile }) => profile,
      noSyntax: 'authentication {terminal | url [<rest:line>]}',
      print: ({ authentication }) => printMethod('authentication', authentication),
    }),
    setting('authentication command <command:line>', 'Request in HTTP that asks for the CA certificate', {
      set: (profile, { command }) => ({ ...profile, authenticationCommand: checkedCommand(command) }),
      unset: ({ authenticationCommand: _, ...profile }) => profile,
      noSyntax: 'authentication command [<rest:line>]',
      print: ({ authenticationCommand: command }) => (command === undefined ? [] : `authentication command ${command}`),
    }),
    setting('enrollment {terminal | url <url:url>}', 'Where to enroll', {
      set: (profile, { url }) => ({
        ...profile,
        enrollment: url === undefined ? { kind: 'terminal' } : checkedUrl(url),
      }),
      unset: ({ enrollment: _, ...profile }) => profile,
      noSyntax: 'enrollment {terminal | url [<rest:line>]}',
      print: ({ enrollment }) => printMethod('enrollment', enrollment),
    }),
    setting('enrollment command <command:line>', 'Request in HTTP that asks for a certificate', {
      set: (profile, { command }) => ({ ...profile, enrollmentCommand: checkedCommand(command) }),
      unset: ({ enrollmentCommand: _, ...profile }) => profile,
      noSyntax: 'enrollment command [<rest:line>]',
      print: ({ enrollmentCommand: command }) => (command === undefined ? [] : `enrollment command ${command}`),
    }),
    setting('parameter <number:int(1-8)> {value <value:line> | prompt <prompt:line>}', 'What stands for $P1 to $P8', {
      set: (profile, { number, value, prompt }) => ({
        ...profile,
        parameters: withParameter(
          profile.parameters,
          number,
          value === undefined ? { kind: 'prompt', prompt: prompt ?? '' } : { kind: 'value', value },
        ),
      }),
      unset: ({ parameters = new Map(), ...profile }, { number }) => {
        const left = new Map([...parameters].filter(([known]) => known !== number));
        return left.size === 0 ? profile : { ...profile, parameters: left };
      },
      noSyntax: 'parameter <number:int(1-8)> [<rest:line>]',
      print: ({ parameters = new Map() }) => [...parameters].map(printParameter),
    }),
    setting('enrollment credential <name:word>', 'Trustpoint whose certificate vouches for the first request', {
      set: (profile, { name }) => ({ ...profile, credential: name }),
      unset: ({ credential: _, ...profile }) => profile,
      noSyntax: 'enrollment credential [<name:word>]',
      print: ({ credential }) => (credential === undefined ? undefined : `enrollment credential ${credential}`),
    }),
    setting('reenrollment url <url:url>', 'Where to renew', {
      set: (profile, { url }) => {
        if (!/^http:\/\/[^/]/i.test(url)) throw new CommandError('% A certificate is renewed at http://');
        return { ...profile, reenrollUrl: url };
      },
      unset: ({ reenrollUrl: _, ...profile }) => profile,
      noSyntax: 'reenrollment url [<rest:line>]',
      print: ({ reenrollUrl }) => (reenrollUrl === undefined ? undefined : `reenrollment url ${reenrollUrl}`),
    }),
  ],
});

const syntax = 'crypto {pki | ca} profile enrollment <name:word>';

export const profileCommand = opener(syntax, 'Define an enrollment profile', {
  mode: 'ca-profile-enroll',
  focus: ({ name }) => name,
  create: (tree, { name }, { world }) =>
    lens.read(tree, name) === undefined ? lens.write(tree, name, { name }, world.config.batch) : tree,
  remove: (tree, { name }, { world }) => lens.remove(tree, name, world.config.batch),
});

export const profileSection = section('crypto-profile', (tree, all) =>
  blocks(
    [...(tree.pki.profiles ?? [])].map(([name]) => [
      `crypto pki profile enrollment ${name}`,
      ...profileMode.print(tree, name, all),
    ]),
  ),
);

/** A trustpoint as its profile makes it; undefined when there is none of that name. */
export function trustpointOf({ config }: World, name: string): TrustpointSettings | undefined {
  const { trustpoints, profiles } = config.running.pki;
  const settings = trustpoints.get(name);
  return settings && withProfile(settings, profiles);
}

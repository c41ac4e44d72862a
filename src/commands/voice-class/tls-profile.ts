import { CommandError } from '../../cli/index.ts';
import type { TlsProfile } from '../../sip/settings.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import type { Tree } from '../tree.ts';
import { withNumber, withoutNumber } from './numbered.ts';

const setting = settingsOf<TlsProfile>();
const lens = entryLens<number, TlsProfile>(
  (tree) => tree.tlsClasses.profiles,
  (tree, profiles) => ({ ...tree, tlsClasses: { ...tree.tlsClasses, profiles } }),
);

/** A domain name, `*.` in front of it for every host of that domain. */
function checkedName(name: string): string {
  const labels = name.replace(/^\*\./, '').split('.');
  if (name.length <= 253 && labels.length > 1 && labels.every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label)))
    return name;
  throw new CommandError(`% Invalid domain name: ${name}`);
}

const cipherWords = { strict: 'strict-cipher', ecdsa: 'ecdsa-cipher', 'ecdsa 384': 'ecdsa-cipher curve-size 384' };

function cipherText(cipher: NonNullable<TlsProfile['cipher']>): string {
  return typeof cipher === 'number' ? String(cipher) : cipherWords[cipher];
}

export const tlsProfileMode = configMode<TlsProfile>({
  name: 'config-class-tls-profile',
  prompt: 'config-class',
  lens,
  settings: [
    setting('description <text:line>', 'Description of the profile', {
      set: (profile, { text }) => ({ ...profile, description: text }),
      unset: ({ description: _, ...profile }) => profile,
      print: ({ description }) => (description === undefined ? undefined : `description ${description}`),
    }),
    setting('trustpoint <name:word> [client <client:word>]', 'Trustpoint whose certificate is shown', {
      standard: 'none',
      set: (profile, { name, client }) => ({
        ...profile,
        trustpoint: { name, ...(client === undefined ? {} : { client }) },
      }),
      unset: ({ trustpoint: _, ...profile }) => profile,
      print: ({ trustpoint }) =>
        trustpoint === undefined
          ? undefined
          : `trustpoint ${trustpoint.name}${trustpoint.client === undefined ? '' : ` client ${trustpoint.client}`}`,
    }),
    setting(
      'cipher {ecdsa-cipher [curve-size 384] | strict-cipher | <class:int(1-10000)>}',
      'Cipher suites that are offered and taken',
      {
        standard: 'those of TLS 1.2 and 1.3',
        set: (profile, { ecdsaCipher, curveSize, class: list }) => ({
          ...profile,
          cipher: list ?? (ecdsaCipher ? (curveSize ? 'ecdsa 384' : 'ecdsa') : 'strict'),
        }),
        unset: ({ cipher: _, ...profile }) => profile,
        print: ({ cipher }) => (cipher === undefined ? undefined : `cipher ${cipherText(cipher)}`),
      },
    ),
    setting('client-vtp <name:word>', 'The one trustpoint that may validate the peer', {
      standard: 'any',
      set: (profile, { name }) => ({ ...profile, clientVtp: name }),
      unset: ({ clientVtp: _, ...profile }) => profile,
      print: ({ clientVtp }) => (clientVtp === undefined ? undefined : `client-vtp ${clientVtp}`),
    }),
    setting('cn-san validate {server | client | bidirectional}', 'Whose name has to be proved', {
      standard: 'off',
      set: (profile, { server, client }) => ({
        ...profile,
        cnSan: server ? 'server' : client ? 'client' : 'bidirectional',
      }),
      unset: ({ cnSan: _, ...profile }) => profile,
      print: ({ cnSan }) => (cnSan === undefined ? undefined : `cn-san validate ${cnSan}`),
    }),
    setting('cn-san <number:int(1-10)> <name:word>', 'A name that a client may prove', {
      standard: 'none',
      set: (profile, { number, name }) => ({
        ...profile,
        names: withNumber(profile.names, number, checkedName(name)),
      }),
      unset: (profile, { number }) => ({ ...profile, names: withoutNumber(profile.names, number) }),
      noSyntax: 'cn-san <number:int(1-10)> [<name:word>]',
      print: ({ names }) => [...names].map(([number, name]) => `cn-san ${number} ${name}`),
    }),
    setting('sni send', 'Send the name of the target in the client hello', {
      standard: 'sent to targets with a name',
      set: (profile) => ({ ...profile, sni: true }),
      unset: (profile) => ({ ...profile, sni: false }),
      print: ({ sni }) => (sni ? 'sni send' : undefined),
    }),
  ],
});

export const tlsProfileOpener = opener('voice class tls-profile <tag:int(1-10000)>', 'TLS profile', {
  mode: 'config-class-tls-profile',
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.tlsClasses.profiles.has(tag)
      ? tree
      : lens.write(tree, tag, { tag, names: new Map(), sni: false }, world.config.batch),
  remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
});

export function printTlsProfiles(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.tlsClasses.profiles.keys(), (tag) => [
      `voice class tls-profile ${tag}`,
      ...tlsProfileMode.print(tree, tag, all),
    ]),
  );
}

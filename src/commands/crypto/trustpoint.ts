import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withoutEntry } from '../../config/index.ts';
import {
  type HashName,
  parseX500,
  type RevocationMethod,
  type TrustpointSettings,
  trustpointDefaults,
} from '../../pki/index.ts';
import { configMode, entryLens, settingsOf } from '../config-mode.ts';
import { withoutKept } from '../inert-mode.ts';
import { checkedInterface } from '../interface.ts';
import { placeOf } from '../kept.ts';
import { blocks, section } from '../section.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { askYesNo } from './dialog.ts';
import { enrollmentSettings } from './enrollment-settings.ts';
import { printPassword, readPassword } from './password.ts';
import { trustSettings } from './trust-settings.ts';
import { useSettings } from './trustpoint-use.ts';

const setting = settingsOf<TrustpointSettings>();

const lens = entryLens<string, TrustpointSettings>(
  ({ pki }) => pki.trustpoints,
  (tree, trustpoints) => ({ ...tree, pki: { ...tree.pki, trustpoints } }),
);

const renewalSettings = [
  setting('auto-enroll [<percent:int(1-100)>] [regenerate]', 'Renew the certificate by itself', {
    set: (record, { percent, regenerate }) => ({
      ...record,
      autoEnroll: { ...(percent !== undefined && { percent }), regenerate: regenerate === true },
    }),
    unset: ({ autoEnroll: _, ...record }) => record,
    noSyntax: 'auto-enroll [<rest:line>]',
    print: ({ autoEnroll }) =>
      autoEnroll === undefined
        ? undefined
        : ['auto-enroll', autoEnroll.percent, autoEnroll.regenerate ? 'regenerate' : undefined]
            .filter((part) => part !== undefined)
            .join(' '),
  }),
];

const subjectSettings = [
  setting('serial-number [none]', "Include the router's serial number in the subject", {
    set: (record, { none }) => ({ ...record, serialNumber: none !== true }),
    unset: ({ serialNumber: _, ...record }) => record,
    print: ({ serialNumber }) =>
      serialNumber === undefined ? undefined : serialNumber ? 'serial-number' : 'serial-number none',
  }),
  setting('fqdn <name:word>', 'Fully-qualified domain name in the subject, or none', {
    set: (record, { name }) => ({ ...record, fqdn: checkedFqdn(name) }),
    unset: ({ fqdn: _, ...record }) => record,
    print: ({ fqdn }) => (fqdn === undefined ? undefined : `fqdn ${fqdn}`),
  }),
  setting('ip-address {none | <address:ipv4> | <interface:line>}', 'IP address in the subject', {
    set: (record, args) => ({
      ...record,
      ipAddress: args.none ? 'none' : (args.address ?? checkedInterface(args.interface ?? '')),
    }),
    unset: ({ ipAddress: _, ...record }) => record,
    print: ({ ipAddress }) => (ipAddress === undefined ? undefined : `ip-address ${ipAddress}`),
  }),
];

function checkedFqdn(name: string): string {
  if (name.toLowerCase() === 'none') return 'none';
  if (/^[^.]+\.[^.]/.test(name)) return name;
  throw new CommandError(
    "CRYPTO_PKI: There should be atleast one '.' [other than the trailing '.'] in the domain name",
  );
}

const secretSettings = [
  setting('password <password:line>', 'Challenge password of the request', {
    set: ({ password: _, sealedPassword: _sealed, ...record }, { password }) => ({
      ...record,
      ...readPassword(password),
    }),
    unset: ({ password: _, sealedPassword: _sealed, ...record }) => record,
    print: printPassword,
  }),
  setting('fingerprint <digits:line>', 'Fingerprint the CA certificate must have', {
    set: (record, { digits }) => ({ ...record, fingerprint: checkedFingerprint(digits) }),
    unset: ({ fingerprint: _, ...record }) => record,
    print: ({ fingerprint }) => (fingerprint === undefined ? undefined : `fingerprint ${fingerprint}`),
  }),
];

function checkedFingerprint(digits: string): string {
  const hex = digits.replaceAll(' ', '').toUpperCase();
  if (/^[0-9A-F]+$/.test(hex) && [32, 40, 64].includes(hex.length)) return hex;
  throw new CommandError('% A fingerprint has 32 (MD5), 40 (SHA1) or 64 (SHA256) hexadecimal digits');
}

const methods: readonly RevocationMethod[] = ['crl', 'ocsp', 'none'];

export function checkedMethods(words: readonly string[]): readonly RevocationMethod[] {
  const found = words.map((word) => methods.find((method) => method === word.toLowerCase()));
  const known = found.filter((method) => method !== undefined);
  if (known.length === words.length && new Set(known).size === known.length) return known;
  throw new CommandError('% The methods are crl, ocsp and none, each once');
}

const nameSettings = [
  setting('subject-name [<name:line>]', 'X.500 name of the subject', {
    set: ({ subjectName: _, ...record }, { name }) => {
      if (name === undefined) return record;
      if (!parseX500(name).ok) throw new CommandError(`% ${name} is not a valid subject name`);
      return { ...record, subjectName: name };
    },
    unset: ({ subjectName: _, ...record }) => record,
    print: ({ subjectName }) => (subjectName === undefined ? undefined : `subject-name ${subjectName}`),
  }),
  setting('subject-alt-name <names:word>...', 'DNS names in the subject alternative name', {
    set: (record, { names }) => ({ ...record, subjectAltNames: names }),
    unset: ({ subjectAltNames: _, ...record }) => record,
    noSyntax: 'subject-alt-name [<rest:line>]',
    print: ({ subjectAltNames }) =>
      subjectAltNames === undefined ? undefined : `subject-alt-name ${subjectAltNames.join(' ')}`,
  }),
  setting('revocation-check <methods:word>...', 'How to find out whether a certificate was revoked', {
    set: (record, args) => ({ ...record, revocationCheck: checkedMethods(args.methods) }),
    unset: (record) => ({ ...record, revocationCheck: trustpointDefaults.revocationCheck }),
    print: ({ revocationCheck }) => `revocation-check ${revocationCheck.join(' ')}`,
  }),
  setting('crl optional', 'Old form of revocation-check crl none', {
    set: (record) => ({ ...record, revocationCheck: ['crl', 'none'] }),
    unset: (record) => ({ ...record, revocationCheck: trustpointDefaults.revocationCheck }),
    print: () => undefined,
    hidden: true,
  }),
  setting(
    'rsakeypair <label:word> [<size:int(1024-4096)> [<encryption-size:int(1024-4096)>]]',
    'Key pair of the certificate',
    {
      set: ({ ecKeyPair: _, ...record }, { label, size, encryptionSize }) => ({
        ...record,
        rsaKeyPair: {
          label,
          ...(size !== undefined && { size }),
          ...(encryptionSize !== undefined && { encryptionSize }),
        },
      }),
      unset: ({ rsaKeyPair: _, ...record }) => record,
      print: ({ rsaKeyPair }) => {
        if (rsaKeyPair === undefined) return undefined;
        const { label, size, encryptionSize } = rsaKeyPair;
        return ['rsakeypair', label, size, encryptionSize].filter((part) => part !== undefined).join(' ');
      },
    },
  ),
  setting('eckeypair <label:word>', 'EC key pair of the certificate', {
    set: ({ rsaKeyPair: _, ...record }, { label }) => ({ ...record, ecKeyPair: label }),
    unset: ({ ecKeyPair: _, ...record }) => record,
    print: ({ ecKeyPair }) => (ecKeyPair === undefined ? undefined : `eckeypair ${ecKeyPair}`),
  }),
  setting('hash {md5 | sha1 | sha256 | sha384 | sha512}', 'Hash of the signature on the request', {
    set: (record, args) => ({ ...record, hash: chosenHash(args) }),
    unset: ({ hash: _, ...record }) => record,
    print: ({ hash }) => (hash === undefined ? undefined : `hash ${hash}`),
  }),
];

/** The keyword typed, of the five. */
export function chosenHash(args: Partial<Record<HashName, true | undefined>>): HashName {
  const names: readonly HashName[] = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'];
  return names.find((name) => args[name] === true) ?? 'sha256';
}

export const trustpointMode = configMode<TrustpointSettings>({
  name: 'ca-trustpoint',
  prompt: 'ca-trustpoint',
  lens,
  settings: [
    ...enrollmentSettings,
    ...subjectSettings,
    ...secretSettings,
    ...nameSettings,
    ...useSettings,
    ...trustSettings,
    ...renewalSettings,
  ],
});

const syntax = 'crypto {pki | ca} trustpoint <name:word>';

/** Opens the mode, or removes the trustpoint with its certificates, after a question when it has some. */
export const trustpointCommand = command<typeof syntax, World>(
  syntax,
  'Define a CA trustpoint',
  ({ name }, invocation) => (invocation.form === 'set' ? openTrustpoint(name, invocation) : remove(name, invocation)),
  { negatable: true, noSyntax: syntax },
);

function openTrustpoint(name: string, { world, session }: Invocation<World>): void {
  const { config } = world;
  if (lens.read(config.running, name) === undefined) {
    config.commit(lens.write(config.running, name, { name, ...trustpointDefaults }, config.batch));
  }
  session.enter('ca-trustpoint', name);
}

function remove(name: string, invocation: Invocation<World>): void | Promise<void> {
  const { config } = invocation.world;
  if (lens.read(config.running, name) === undefined) throw new CommandError(`% Can't find policy ${name}`);
  if (config.running.pki.chains.has(name) && config.batch === undefined) return removeEnrolled(name, invocation);
  config.commit(without(config.running, name, invocation));
}

async function removeEnrolled(name: string, invocation: Invocation<World>): Promise<void> {
  const { terminal, world } = invocation;
  terminal.print('% Removing an enrolled trustpoint will destroy all certificates');
  terminal.print(' received from the related Certificate Authority.');
  terminal.print('');
  if (!(await askYesNo(terminal, 'Are you sure you want to do this? [yes/no]: '))) return;
  world.config.commit(without(world.config.running, name, invocation));
  terminal.print('% Be sure to ask the CA administrator to revoke your certificates.');
  terminal.print('');
}

function without(tree: Tree, name: string, { world }: Invocation<World>): Tree {
  const { batch } = world.config;
  const next = withoutKept(lens.remove(tree, name, batch), batch, placeOf('ca-trustpoint', name), 'ca-trustpoint');
  return { ...next, pki: { ...next.pki, chains: withoutEntry(batch, next.pki.chains, name) } };
}

export const trustpointSection = section('crypto-trustpoint', (tree, all) =>
  blocks(
    [...tree.pki.trustpoints.keys()].map((name) => [
      `crypto pki trustpoint ${name}`,
      ...trustpointMode.print(tree, name, all),
    ]),
  ),
);

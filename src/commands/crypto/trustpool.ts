import { createHash } from 'node:crypto';
import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { parseFileName } from '../../config/index.ts';
import { displayName, groups, type TrustpoolPolicy } from '../../pki/index.ts';
import { configMode, settingsOf } from '../config-mode.ts';
import { datePrinter } from '../display-time.ts';
import { section } from '../section.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import { askYesNo } from './dialog.ts';
import { checkedMethods } from './trustpoint.ts';

const importSyntax = 'crypto {pki | ca} trustpool import [clean] url <url:word> [fingerprint <digits:hex>]';

/**
 * On IOS the signature of Cisco's own bundle is verified. Bundles of others, and what came over plain http, are for the
 * operator to confirm by fingerprint, typed or asked for.
 */
const importPool = command<typeof importSyntax, World>(
  importSyntax,
  'Take CA certificates into the trustpool',
  async ({ clean, url, digits }, { world, terminal }) => {
    const { trust } = world.pki;
    const bundle = await fetchBundle(url, world);
    const read = trust.readPool(bundle);
    if (!read.ok) throw new CommandError(`% Error: failed to import: ${read.reason}`);
    const sha256 = createHash('sha256').update(bundle).digest();
    if (digits === undefined) {
      terminal.print(`Bundle has ${read.value.length} CA certificates`);
      terminal.print(`       Fingerprint SHA256: ${groups(sha256)}`);
      if (!(await askYesNo(terminal, '% Do you accept these certificates? [yes/no]: '))) {
        terminal.print('% Certificates not accepted.');
        return;
      }
    } else if (digits.toLowerCase() !== sha256.toString('hex')) {
      throw new CommandError('% Error: failed to import: the bundle has another fingerprint');
    }
    const accepted = await trust.acceptPool(read.value, clean === true);
    if (!accepted.ok) throw new CommandError(`% Error: failed to import: ${accepted.reason}`);
    terminal.print(`% PEM files import succeeded: ${accepted.value} CA certificates.`);
  },
);

/** http, or a file of ours. */
async function fetchBundle(url: string, { pki, fileSystem }: World): Promise<Buffer> {
  if (/^http:\/\//i.test(url)) {
    const fetched = await pki.trust.fetchPool(url);
    if (fetched.ok) return fetched.value;
    throw new CommandError(`% Error: failed to open file: ${fetched.reason}`);
  }
  const name = parseFileName(url);
  const content = name === undefined ? undefined : await fileSystem.read(name);
  if (content === undefined) throw new CommandError('% Error: failed to open file.');
  return Buffer.from(content);
}

const cleanPool = command<'crypto {pki | ca} trustpool clean', World>(
  'crypto {pki | ca} trustpool clean',
  'Forget all CA certificates of the trustpool',
  async (_, { world }) => {
    const cleaned = await world.pki.trust.cleanPool();
    if (!cleaned.ok) throw new CommandError(`% Error: ${cleaned.reason}`);
  },
);

const setting = settingsOf<TrustpoolPolicy>();

const defaults: TrustpoolPolicy = { revocationCheck: ['crl'] };

export const trustpoolMode = configMode<TrustpoolPolicy>({
  name: 'ca-trustpool',
  prompt: 'ca-trustpool',
  lens: {
    read: ({ pki }) => pki.trustpool ?? defaults,
    write: (tree, _focus, trustpool) => ({ ...tree, pki: { ...tree.pki, trustpool } }),
  },
  settings: [
    setting('revocation-check <methods:word>...', 'How to find out whether a certificate was revoked', {
      set: (record, args) => ({ ...record, revocationCheck: checkedMethods(args.methods) }),
      unset: (record) => ({ ...record, revocationCheck: defaults.revocationCheck }),
      print: ({ revocationCheck }) => `revocation-check ${revocationCheck.join(' ')}`,
    }),
  ],
});

const policySyntax = 'crypto {pki | ca} trustpool policy';

const policy = command<typeof policySyntax, World>(
  policySyntax,
  'How peers are judged that a CA of the trustpool certified',
  (_, { session, form, world }) => (form === 'set' ? session.enter('ca-trustpool', '') : removePolicy(world)),
  { negatable: true, noSyntax: policySyntax },
);

function removePolicy({ config }: Pick<Invocation<World>['world'], 'config'>): void {
  const { trustpool: _, ...pki } = config.running.pki;
  config.commit({ ...config.running, pki });
}

export const trustpoolSection = section('crypto-trustpool', (tree, all) =>
  tree.pki.trustpool === undefined ? [] : ['crypto pki trustpool policy', ...trustpoolMode.print(tree, '', all)],
);

const showPool = show(
  'show crypto pki trustpool',
  'CA certificates of the trustpool',
  ({ pki }) => pki.trust.pool(),
  (certificates, _args, world) =>
    certificates.flatMap(({ serial, issuer, subject, notBefore, notAfter }) => [
      'CA Certificate',
      '  Status: Available',
      `  Certificate Serial Number (hex): ${serial}`,
      '  Issuer: ',
      ...displayName(issuer).map((rdn) => `    ${rdn}`),
      '  Subject: ',
      ...displayName(subject).map((rdn) => `    ${rdn}`),
      '  Validity Date: ',
      `    start date: ${datePrinter(world)(notBefore)}`,
      `    end   date: ${datePrinter(world)(notAfter)}`,
      '  Associated Trustpoints: Trustpool',
      '',
    ]),
  { privilege: 1 },
);

export const trustpoolCommands = [importPool, cleanPool, policy];
export const trustpoolExec = [showPool];

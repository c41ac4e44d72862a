import { CommandError, command, type Terminal } from '../../cli/index.ts';
import type { KeyOrder } from '../../pki/index.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { askYesNo, mostQuestions } from './dialog.ts';

const smallestModulus = 360;
const largestModulus = 4096;
const offeredModulus = 512;
const shortestForTls = 2048;

/** The name keys and subjects have when none is given. */
export function routerName({ hostname, domainName }: Tree): string {
  return domainName === undefined ? hostname : `${hostname}.${domainName}`;
}

function defaultLabel(tree: Tree): string {
  if (tree.hostname === 'Router') throw new CommandError('% Please define a hostname other than Router.');
  if (tree.domainName === undefined) throw new CommandError('% Please define a domain-name first.');
  return routerName(tree);
}

const generateSyntax =
  'crypto key generate rsa [general-keys | usage-keys | signature | encryption | exportable | label <label:word> | modulus <modulus:int(360-4096)> | storage <storage:word> | redundancy | on <device:word>]...';

const generate = command<typeof generateSyntax, World>(
  generateSyntax,
  'Generate RSA key pairs',
  async (args, { world, terminal }) => {
    const label = args.label ?? defaultLabel(world.config.running);
    if (world.pki.keys.find(label) !== undefined) {
      terminal.print(`% You already have RSA keys defined named ${label}.`);
      if (!(await askYesNo(terminal, '% Do you really want to replace them? [yes/no]: '))) return;
    }
    terminal.print(`The name for the keys will be: ${label}`);
    const kind = kindOf(args);
    const modulus = args.modulus ?? (await askModulus(terminal, kind));
    if (modulus === undefined) return;
    if (args.modulus !== undefined) {
      terminal.print('');
      terminal.print(`% The key modulus size is ${modulus} bits`);
    }
    const exportable = args.exportable === true;
    terminal.print(`% Generating ${modulus} bit RSA keys, keys will be ${exportable ? '' : 'non-'}exportable...`);
    const started = world.system.uptimeMs();
    const made = await world.pki.keys.generate({ label, kind, modulus, exportable });
    if (!made.ok) throw new CommandError(`% Key generation failed: ${made.reason}`);
    const seconds = Math.floor((world.system.uptimeMs() - started) / 1000);
    terminal.print(`[OK] (elapsed time was ${seconds} seconds)`);
    if (modulus < shortestForTls) {
      terminal.print(`% Warning: keys of fewer than ${shortestForTls} bits cannot be used for TLS here`);
    }
    terminal.print('');
  },
);

function kindOf(args: { usageKeys?: true; signature?: true; encryption?: true }): KeyOrder['kind'] {
  if (args.usageKeys) return 'usage-keys';
  if (args.signature) return 'signature';
  return args.encryption ? 'encryption' : 'general-keys';
}

const purposes = {
  'general-keys': 'General Purpose Keys',
  'usage-keys': 'Signature and Encryption Keys',
  signature: 'Signature Keys',
  encryption: 'Encryption Keys',
} as const;

/** Asks until the answer is in range; undefined when the session ended, or never finds one. */
async function askModulus(terminal: Terminal, kind: KeyOrder['kind']): Promise<number | undefined> {
  terminal.print(`Choose the size of the key modulus in the range of ${smallestModulus} to ${largestModulus} for your`);
  terminal.print(`  ${purposes[kind]}. Choosing a key modulus greater than 512 may take`);
  terminal.print('  a few minutes.');
  terminal.print('');
  for (let asked = 0; asked < mostQuestions; asked++) {
    const answer = (await terminal.ask(`How many bits in the modulus [${offeredModulus}]: `))?.trim();
    if (answer === undefined) break;
    const modulus = answer === '' ? offeredModulus : Number(answer);
    if (/^\d*$/.test(answer) && modulus >= smallestModulus && modulus <= largestModulus) return modulus;
    terminal.print(`% A decimal number between ${smallestModulus} and ${largestModulus}.`);
  }
  return undefined;
}

const zeroize = command<'crypto key zeroize rsa [<label:word>]', World>(
  'crypto key zeroize rsa [<label:word>]',
  'Remove RSA keys',
  async ({ label }, { world, terminal }) => {
    if (label !== undefined && world.pki.keys.find(label) === undefined) {
      throw new CommandError(`% No keys named ${label} exist in this router.`);
    }
    terminal.print(
      label === undefined ? '% All RSA keys will be removed.' : `% Keys to be removed are named '${label}'.`,
    );
    terminal.print('% All router certs issued using these keys will also be removed.');
    if (!(await askYesNo(terminal, 'Do you really want to remove these keys? [yes/no]: '))) return;
    await world.pki.keys.zeroize(label);
  },
);

export const keyCommands = [generate, zeroize];

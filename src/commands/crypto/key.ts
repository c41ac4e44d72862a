import { CommandError, command, type Invocation, type Terminal } from '../../cli/index.ts';
import type { KeyOrder, KeyType } from '../../pki/index.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { askYesNo, mostQuestions } from './dialog.ts';

const smallestModulus = 1024;
const largestModulus = 4096;
const offeredModulus = 2048;
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
  'crypto key generate rsa [general-keys | usage-keys | signature | encryption | exportable | label <label:word> | modulus <modulus:int(1024-4096)> | storage <storage:word> | redundancy | on <device:word>]...';

const generateRsa = command<typeof generateSyntax, World>(
  generateSyntax,
  'Generate RSA key pairs',
  async (args, invocation) => {
    const { world, terminal } = invocation;
    const storage = storageOf(args.storage ?? args.device);
    const label = args.label ?? defaultLabel(world.config.running);
    if (!(await mayTake(label, 'rsa', invocation))) return;
    const kind = kindOf(args);
    const sizes = args.modulus === undefined ? await askModuli(terminal, kind) : [args.modulus];
    const [modulus, encryptionModulus] = sizes ?? [];
    if (modulus === undefined) return;
    if (args.modulus !== undefined) {
      terminal.print('');
      terminal.print(`% The key modulus size is ${modulus} bits`);
    }
    const exportable = args.exportable === true;
    for (const bits of sizes ?? []) terminal.print(generating(bits, 'RSA', exportable));
    const order = { label, kind, modulus, exportable, ...storage };
    await make(encryptionModulus === undefined ? order : { ...order, encryptionModulus }, invocation);
    if (Math.min(...(sizes ?? [])) < shortestForTls) {
      terminal.print(`% Warning: keys of fewer than ${shortestForTls} bits cannot be used for TLS here`);
    }
    terminal.print('');
  },
);

const ecSyntax =
  'crypto key generate ec keysize {256 | 384 | 521} [exportable | label <label:word> | storage <storage:word> | redundancy | on <device:word>]...';

const generateEc = command<typeof ecSyntax, World>(ecSyntax, 'Generate EC key pairs', async (args, invocation) => {
  const { world, terminal } = invocation;
  const storage = storageOf(args.storage ?? args.device);
  const label = args.label ?? defaultLabel(world.config.running);
  if (!(await mayTake(label, 'ec', invocation))) return;
  const keysize = args[256] ? 256 : args[384] ? 384 : 521;
  const exportable = args.exportable === true;
  terminal.print(generating(keysize, 'EC', exportable));
  await make({ label, kind: 'ec', keysize, exportable, ...storage }, invocation);
  terminal.print('');
});

/** Says the name the keys will have, after a question when there are such keys already. */
async function mayTake(label: string, type: KeyType, { world, terminal }: Invocation<World>): Promise<boolean> {
  if (hasKeys(label, type, world)) {
    terminal.print(`% You already have ${type.toUpperCase()} keys defined named ${label}.`);
    if (!(await askYesNo(terminal, '% Do you really want to replace them? [yes/no]: '))) return false;
  }
  terminal.print(`The name for the keys will be: ${label}`);
  return true;
}

/** Pairs of every usage count: an encryption pair may stand alone. */
export function hasKeys(label: string, type: KeyType, { pki }: World): boolean {
  return pki.keys.list().some((key) => key.label === label && key.type === type);
}

function generating(bits: number, type: string, exportable: boolean): string {
  return `% Generating ${bits} bit ${type} keys, keys will be ${exportable ? '' : 'non-'}exportable...`;
}

async function make(order: KeyOrder, { world, terminal }: Invocation<World>): Promise<void> {
  const started = world.system.uptimeMs();
  const made = await world.pki.keys.generate(order);
  if (!made.ok) throw new CommandError(`% Key generation failed: ${made.reason}`);
  const seconds = Math.floor((world.system.uptimeMs() - started) / 1000);
  terminal.print(`[OK] (elapsed time was ${seconds} seconds)`);
}

/** `storage flash:`: keys lie in a folder of that name, beside the others and out of reach of `copy`. */
export function storageOf(typed: string | undefined): { readonly storage?: string } {
  if (typed === undefined) return {};
  const device = typed.toLowerCase().replace(/:$/, '');
  if (/^(?:nvram|flash|bootflash|(?:disk|slot|usbflash|usbtoken)\d)$/.test(device)) return { storage: device };
  throw new CommandError(`% ${typed} is no device that stores keys`);
}

type RsaKind = Exclude<KeyOrder['kind'], 'ec'>;

function kindOf(args: { usageKeys?: true; signature?: true; encryption?: true }): RsaKind {
  if (args.usageKeys) return 'usage-keys';
  if (args.signature) return 'signature';
  return args.encryption ? 'encryption' : 'general-keys';
}

const purposes: Readonly<Record<RsaKind, readonly string[]>> = {
  'general-keys': ['General Purpose Keys'],
  'usage-keys': ['Signature Keys', 'Encryption Keys'],
  signature: ['Signature Keys'],
  encryption: ['Encryption Keys'],
};

/** One size, or that of the signature and that of the encryption pair; undefined when one was never given. */
async function askModuli(terminal: Terminal, kind: RsaKind): Promise<readonly number[] | undefined> {
  const sizes: number[] = [];
  for (const purpose of purposes[kind]) {
    const size = await askModulus(terminal, purpose);
    if (size === undefined) return undefined;
    sizes.push(size);
  }
  return sizes;
}

/** Asks until the answer is in range; undefined when the session ended, or never finds one. */
async function askModulus(terminal: Terminal, purpose: string): Promise<number | undefined> {
  terminal.print(`Choose the size of the key modulus in the range of ${smallestModulus} to ${largestModulus} for your`);
  terminal.print(`  ${purpose}. Choosing a key modulus greater than 512 may take`);
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

const zeroizeSyntax = 'crypto key zeroize {rsa | ec} [<label:word>]';

const zeroize = command<typeof zeroizeSyntax, World>(
  zeroizeSyntax,
  'Remove keys',
  async ({ ec, label }, { world, terminal }) => {
    const type = ec ? 'ec' : 'rsa';
    if (label !== undefined && !hasKeys(label, type, world)) {
      throw new CommandError(`% No keys named ${label} exist in this router.`);
    }
    terminal.print(
      label === undefined
        ? `% All ${type.toUpperCase()} keys will be removed.`
        : `% Keys to be removed are named '${label}'.`,
    );
    if (await wantsRemoval(terminal)) await world.pki.keys.zeroize(label, type);
  },
);

function wantsRemoval(terminal: Terminal): Promise<boolean> {
  terminal.print('% All router certs issued using these keys will also be removed.');
  return askYesNo(terminal, 'Do you really want to remove these keys? [yes/no]: ');
}

/** Pairs of whatever kind. */
const zeroizeAll = command<'crypto key zeroize', World>(
  'crypto key zeroize',
  'Remove all keys',
  async (_args, { world, terminal }) => {
    terminal.print('% All keys will be removed.');
    if (!(await wantsRemoval(terminal))) return;
    await world.pki.keys.zeroize(undefined, 'rsa');
    await world.pki.keys.zeroize(undefined, 'ec');
  },
);

const moveSyntax = 'crypto key move {rsa | ec} <label:word> non-exportable';

const move = command<typeof moveSyntax, World>(
  moveSyntax,
  'Make keys non-exportable, for ever',
  async ({ ec, label }, { world }) => {
    const type = ec ? 'ec' : 'rsa';
    if (!hasKeys(label, type, world)) throw new CommandError(`% No keys named ${label} exist in this router.`);
    const moved = await world.pki.keys.makeUnexportable(label, type);
    if (!moved.ok) throw new CommandError(`% The keys are as they were: ${moved.reason}`);
  },
);

export const keyCommands = [generateRsa, generateEc, zeroize, zeroizeAll, move];

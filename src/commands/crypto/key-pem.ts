import { CommandError, command, type Invocation } from '../../cli/index.ts';
import type { KeyPem, KeyType, PemProtection } from '../../pki/index.ts';
import type { World } from '../world.ts';
import { printText, readPaste } from './dialog.ts';
import { hasKeys } from './key.ts';
import { askName, readUrl, withEnd, writeUrl } from './transfer-url.ts';

export type Usage = KeyPem['usage'];

export const usageNames: Readonly<Record<Usage, string>> = {
  general: 'General Purpose',
  signature: 'Signature',
  encryption: 'Encryption',
};

/** What IOS puts behind the names of the files of usage keys. */
export const fileMarks: Readonly<Record<Usage, string>> = { general: '', signature: '-sign', encryption: '-encr' };

const exportSyntax =
  'crypto key export {rsa | ec} <label:word> pem {terminal | url <url:url>} {3des <triple:word> | des <single:word> | aes <aes-phrase:word>}';

const exportKeys = command<typeof exportSyntax, World>(
  exportSyntax,
  'Export keys that may leave, under a passphrase',
  async ({ ec, label, url, ...phrases }, invocation) => {
    const { world, terminal } = invocation;
    const type = ec ? 'ec' : 'rsa';
    if (!hasKeys(label, type, world)) throw new CommandError(`% No keys named ${label} exist in this router.`);
    const protection = protectionOf(phrases);
    if (protection === undefined) throw new CommandError('% Incomplete command.');
    const exported = world.pki.keys.exportPem(label, type, protection);
    if (!exported.ok) throw new CommandError(`% Export failed: ${exported.reason}.`);
    for (const pair of exported.value) {
      terminal.print(`% Key name: ${label}`);
      terminal.print(`   Usage: ${usageOf(type, pair.usage)} Key`);
      if (url === undefined) printKeys(pair, invocation);
      else if (!(await writeKeys(withEnd(url, label, markOf(type, pair.usage)), pair, invocation))) return;
    }
  },
);

function usageOf(type: KeyType, usage: Usage): string {
  return type === 'ec' ? 'Signature' : usageNames[usage];
}

function markOf(type: KeyType, usage: Usage): string {
  return type === 'ec' ? '' : fileMarks[usage];
}

/** The cipher and its passphrase, of the three keywords. */
export function protectionOf(args: {
  readonly triple?: string | undefined;
  readonly single?: string | undefined;
  readonly aesPhrase?: string | undefined;
}): PemProtection | undefined {
  if (args.triple !== undefined) return { cipher: '3des', passphrase: args.triple };
  if (args.single !== undefined) return { cipher: 'des', passphrase: args.single };
  return args.aesPhrase === undefined ? undefined : { cipher: 'aes', passphrase: args.aesPhrase };
}

function printKeys({ publicKey, privateKey }: KeyPem, { terminal }: Invocation<World>): void {
  terminal.print('   Key data:');
  printText(terminal, publicKey);
  printText(terminal, privateKey);
  terminal.print('');
}

async function writeKeys(url: string, pair: KeyPem, invocation: Invocation<World>): Promise<boolean> {
  return (
    (await writeFile('public key', `${url}.pub`, pair.publicKey, invocation)) &&
    (await writeFile('private key', `${url}.prv`, pair.privateKey, invocation))
  );
}

/** One file of an export, with its question. False when the session, or the operator, ended it. */
export async function writeFile(
  what: string,
  url: string,
  text: string,
  invocation: Invocation<World>,
): Promise<boolean> {
  const { terminal } = invocation;
  terminal.print(`Exporting ${what}...`);
  const destination = await askName('Destination', url, invocation);
  if (destination === undefined) return false;
  if (!(await writeUrl(destination, text, invocation))) return false;
  terminal.print(`Writing file to ${destination}`);
  return true;
}

const importSyntax =
  'crypto key import {rsa | ec} <label:word> [general-keys | usage-keys | exportable | pem]... {terminal | url <url:url>} [exportable] <phrase:word>';

const importKeys = command<typeof importSyntax, World>(
  importSyntax,
  'Import keys from PEM',
  async (args, invocation) => {
    const { world, terminal } = invocation;
    const { label, url } = args;
    const type = args.ec ? 'ec' : 'rsa';
    const failed = '% Key pair import failed.';
    if (hasKeys(label, type, world)) {
      const name = type.toUpperCase();
      throw new CommandError(
        `% You already have ${name} keys named ${label}.\n% Please delete it or use a different label.\n${failed}`,
      );
    }
    const usages: readonly Usage[] = args.usageKeys && type === 'rsa' ? ['signature', 'encryption'] : ['general'];
    const pairs: KeyPem[] = [];
    for (const usage of usages) {
      const pair =
        url === undefined
          ? await pasteKeys(usageOf(type, usage), usage, invocation)
          : await readKeys(withEnd(url, label, markOf(type, usage)), usage, invocation);
      if (pair === undefined) return;
      pairs.push(pair);
    }
    const order = { label, type, exportable: args.exportable === true, passphrase: args.phrase, pairs } as const;
    const imported = await world.pki.keys.importPem(order);
    if (!imported.ok) throw new CommandError(`% ${imported.reason}\n${failed}`);
    terminal.print('% Key pair import succeeded.');
  },
);

async function pasteKeys(name: string, usage: Usage, { terminal }: Invocation<World>): Promise<KeyPem> {
  terminal.print(`% Enter PEM-formatted public ${name} key or certificate.`);
  terminal.print('% End with a blank line or "quit" on a line by itself.');
  const publicKey = await readPaste(terminal, true);
  terminal.print(`% Enter PEM-formatted encrypted private ${name} key.`);
  terminal.print('% End with "quit" on a line by itself.');
  const privateKey = await readPaste(terminal, false);
  return { usage, publicKey, privateKey };
}

async function readKeys(url: string, usage: Usage, invocation: Invocation<World>): Promise<KeyPem | undefined> {
  const publicKey = await readFile('public key or certificate PEM file', `${url}.pub`, invocation);
  if (publicKey === undefined) return undefined;
  const privateKey = await readFile('private key PEM file', `${url}.prv`, invocation);
  return privateKey === undefined ? undefined : { usage, publicKey, privateKey };
}

/** One file of an import, with its question; undefined when the session ended. */
export async function readFile(what: string, url: string, invocation: Invocation<World>): Promise<string | undefined> {
  const { terminal } = invocation;
  terminal.print(`% Importing ${what}...`);
  const source = await askName('Source', url, invocation);
  if (source === undefined) return undefined;
  terminal.print(`Reading file from ${source}`);
  return (await readUrl(source, invocation)).toString('latin1');
}

export const keyPemCommands = [exportKeys, importKeys];

import { CommandError, command, type Invocation } from '../../cli/index.ts';
import type { World } from '../world.ts';
import { printText, readPaste } from './dialog.ts';
import { hasKeys } from './key.ts';
import { protectionOf, readFile, writeFile } from './key-pem.ts';
import { withEnd } from './transfer-url.ts';

const importSyntax =
  'crypto {pki | ca} import <name:word> pem [usage-keys] {terminal | url <url:url>} [exportable] {password <passphrase:word> | <phrase:word>}';

const importPem = command<typeof importSyntax, World>(
  importSyntax,
  'Import a CA certificate, a private key and its certificate',
  async ({ name, url, usageKeys, passphrase, phrase, exportable }, invocation) => {
    const { world, terminal } = invocation;
    if (usageKeys) {
      throw new CommandError(
        '% A trustpoint here has one certificate, on a general-purpose key.\n% PEM files import failed.',
      );
    }
    refuseTaken(name, world, 'PEM files import failed.');
    const pasted = url === undefined ? await pasteAll(invocation) : await readAll(withEnd(url, name, ''), invocation);
    if (pasted === undefined) return;
    const secret = passphrase ?? phrase ?? '';
    const order = { ...pasted, passphrase: secret, exportable: exportable === true };
    const imported = await world.pki.transfer.importPem(name, order);
    if (!imported.ok) throw new CommandError(`% ${imported.reason}\n% PEM files import failed.`);
    terminal.print('% PEM files import succeeded.');
  },
);

/** A trustpoint that is imported brings its key pair, and takes the place of nothing. */
export function refuseTaken(name: string, world: World, failed: string): void {
  for (const type of ['rsa', 'ec'] as const) {
    if (!hasKeys(name, type, world)) continue;
    throw new CommandError(
      `% You already have ${type.toUpperCase()} keys named ${name}.\n% Please delete it or use a different label.\n% ${failed}`,
    );
  }
  if (world.config.running.pki.chains.has(name)) {
    throw new CommandError(`% Trustpoint ${name} is in use.\n% Please delete it or use a different label.`);
  }
}

interface Pasted {
  readonly ca: string;
  readonly privateKey: string;
  readonly certificate: string;
}

async function pasteAll({ terminal }: Invocation<World>): Promise<Pasted> {
  terminal.print('% Enter PEM-formatted CA certificate.');
  terminal.print('% End with a blank line or "quit" on a line by itself.');
  const ca = await readPaste(terminal, true);
  terminal.print('% Enter PEM-formatted encrypted private General Purpose key.');
  terminal.print('% End with "quit" on a line by itself.');
  const privateKey = await readPaste(terminal, false);
  terminal.print('% Enter PEM-formatted General Purpose certificate.');
  terminal.print('% End with a blank line or "quit" on a line by itself.');
  const certificate = await readPaste(terminal, true);
  return { ca, privateKey, certificate };
}

/** The three files that an export by URL writes; undefined when the session ended. */
async function readAll(url: string, invocation: Invocation<World>): Promise<Pasted | undefined> {
  const ca = await readFile('CA certificate', `${url}.ca`, invocation);
  const privateKey = ca === undefined ? undefined : await readFile('private key PEM file', `${url}.prv`, invocation);
  if (ca === undefined || privateKey === undefined) return undefined;
  const certificate = await readFile('certificate PEM file', `${url}.crt`, invocation);
  return certificate === undefined ? undefined : { ca, privateKey, certificate };
}

const exportSyntax =
  'crypto {pki | ca} export <name:word> pem {terminal | url <url:url>} [3des <triple:word> | des <single:word> | aes <aes-phrase:word>]';

const exportPem = command<typeof exportSyntax, World>(
  exportSyntax,
  'Export certificates, and the private key when a cipher is given',
  async ({ name, url, ...phrases }, invocation) => {
    const { world, terminal } = invocation;
    const exported = world.pki.transfer.exportPem(name, protectionOf(phrases));
    if (!exported.ok) throw new CommandError(`% Export failed: ${exported.reason}.`);
    const { ca, certificate, key, selfSigned } = exported.value;
    if (certificate === undefined) {
      terminal.print(`% The specified trustpoint is not enrolled (${name}).`);
      terminal.print('% Only export the CA certificate in PEM format.');
    }
    const certificateName = selfSigned ? 'Self-signed CA certificate' : 'General Purpose Certificate';
    const parts = [
      { what: 'CA certificate', end: '.ca', pem: ca },
      { what: `Key name: ${key?.label}\n   Usage: General Purpose Key`, end: '.prv', pem: key?.pem },
      { what: certificateName, end: '.crt', pem: certificate },
    ];
    for (const { what, end, pem } of parts) {
      if (pem === undefined) continue;
      if (url === undefined) printPart(what, pem, invocation);
      else if (!(await writePart(what, withEnd(url, name, end), pem, invocation))) return;
    }
  },
);

function printPart(what: string, pem: string, { terminal }: Invocation<World>): void {
  terminal.print(`% ${what}${what.startsWith('Key name') ? '' : ':'}`);
  printText(terminal, pem);
  terminal.print('');
}

function writePart(what: string, url: string, pem: string, invocation: Invocation<World>): Promise<boolean> {
  const isKey = what.startsWith('Key name');
  if (isKey) printText(invocation.terminal, `% ${what}`);
  const kind = isKey ? 'private key' : url.endsWith('.ca') ? what : 'router certificate';
  return writeFile(kind, url, pem, invocation);
}

export const pemCommands = [importPem, exportPem];

import { CommandError, command, type Invocation } from '../../cli/index.ts';
import type { World } from '../world.ts';
import { printText, readPaste } from './dialog.ts';
import { hasKeys } from './key.ts';
import { fileMarks, protectionOf, readFile, type Usage, usageNames, writeFile } from './key-pem.ts';
import { withEnd } from './transfer-url.ts';

const importSyntax =
  'crypto {pki | ca} import <name:word> pem [usage-keys] {terminal | url <url:url>} [exportable] {password <passphrase:word> | <phrase:word>}';

const importPem = command<typeof importSyntax, World>(
  importSyntax,
  'Import a CA certificate, a private key and its certificate',
  async ({ name, url, usageKeys, passphrase, phrase, exportable }, invocation) => {
    const { world, terminal } = invocation;
    refuseTaken(name, world, 'PEM files import failed.');
    const usages: readonly Usage[] = usageKeys ? ['signature', 'encryption'] : ['general'];
    const pasted =
      url === undefined
        ? await pasteAll(usages, invocation)
        : await readAll(withEnd(url, name, ''), usages, invocation);
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
  readonly pairs: readonly { readonly privateKey: string; readonly certificate: string }[];
}

async function pasteAll(usages: readonly Usage[], { terminal }: Invocation<World>): Promise<Pasted> {
  terminal.print('% Enter PEM-formatted CA certificate.');
  terminal.print('% End with a blank line or "quit" on a line by itself.');
  const ca = await readPaste(terminal, true);
  const pairs: Pasted['pairs'][number][] = [];
  for (const usage of usages) {
    terminal.print(`% Enter PEM-formatted encrypted private ${usageNames[usage]} key.`);
    terminal.print('% End with "quit" on a line by itself.');
    const privateKey = await readPaste(terminal, false);
    terminal.print(`% Enter PEM-formatted ${usageNames[usage]} certificate.`);
    terminal.print('% End with a blank line or "quit" on a line by itself.');
    pairs.push({ privateKey, certificate: await readPaste(terminal, true) });
  }
  return { ca, pairs };
}

/** The files that an export by URL writes; undefined when the session ended. */
async function readAll(
  url: string,
  usages: readonly Usage[],
  invocation: Invocation<World>,
): Promise<Pasted | undefined> {
  const ca = await readFile('CA certificate', `${url}.ca`, invocation);
  if (ca === undefined) return undefined;
  const pairs: Pasted['pairs'][number][] = [];
  for (const usage of usages) {
    const name = `${url}${fileMarks[usage]}`;
    const privateKey = await readFile('private key PEM file', `${name}.prv`, invocation);
    if (privateKey === undefined) return undefined;
    const certificate = await readFile('certificate PEM file', `${name}.crt`, invocation);
    if (certificate === undefined) return undefined;
    pairs.push({ privateKey, certificate });
  }
  return { ca, pairs };
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
    const { ca, pairs, selfSigned } = exported.value;
    if (pairs.every(({ certificate }) => certificate === undefined)) {
      terminal.print(`% The specified trustpoint is not enrolled (${name}).`);
      terminal.print('% Only export the CA certificate in PEM format.');
    }
    const parts = [
      { what: 'CA certificate', end: '.ca', pem: ca },
      ...pairs.flatMap(({ usage, key, certificate }) => [
        {
          what: `Key name: ${key?.label}\n   Usage: ${usageNames[usage]} Key`,
          end: `${fileMarks[usage]}.prv`,
          pem: key?.pem,
        },
        {
          what: selfSigned ? 'Self-signed CA certificate' : `${usageNames[usage]} Certificate`,
          end: `${fileMarks[usage]}.crt`,
          pem: certificate,
        },
      ]),
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

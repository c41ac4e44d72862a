import { CommandError, command } from '../../cli/index.ts';
import type { World } from '../world.ts';
import { printText, readPaste } from './dialog.ts';
import { refuseTaken } from './pem.ts';
import { askName, readUrl, withEnd, writeUrl } from './transfer-url.ts';

const importSyntax =
  'crypto {pki | ca} import <name:word> pkcs12 {terminal | <url:url>} [exportable] {password <password:word> | <phrase:word>}';

const importPkcs12 = command<typeof importSyntax, World>(
  importSyntax,
  'Import a private key and its certificates from one file',
  async ({ name, url, exportable, password, phrase }, invocation) => {
    const { world, terminal } = invocation;
    refuseTaken(name, world, 'PKCS12 import failed.');
    let content: Buffer;
    if (url === undefined) {
      terminal.print('% Enter the base 64 encoded pkcs12.');
      terminal.print('% End with a blank line or the word "quit" on a line by itself:');
      content = decoded(await readPaste(terminal, true));
    } else {
      const source = await askName('Source', withEnd(url, name, ''), invocation);
      if (source === undefined) return;
      terminal.print(`Reading file from ${source}`);
      content = await readUrl(source, invocation);
    }
    const file = { content, password: password ?? phrase ?? '', exportable: exportable === true };
    const imported = await world.pki.transfer.importPkcs12(name, file);
    if (!imported.ok) throw new CommandError(`% ${imported.reason}\n% PKCS12 import failed.`);
    terminal.print('CRYPTO_PKI: Imported PKCS12 file successfully.');
  },
);

function decoded(text: string): Buffer {
  const lines = text.split('\n').filter((line) => !line.startsWith('-----'));
  const base64 = lines.join('').replaceAll(' ', '');
  if (base64 !== '' && /^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return Buffer.from(base64, 'base64');
  throw new CommandError('% The text is not base64\n% PKCS12 import failed.');
}

const exportSyntax =
  'crypto {pki | ca} export <name:word> pkcs12 {terminal | <url:url>} {password <password:word> | <phrase:word>}';

const exportPkcs12 = command<typeof exportSyntax, World>(
  exportSyntax,
  'Export the private key with its certificates in one file',
  async ({ name, url, password, phrase }, invocation) => {
    const { world, terminal } = invocation;
    const exported = await world.pki.transfer.exportPkcs12(name, password ?? phrase ?? '');
    if (!exported.ok) throw new CommandError(`% Export failed: ${exported.reason}.`);
    if (url === undefined) {
      terminal.print('Exported pkcs12 follows:');
      terminal.print('');
      printText(terminal, (exported.value.toString('base64').match(/.{1,64}/g) ?? []).join('\n'));
      terminal.print('');
      terminal.print('---End - This line not part of the pkcs12---');
      terminal.print('');
    } else {
      const destination = await askName('Destination', withEnd(url, name, ''), invocation);
      if (destination === undefined || !(await writeUrl(destination, exported.value, invocation))) return;
      terminal.print(`Writing pkcs12 file to ${destination}`);
    }
    terminal.print('CRYPTO_PKI: Exported PKCS12 file successfully.');
  },
);

export const pkcs12Commands = [importPkcs12, exportPkcs12];

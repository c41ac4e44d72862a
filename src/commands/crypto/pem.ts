import { CommandError, command, type Invocation } from '../../cli/index.ts';
import type { PemProtection } from '../../pki/index.ts';
import type { World } from '../world.ts';
import { printText, readPaste } from './dialog.ts';

const importSyntax =
  'crypto {pki | ca} import <name:word> pem terminal [exportable] {password <passphrase:word> | <phrase:word>}';

const importPem = command<typeof importSyntax, World>(
  importSyntax,
  'Import a CA certificate, a private key and its certificate',
  async ({ name, passphrase, phrase, exportable }, { world, terminal }) => {
    if (world.pki.keys.find(name) !== undefined) {
      throw new CommandError(
        `% You already have RSA keys named ${name}.\n% Please delete it or use a different label.\n% PEM files import failed.`,
      );
    }
    if (world.config.running.pki.chains.has(name)) {
      throw new CommandError(`% Trustpoint ${name} is in use.\n% Please delete it or use a different label.`);
    }
    terminal.print('% Enter PEM-formatted CA certificate.');
    terminal.print('% End with a blank line or "quit" on a line by itself.');
    const ca = await readPaste(terminal, true);
    terminal.print('% Enter PEM-formatted encrypted private General Purpose key.');
    terminal.print('% End with "quit" on a line by itself.');
    const privateKey = await readPaste(terminal, false);
    terminal.print('% Enter PEM-formatted General Purpose certificate.');
    terminal.print('% End with a blank line or "quit" on a line by itself.');
    const certificate = await readPaste(terminal, true);
    const secret = passphrase ?? phrase ?? '';
    const pasted = { ca, privateKey, certificate, passphrase: secret, exportable: exportable === true };
    const imported = await world.pki.importPem(name, pasted);
    if (!imported.ok) throw new CommandError(`% ${imported.reason}\n% PEM files import failed.`);
    terminal.print('% PEM files import succeeded.');
  },
);

const exportSyntax =
  'crypto {pki | ca} export <name:word> pem terminal [3des <triple:word> | des <single:word> | aes <aes-phrase:word>]';

const exportPem = command<typeof exportSyntax, World>(
  exportSyntax,
  'Export certificates, and the private key when a cipher is given',
  ({ name, triple, single, aesPhrase }, invocation) => {
    if (triple !== undefined) return printExport(name, invocation, { cipher: '3des', passphrase: triple });
    if (single !== undefined) return printExport(name, invocation, { cipher: 'des', passphrase: single });
    return printExport(
      name,
      invocation,
      aesPhrase === undefined ? undefined : { cipher: 'aes', passphrase: aesPhrase },
    );
  },
);

function printExport(
  name: string,
  { world, terminal }: Invocation<World>,
  protection: PemProtection | undefined,
): void {
  const exported = world.pki.exportPem(name, protection);
  if (!exported.ok) throw new CommandError(`% Export failed: ${exported.reason}.`);
  const { ca, certificate, key, selfSigned } = exported.value;
  if (certificate === undefined) {
    terminal.print(`% The specified trustpoint is not enrolled (${name}).`);
    terminal.print('% Only export the CA certificate in PEM format.');
  }
  const print = (heading: string, pem: string): void => {
    terminal.print(heading);
    printText(terminal, pem);
    terminal.print('');
  };
  if (ca !== undefined) print('% CA certificate:', ca);
  if (key !== undefined) print(`% Key name: ${key.label}\n   Usage: General Purpose Key`, key.pem);
  if (certificate !== undefined) {
    print(selfSigned ? '% Self-signed CA certificate:' : '% General Purpose Certificate:', certificate);
  }
}

export const pemCommands = [importPem, exportPem];

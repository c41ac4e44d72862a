import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withEntry, withoutEntry } from '../../config/index.ts';
import { type ChainCertificate, groups, readCertificate } from '../../pki/index.ts';
import type { ModeDefinition } from '../mode-definition.ts';
import { blocks, section } from '../section.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';

const mostLines = 600;
const modeName = 'config-cert-chain';
type Kind = ChainCertificate['kind'];

const open = command<'crypto {pki | ca} certificate chain <name:word>', World>(
  'crypto {pki | ca} certificate chain <name:word>',
  'Certificates of a trustpoint',
  ({ name }, { session, form, world: { config } }) => {
    if (form === 'set') return session.enter(modeName, name);
    const chains = withoutEntry(config.batch, config.running.pki.chains, name);
    config.commit(withChains(config.running, chains));
  },
  { negatable: true, noSyntax: 'crypto {pki | ca} certificate chain <name:word>' },
);

function withChains(tree: Tree, chains: Tree['pki']['chains']): Tree {
  return chains === tree.pki.chains ? tree : { ...tree, pki: { ...tree.pki, chains } };
}

const router = block('certificate <serial:hex>', 'identity');
const authority = block('certificate ca <serial:hex>', 'ca');
const rollover = block('certificate rollover <serial:hex>', 'rollover');
const selfSigned = block('certificate self-signed <serial:hex>', 'self-signed');

function block(
  syntax:
    | 'certificate <serial:hex>'
    | 'certificate ca <serial:hex>'
    | 'certificate rollover <serial:hex>'
    | 'certificate self-signed <serial:hex>',
  kind: Kind,
) {
  return command<typeof syntax, World>(
    syntax,
    'A certificate, in hexadecimal',
    ({ serial }, invocation) => {
      if (invocation.form !== 'set') return removeBlock(invocation, kind, serial);
      return readBlock(invocation, kind, serial);
    },
    { negatable: true, noSyntax: syntax },
  );
}

function removeBlock(invocation: Invocation<World>, kind: Kind, serial: string): void {
  const chain = chainOf(invocation).filter((entry) => entry.kind !== kind || entry.serial !== serial.toUpperCase());
  store(invocation, chain);
}

async function readBlock(invocation: Invocation<World>, kind: Kind, serial: string): Promise<void> {
  const der = await readHex(invocation);
  const read = der === undefined ? undefined : readCertificate(der);
  if (read === undefined) throw new CommandError('% Invalid hexadecimal data in the certificate');
  if (!read.ok) throw new CommandError(`% Error in certificate: ${read.reason}`);
  const entry: ChainCertificate = { kind, serial: serial.toUpperCase(), der: read.value.der };
  const others = chainOf(invocation).filter((one) => one.kind !== kind || one.serial !== entry.serial);
  store(invocation, [...others, entry]);
}

/** Lines of hexadecimal digits up to `quit`. */
async function readHex({ terminal, world }: Invocation<World>): Promise<Buffer | undefined> {
  const prompt = `${world.config.running.hostname}(config-pubkey)#`;
  let hex = '';
  for (let lines = 0; lines < mostLines; lines++) {
    const line = (await terminal.ask(prompt))?.trim();
    if (line === undefined || line.toLowerCase() === 'quit') break;
    hex += line.replaceAll(' ', '');
  }
  return /^(?:[0-9A-Fa-f]{2})+$/.test(hex) ? Buffer.from(hex, 'hex') : undefined;
}

function chainOf({ world, focus }: Invocation<World>): readonly ChainCertificate[] {
  return world.config.running.pki.chains.get(String(focus)) ?? [];
}

function store({ world: { config }, focus }: Invocation<World>, chain: readonly ChainCertificate[]): void {
  const { chains } = config.running.pki;
  const name = String(focus);
  const next =
    chain.length === 0 ? withoutEntry(config.batch, chains, name) : withEntry(config.batch, chains, name, chain);
  config.commit(withChains(config.running, next));
}

export const chainMode: ModeDefinition = {
  name: modeName,
  parent: 'config',
  prompt: modeName,
  commands: [router, authority, rollover, selfSigned],
};
export const chainCommands = [open];

const titles = {
  identity: 'certificate',
  ca: 'certificate ca',
  rollover: 'certificate rollover',
  'self-signed': 'certificate self-signed',
} as const;
const groupsPerLine = 8;

function printBlock({ kind, serial, der }: ChainCertificate): readonly string[] {
  return [` ${titles[kind]} ${serial}`, ...hexLines(der).map((line) => `  ${line.trimEnd()}`), '  quit'];
}

/** Eight groups of eight digits a line, each group followed by a blank, as IOS prints DER. */
export function hexLines(der: Uint8Array): readonly string[] {
  const all = groups(der).trimEnd().split(' ');
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += groupsPerLine) lines.push(`${all.slice(at, at + groupsPerLine).join(' ')} `);
  return lines;
}

export const chainSection = section('crypto-chain', (tree) =>
  blocks(
    [...tree.pki.chains].map(([name, chain]) => [`crypto pki certificate chain ${name}`, ...chain.flatMap(printBlock)]),
  ),
);

import { inertCommands } from './inert.ts';

/** The lines a line stands under, outermost first, as running-config has them: `voice service voip`, `sip`; none at the global level. */
export type Block = readonly string[];

/** A line behind its block, as it is told of: `voice service voip: sip: early-offer forced`. */
export function underBlock(block: Block, line: string): string {
  return [...block, line].join(': ');
}

/** What opens each mode that keeps lines without effect; `*` is what the mode works on. */
const headers: Readonly<Record<string, Block>> = {
  config: [],
  'ca-trustpoint': ['crypto pki trustpoint *'],
  'conf-serv-sip': ['voice service voip', 'sip'],
  'conf-voi-serv': ['voice service voip'],
  'config-archive': ['archive'],
  'config-class-codec': ['voice class codec *'],
  'config-class-keepalive': ['voice class sip-options-keepalive *'],
  'config-class-tenant': ['voice class tenant *'],
  'config-dial-peer-pots': ['dial-peer voice * pots'],
  'config-dial-peer-voip': ['dial-peer voice * voip'],
  'config-if': ['interface *'],
  'config-sip-ua': ['sip-ua'],
  'config-voiceport': ['voice-port *'],
  'cs-server': ['crypto pki server *'],
};

/** The block a mode's lines stand in. A mode that is opened by a kept line works on that line. */
export function blockOf(mode: string, focus: string): Block {
  const opener = inertCommands.find(({ opens }) => opens?.mode === mode);
  if (opener !== undefined) return [...blockOf(opener.mode, ''), focus === '' ? opener.syntax : focus];
  return (headers[mode] ?? []).map((line) => line.replace('*', () => focus));
}

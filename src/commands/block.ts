/** The lines a line stands under, outermost first, as running-config has them: `voice service voip`, `sip`; none at the global level. */
export type Block = readonly string[];

/** A line behind its block, as it is told of: `voice service voip: sip: early-offer forced`. */
export function underBlock(block: Block, line: string): string {
  return [...block, line].join(': ');
}

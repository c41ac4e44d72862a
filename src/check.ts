import { type Listener, listeners } from './check-listeners.ts';
import { type CheckedPeer, checkedPeers } from './check-peers.ts';
import { Source } from './check-source.ts';
import { withoutSecrets } from './cli/index.ts';
import {
  type Block,
  emptyTree,
  keptWithoutEffect,
  type LoadedConfiguration,
  type LoadProblem,
  type Tree,
  undefinedReferences,
} from './commands/index.ts';
import { registrationSettings } from './registration-wiring.ts';

/** `dialpeer check FILE`: what a configuration would do, as a record. Nothing is started, no password is told. */
export interface Check {
  readonly file: string;
  readonly wrong: readonly LoadProblem[];
  readonly notDefined: readonly (Place & { readonly names: string })[];
  readonly withoutEffect: readonly (Place & { readonly reason: string; readonly isHarmless: boolean })[];
  readonly warnings: readonly string[];
  readonly listensOn: readonly Listener[];
  readonly dialPeers: readonly CheckedPeer[];
  /** Absent where there is no registrar. */
  readonly registers?: readonly Registered[];
}

/** A line as it was typed, and where. */
export interface Place {
  /** In the file, from 1; absent where it is not found there. */
  readonly line?: number;
  readonly block: Block;
  readonly text: string;
}

/** A number, and a registrar it is registered with. */
export interface Registered {
  readonly number: string;
  /** What has it registered: `dial-peer 1`, `credentials of tenant 7`. */
  readonly by: string;
  /** `dns:reg.example tls secondary`. */
  readonly registrar: string;
}

/** What a file is read over: an empty router without the lines that it would keep by itself. */
export const uncheckedTree: Tree = { ...emptyTree, kept: new Map() };

export function checkOf(file: string, { tree, problems, lines = [] }: LoadedConfiguration): Check {
  const source = new Source(lines);
  const placeOf = (block: Block, text: string): Place => {
    const typed = source.find(block, text);
    return typed === undefined
      ? { block, text: withoutSecrets(text) }
      : { line: typed.number, block, text: typed.text };
  };
  return {
    file,
    wrong: problems,
    notDefined: byLine(undefinedReferences(tree).map(({ block, line, names }) => ({ ...placeOf(block, line), names }))),
    withoutEffect: byLine(
      keptWithoutEffect(tree).map(({ block, line, ...why }) => ({ ...placeOf(block, line), ...why })),
    ),
    warnings: warnings(tree),
    listensOn: listeners(tree),
    dialPeers: checkedPeers(tree),
    ...(hasRegistrars(tree) ? { registers: registers(tree) } : {}),
  };
}

/** As they stand in the file; those that are not found there behind them. */
function byLine<P extends Place>(places: readonly P[]): readonly P[] {
  const end = Number.MAX_SAFE_INTEGER;
  return places.toSorted((a, b) => (a.line ?? end) - (b.line ?? end));
}

/** Lines that are wrong, or name what is not there; the exit status is 1 when there are any. */
export function errorsOf({ wrong, notDefined }: Check): number {
  return wrong.length + notDefined.length;
}

/** What works as it is configured, and should be looked at once more. */
function warnings({ sip: { trusted, transports: on } }: Tree): readonly string[] {
  if (trusted.authenticate || !on.udp) return [];
  return [
    'no ip address trusted authenticate, with UDP on: anybody may call, also under the address of somebody else, who is sent the answers',
    'Remedy: ip address trusted list, or no transport udp',
  ];
}

function hasRegistrars({ sip: { registrars, tenants } }: Tree): boolean {
  return registrars.length > 0 || [...tenants.values()].some((tenant) => tenant.registrars.length > 0);
}

/** Every number, and the registrars it is registered with. */
function registers(tree: Tree): readonly Registered[] {
  const { numbers, sip, tenants } = registrationSettings(tree);
  const groups = [
    { sip, own: numbers.map(({ number, peer }) => ({ number, by: `dial-peer ${peer}` })), by: 'credentials' },
    ...tenants.map((one) => ({ sip: one.sip, own: [], by: `credentials of tenant ${one.tenant}` })),
  ];
  return groups.flatMap(({ sip: { credentials, registrars }, own, by }) => {
    const more = credentials.flatMap(({ number }) => (number === undefined ? [] : [{ number, by }]));
    const places = registrars.map(
      ({ target, transport, secondary }) => `${target} ${transport}${secondary ? ' secondary' : ''}`,
    );
    return [...own, ...more].flatMap((one) => places.map((registrar) => ({ ...one, registrar })));
  });
}

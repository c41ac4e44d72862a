/** What `dialpeer check` prints of its record. */
import type { Check, Place, Registered } from './check.ts';
import type { Listener } from './check-listeners.ts';
import type { CheckedPeer } from './check-peers.ts';
import { caretLine, keptGroups, underBlock } from './commands/index.ts';
import { printable } from './io/index.ts';

export function printCheck(check: Check): readonly string[] {
  const { file, wrong, notDefined, withoutEffect, warnings, listensOn, dialPeers, registers } = check;
  const refused = wrong.flatMap((problem) => [
    `${file}:${problem.line}: ${problem.text.trim()}`,
    ...caretLine(problem, `${file}:${problem.line}: `.length),
    ...problem.message.split('\n').map((sentence) => `    ${sentence}`),
  ]);
  const lines = [
    ...refused,
    `${file}: ${wrong.length} line${wrong.length === 1 ? '' : 's'} wrong`,
    ...(notDefined.length === 0
      ? []
      : titled(
          'Not defined',
          notDefined.map((one) => `${printPlace(one)}  (${one.names})`),
        )),
    ...keptGroups(withoutEffect).flatMap(({ title, rows }) =>
      titled(
        title,
        rows.map((one) => `${printPlace(one)}  (${one.reason})`),
      ),
    ),
    ...titled('Listens on', listensOn.map(printListener)),
    ...(warnings.length === 0 ? [] : titled('Warnings', warnings)),
    ...titled('Routes', dialPeers.map(printPeer)),
    ...(registers === undefined ? [] : titled('Registers', registers.map(printRegistered))),
  ];
  return lines.map(printable);
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return ['', `${title}:`, ...(lines.length === 0 ? ['  nothing'] : lines.map((line) => `  ${line}`))];
}

/** `12: dial-peer voice 5 voip: srtp`. */
function printPlace({ line, block, text }: Place): string {
  return `${line === undefined ? '' : `${line}: `}${underBlock(block, text)}`;
}

function printListener({ service, address, port, note, tenant }: Listener): string {
  const more = [...(note === undefined ? [] : [`(${note})`]), ...(tenant === undefined ? [] : [`tenant ${tenant}`])];
  return [service, `${address}:${port}`, ...more].join('  ');
}

function printRegistered({ number, by, registrar }: Registered): string {
  return `${number} ${by}  ${registrar}`;
}

function printPeer({ tag, kind, calledBy, leadsTo, takes, state, reason }: CheckedPeer): string {
  const taken = takes.length === 0 ? [] : [takes.join(', ')];
  const why = reason === undefined ? '' : state === 'up' ? `, but makes no calls: ${reason}` : `: ${reason}`;
  return [`${tag} ${kind}`, calledBy ?? '-', leadsTo, ...taken, `${state}${why}`].join('  ');
}

import { type Command, command, type Invocation, leadingKeywords, type WrittenWord } from '../cli/index.ts';
import { type Batch, hasLine, withLine } from '../config/index.ts';
import { linesWithoutEffect } from './access/without-effect.ts';
import { blockOf } from './block.ts';
import { indented } from './indented.ts';
import { inertCommands } from './inert.ts';
import type { InertCommand } from './inert-command.ts';
import { reasonText } from './inert-reason.ts';
import { interfacesWithoutEffect } from './interface-without-effect.ts';
import { type KeptWithoutEffect, keptLines, placeOf, withKeptLines, withoutEffect, withoutKeptLines } from './kept.ts';
import { isOrdered, placeAmong } from './line-order.ts';
import type { ModeDefinition } from './mode-definition.ts';
import { type Opens, sealedCredentials } from './sealed-credentials.ts';
import { hiddenPassword } from './secret.ts';
import type { Tree } from './tree.ts';
import { voiceWithoutEffect } from './voice/without-effect.ts';
import type { Configuration, World } from './world.ts';

/** The commands of one mode that are kept without effect. */
export function inertCommandsOf(mode: string): readonly Command<World>[] {
  return inertCommands.filter((row) => row.mode === mode).map(inertCommand);
}

/** The modes that hold nothing but kept lines: `line`, `application`, `voice-card`. */
export function inertModes(): readonly ModeDefinition[] {
  return inertCommands.flatMap((row) =>
    row.opens === undefined
      ? []
      : [
          {
            name: row.opens.mode,
            parent: row.mode,
            prompt: row.opens.prompt,
            commands: inertCommandsOf(row.opens.mode),
          },
        ],
  );
}

function inertCommand(row: InertCommand): Command<World> {
  const run = (_args: unknown, invocation: Invocation<World>): void => keep(row, invocation);
  return command<string, World>(row.syntax, `Kept without effect: ${reasonText(row.reason)}`, run, {
    negatable: row.lasting !== true,
    ...(row.noSyntax === undefined ? {} : { noSyntax: row.noSyntax }),
  });
}

function keep(row: InertCommand, invocation: Invocation<World>): void {
  const { config } = invocation.world;
  const place = row.section ?? placeOf(row.mode, invocation.focus);
  const line = canonical(row, invocation);
  const old = keptLines(config.running, place);
  const lines = changed(row, old, line, invocation);
  if (lines !== old) config.commit(withKept(row.mode, place, lines, config));
  if (row.opens !== undefined && invocation.form === 'set') invocation.session.enter(row.opens.mode, line);
}

/** The tree with these lines at a place, and without the blocks of the lines that went. */
function withKept(mode: string, place: string, lines: readonly string[], { running, batch }: Configuration): Tree {
  let tree = running;
  const isBlock = inertCommands.some((row) => row.mode === mode && row.opens !== undefined);
  const stay = new Set(isBlock ? lines : []);
  for (const line of isBlock ? keptLines(running, place) : []) {
    if (!stay.has(line)) tree = withoutBlock(tree, batch, mode, line);
  }
  return withKeptLines(tree, batch, place, lines);
}

function withoutBlock(tree: Tree, batch: Batch | undefined, mode: string, line: string): Tree {
  const opened = rowOf(mode, line.replace(/^no /, ''))?.opens;
  return opened === undefined ? tree : withoutKept(tree, batch, placeOf(opened.mode, line), opened.mode);
}

/** The tree without the kept lines of a place and the blocks they open. */
export function withoutKept(tree: Tree, batch: Batch | undefined, place: string, mode: string): Tree {
  const inner = keptLines(tree, place).reduce((left, line) => withoutBlock(left, batch, mode, line), tree);
  return withoutKeptLines(inner, batch, place);
}

/** The line without `no` or `default`, its keywords written out, a password scrambled, the rest as typed. */
function canonical(row: InertCommand, { written }: Invocation<World>): string {
  const words = written();
  if (row.readBack !== undefined) return row.readBack(words.map(({ text }) => text));
  if (row.secret !== true) return words.map(({ text }) => text).join(' ');
  return words.flatMap((word, i) => secretWords(word, words[i - 1], words[i + 1])).join(' ');
}

/** A word of a line with a password: the password itself is hidden, the kind in front of it is told with it. */
function secretWords({ text, argument }: WrittenWord, before?: WrittenWord, after?: WrittenWord): readonly string[] {
  const isKind = argument === undefined && (text === '0' || text === '6' || text === '7');
  if (isKind && after?.argument === 'password') return [];
  if (argument !== 'password') return [text];
  const kind = before?.argument === undefined ? before?.text : undefined;
  return hiddenPassword(kind === '0' || kind === '6' || kind === '7' ? kind : undefined, text);
}

/** What a line says beside its password. */
function withoutPassword(line: string): string {
  return line.replace(/ password [67] \S+/, '');
}

function changed(
  row: InertCommand,
  old: readonly string[],
  line: string,
  { form, world }: Invocation<World>,
): readonly string[] {
  const { batch } = world.config;
  const said = form === 'set' ? line : form === 'no' && row.keepsNo === true ? `no ${line}` : undefined;
  const added = said === row.standard ? undefined : said;
  if (added !== undefined && hasLine(batch, old, added)) return old;
  // The usual case of a long list, without looking at each line of it.
  if (row.many && row.secret !== true && form === 'set' && !hasLine(batch, old, `no ${line}`)) {
    return isOrdered(row.mode) ? placed(row.mode, old, line) : withLine(batch, old, line);
  }
  const at = old.findIndex((other) => replaces(row, line, other));
  const others = old.filter((other) => !replaces(row, line, other));
  if (added === undefined) return others.length === old.length ? old : others;
  return at < 0 ? placed(row.mode, old, added) : others.toSpliced(at, 0, added);
}

/** The lines with one more, where the order of the mode has it. */
function placed(mode: string, lines: readonly string[], line: string): readonly string[] {
  return lines.toSpliced(placeAmong(mode, lines, line), 0, line);
}

/** Whether `line`, in either form, takes the place of the line `other`. */
function replaces(row: InertCommand, line: string, other: string): boolean {
  const bare = other.replace(/^no /, '');
  if (row.secret === true) return withoutPassword(bare) === withoutPassword(line) || bare.startsWith(`${line} `);
  if (row.many) return bare === line || (other === bare && bare.startsWith(`${line} `));
  const keywords = leadingKeywords(row.syntax);
  const rankOf = (text: string): boolean => row.rank !== undefined && text.endsWith(` ${row.rank}`);
  if (rankOf(line) !== rankOf(bare)) return false;
  return rowOf(row.mode, bare) === row && (bare === keywords || bare.startsWith(`${keywords} `));
}

/** The row that a kept line belongs to: the one with the most keywords in common. */
function rowOf(mode: string, bare: string): InertCommand | undefined {
  let best: InertCommand | undefined;
  for (const row of inertCommands) {
    if (row.mode !== mode) continue;
    const keywords = leadingKeywords(row.syntax);
    const fits = keywords === '' || bare === keywords || bare.startsWith(`${keywords} `);
    if (fits && (best === undefined || keywords.length > leadingKeywords(best.syntax).length)) best = row;
  }
  return best;
}

/** The kept lines of a place with the blocks they open, as running-config shows them; `all`: with what holds untyped. */
export function printKept(tree: Tree, place: string, mode: string, all = false): readonly string[] {
  const lines = keptLines(tree, place);
  const printed = lines.flatMap((line) => [line, ...keptBlock(tree, mode, line)]);
  return all ? [...printed, ...untyped(mode, place, lines)] : printed;
}

/** The standard lines of a place that no kept line takes the place of. */
function untyped(mode: string, place: string, lines: readonly string[]): readonly string[] {
  const typed = new Set(lines.map((line) => rowOf(mode, line.replace(/^no /, ''))));
  return inertCommands.flatMap((row) =>
    row.mode === mode && (row.section ?? place) === place && row.standard !== undefined && !typed.has(row)
      ? [row.standard]
      : [],
  );
}

function keptBlock(tree: Tree, mode: string, line: string): readonly string[] {
  const opened = rowOf(mode, line.replace(/^no /, ''))?.opens;
  return opened === undefined ? [] : indented(printKept(tree, placeOf(opened.mode, line), opened.mode));
}

/** `opens`: without a gateway nothing that is sealed can be opened. */
export function keptWithoutEffect(tree: Tree, opens: Opens = () => false): readonly KeptWithoutEffect[] {
  const kept = [...tree.kept].flatMap(([place, lines]) => {
    const mode = modeOf(place);
    const block = blockOf(mode, place.slice(mode.length + 1));
    return lines.map((line) => withoutEffect(block, line, rowOf(mode, line.replace(/^no /, ''))?.reason ?? ''));
  });
  return [
    ...kept,
    ...interfacesWithoutEffect(tree),
    ...linesWithoutEffect(tree),
    ...voiceWithoutEffect(tree),
    ...sealedCredentials(tree, opens),
  ];
}

function modeOf(place: string): string {
  const name = place.split(' ', 1)[0] ?? '';
  return inertCommands.some((row) => row.mode === name && name !== 'config') ? name : 'config';
}

import {
  type Args,
  type Command,
  CommandError,
  command,
  type Invocation,
  leadingKeywords,
  type ModeName,
} from '../cli/index.ts';
import { type Batch, withEntry, withoutEntry } from '../config/index.ts';
import { indented } from './indented.ts';
import { printKept, withoutKept } from './inert-mode.ts';
import { type Focus, placeOf } from './kept.ts';
import { inOrder, isInOrder } from './line-order.ts';
import type { ModeDefinition } from './mode-definition.ts';
import type { Tree } from './tree.ts';
import type { World } from './world.ts';

/** What a printer gives: a line, several, or nothing when the value is the default. Without the mode's indentation. */
type Printed = string | readonly string[] | undefined;

/** Reads and writes a mode's record in the tree, by focus. */
export interface Lens<R> {
  /** Undefined when the record is gone (removed by another session while this one stands in its mode). */
  read(tree: Tree, focus: Focus): R | undefined;
  write(tree: Tree, focus: Focus, record: R, batch: Batch | undefined): Tree;
}

/** One sub-command: its syntax and help, what it does in its three forms, and how it reads back. */
export interface Setting<R> {
  readonly command: (lens: Lens<R>) => Command<World>;
  /** `all`: the default too, when that is the value. */
  readonly print: (record: R, all: boolean) => Printed;
}

export interface SettingSpec<R, A, N> {
  /** The record with the value set. Throws a `CommandError` when the value is not acceptable. */
  set(record: R, args: A, invocation: Invocation<World>): R;
  /**
   * The `no` form, and `default` unless `reset` says otherwise. Absent: the command takes no `no`. Without `noSyntax`
   * the line may end anywhere behind the leading keywords, and no argument is to be relied on.
   */
  readonly unset?: (record: R, args: N, invocation: Invocation<World>) => R;
  /** The `default` form where it differs from `no`: something that is on by default. */
  readonly reset?: (record: R, args: N, invocation: Invocation<World>) => R;
  /** Syntax of the `no` form where its arguments matter. */
  readonly noSyntax?: string;
  readonly print: (record: R) => Printed;
  /**
   * What `show running-config all` shows where `print` gives nothing: the line that sets the default. A function where one
   * line does not tell it: what it gives is shown in the place of `print`. Absent: the default is that nothing is set.
   */
  readonly default?: string | ((record: R) => Printed);
  /** Works but is not listed by `?`. */
  readonly hidden?: boolean;
  /** For the reference: what holds while nothing is typed, and whether IOS lacks the command. */
  readonly standard?: string;
  readonly ours?: boolean;
}

/**
 * The maker of settings for one kind of record: `const setting = settingsOf<VoicePortSettings>()`, then
 * `setting('description <text:line>', help, { set, unset, print })`. The arguments of `set` come from the syntax.
 */
export function settingsOf<R>() {
  return <const S extends string, const N extends string = ''>(
    syntax: S,
    help: string,
    spec: SettingSpec<R, Args<S>, Args<N>> & { readonly noSyntax?: N },
  ): Setting<R> => ({
    print: (record, all) => (all ? printAll(spec, record) : spec.print(record)),
    command: (lens) => settingCommand<R, S, N>(lens, syntax, help, spec),
  });
}

function printAll<R>(spec: Pick<SettingSpec<R, never, never>, 'print' | 'default'>, record: R): Printed {
  if (typeof spec.default === 'function') return spec.default(record);
  const printed = spec.print(record);
  return printed === undefined || printed.length === 0 ? spec.default : printed;
}

function settingCommand<R, const S extends string, N extends string>(
  lens: Lens<R>,
  syntax: S,
  help: string,
  spec: SettingSpec<R, Args<S>, Args<N>>,
): Command<World> {
  const run = (args: Args<S>, invocation: Invocation<World>): void => {
    edit(lens, invocation, (record) => {
      if (invocation.form === 'set') return spec.set(record, args, invocation);
      const change = invocation.form === 'default' ? (spec.reset ?? spec.unset) : spec.unset;
      // In these forms the engine has read the line by `noSyntax`, so the arguments are those of `noSyntax`.
      return change === undefined ? record : change(record, args as unknown as Args<N>, invocation);
    });
  };
  return command<S, World>(syntax, help, run, {
    negatable: spec.unset !== undefined,
    hidden: spec.hidden ?? false,
    ours: spec.ours ?? false,
    ...(spec.standard === undefined ? {} : { standard: spec.standard }),
    ...(spec.noSyntax === undefined ? {} : { noSyntax: spec.noSyntax }),
  });
}

/** Changes the record in focus and commits, unless nothing changed. */
function edit<R>(lens: Lens<R>, invocation: Invocation<World>, change: (record: R) => R): void {
  const { config } = invocation.world;
  const record = lens.read(config.running, invocation.focus);
  if (record === undefined) throw new CommandError('% This entry has been removed');
  const next = change(record);
  if (next !== record) config.commit(lens.write(config.running, invocation.focus, next, config.batch));
}

export interface ConfigModeSpec<R> {
  readonly name: ModeName;
  /** Where `exit` goes; `config` when absent. */
  readonly parent?: ModeName;
  readonly prompt: string;
  readonly lens: Lens<R>;
  /** In the order running-config prints them, unless `line-order.ts` has one for the mode. */
  readonly settings: readonly Setting<R>[];
  /** What is no setting: openers of deeper modes, actions. */
  readonly commands?: readonly Command<World>[];
}

/** A mode, and the printer of what is set in it. */
export interface ConfigMode<R> {
  readonly definition: ModeDefinition;
  /** The lines of one record, one blank in, defaults left out unless `all` is asked for. */
  printRecord(record: R, all?: boolean): readonly string[];
  /** The lines of the record in focus and its kept lines, in the order of IOS. What a section prints below the line that opens the mode. */
  print(tree: Tree, focus?: Focus, all?: boolean): readonly string[];
}

export function configMode<R>(spec: ConfigModeSpec<R>): ConfigMode<R> {
  const printRecord = (record: R, all = false): readonly string[] =>
    indented(spec.settings.flatMap((setting) => setting.print(record, all) ?? []));
  const settings = spec.settings.map((one) => one.command(spec.lens));
  // Seldom is there a kept line, and then the settings are in order already.
  const isSorted = isInOrder(
    spec.name,
    settings.map(({ syntax }) => leadingKeywords(syntax)),
  );
  return {
    definition: {
      name: spec.name,
      parent: spec.parent ?? 'config',
      prompt: spec.prompt,
      commands: [...settings, ...(spec.commands ?? [])],
    },
    printRecord,
    print(tree, focus, all) {
      const record = spec.lens.read(tree, focus);
      const own = record === undefined ? [] : printRecord(record, all);
      const kept = printKept(tree, placeOf(spec.name, focus), spec.name, all);
      return isSorted && kept.length === 0 ? own : inOrder(spec.name, own, indented(kept));
    },
  };
}

/** A lens on the entries of one of the tree's maps. The focus of its mode is what `opener` gave: a key of the map. */
export function entryLens<K extends string | number, R>(
  map: (tree: Tree) => ReadonlyMap<K, R>,
  withMap: (tree: Tree, map: ReadonlyMap<K, R>) => Tree,
): EntryLens<K, R> {
  const put = (tree: Tree, next: ReadonlyMap<K, R>): Tree => (next === map(tree) ? tree : withMap(tree, next));
  return {
    read: (tree, focus) => map(tree).get(focus as K),
    write: (tree, focus, record, batch) => put(tree, withEntry(batch, map(tree), focus as K, record)),
    remove: (tree, key, batch) => (map(tree).has(key) ? put(tree, withoutEntry(batch, map(tree), key)) : tree),
  };
}

export interface EntryLens<K, R> extends Lens<R> {
  remove(tree: Tree, key: K, batch: Batch | undefined): Tree;
}

export interface OpenerSpec<A> {
  readonly mode: ModeName | ((args: A) => ModeName);
  /** Which record the line names. */
  readonly focus: (args: A) => Focus;
  /** The tree with that record in it: made when it is not there yet. Throws a `CommandError` to refuse. */
  readonly create: (tree: Tree, args: A, invocation: Invocation<World>) => Tree;
  /** The tree without it: the `no` form. Its kept lines go with it. Absent: the command takes no `no`. */
  readonly remove?: (tree: Tree, args: A, invocation: Invocation<World>) => Tree;
}

/** The line that makes a record and opens its mode: `dial-peer voice 1 pots`. `no` removes the record. */
export function opener<const S extends string>(syntax: S, help: string, spec: OpenerSpec<Args<S>>): Command<World> {
  const run = (args: Args<S>, invocation: Invocation<World>): void => {
    const { config } = invocation.world;
    const mode = typeof spec.mode === 'string' ? spec.mode : spec.mode(args);
    if (invocation.form === 'set') {
      const next = spec.create(config.running, args, invocation);
      if (next !== config.running) config.commit(next);
      invocation.session.enter(mode, spec.focus(args));
      return;
    }
    const next = spec.remove?.(config.running, args, invocation) ?? config.running;
    const clean = withoutKept(next, config.batch, placeOf(mode, spec.focus(args)), mode);
    if (clean !== config.running) config.commit(clean);
  };
  return command<S, World>(syntax, help, run, { negatable: spec.remove !== undefined, noSyntax: syntax });
}

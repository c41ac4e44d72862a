/** The program: arguments, signals, exit code. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ConsoleLine } from './access/console-line.ts';
import { loadAdmitted } from './admitted.ts';
import { type Check, checkOf, errorsOf, uncheckedTree } from './check.ts';
import { printCheck } from './check-print.ts';
import { commandReference } from './commands/index.ts';
import { Gateway } from './gateway.ts';
import { configKeyReader } from './io/node/config-key.ts';
import { lockFolder } from './io/node/folder-lock.ts';
import { nodeIo } from './io/node/index.ts';
import { NodeTerminal } from './io/node/terminal.ts';
import { runLab } from './lab.ts';

const usage = `dialpeer: a SIP voice gateway, configured in Cisco IOS

  dialpeer run [--config FILE] [--nvram DIR] [--daemon]
      A gateway. Without --config it boots startup-config from the NVRAM folder (default: ./nvram), or an empty router.
      On a terminal: a console. \`exit\` leaves it; calls go on. Ctrl-C behind it, SIGINT or SIGTERM stops the gateway.
      With piped input: every line is typed at the console, then it ends.
      --daemon: no console; runs until SIGTERM or SIGINT.
      DIALPEER_CONFIG_KEY_FILE: a file with the key of "key config-key password-encrypt", which NVRAM does not hold then.

  dialpeer lab [--once]
      Two gateways and a certificate authority on loopback: enrols both, places calls over mutual TLS, then stays
      with a console. --once: ends after the calls.

  dialpeer check [--json] FILE...
      Reads configurations without starting them: what is wrong, what has no effect here, what would listen and route.
      --json: all of it as one JSON document, for programs.
`;

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'run':
      return run(rest);
    case 'lab': {
      const { values } = parse(rest, { once: { type: 'boolean' } }, false);
      const problem = await runLab({ once: values['once'] === true, print: (text) => void process.stdout.write(text) });
      if (problem !== undefined) process.stderr.write(`dialpeer lab: ${problem}\n`);
      return problem === undefined ? 0 : 1;
    }
    case 'check': {
      const { positionals, values } = parse(rest, { json: { type: 'boolean' } }, true);
      if (positionals.length === 0) throw new UsageError('check needs a file');
      return check(positionals, values['json'] === true);
    }
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(usage);
      return 0;
    default:
      throw new UsageError(command === undefined ? 'a command is needed' : `unknown command "${command}"`);
  }
}

/** 0 when no file has a wrong line, or one that names what is not there; else 1. */
async function check(files: readonly string[], asJson: boolean): Promise<number> {
  const context = { language: commandReference().language, base: uncheckedTree, traced: true } as const;
  const checks: Check[] = [];
  for (const file of files) {
    const one = checkOf(file, await loadAdmitted(readConfiguration(file), context));
    checks.push(one);
    if (!asJson) process.stdout.write(`${printCheck(one).join('\n')}\n`);
  }
  if (asJson) process.stdout.write(`${JSON.stringify({ files: checks }, undefined, 2)}\n`);
  return checks.every((one) => errorsOf(one) === 0) ? 0 : 1;
}

type ParseOptions = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function parse(args: readonly string[], options: ParseOptions, allowPositionals: boolean) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { values } = parse(
    args,
    { config: { type: 'string' }, nvram: { type: 'string' }, daemon: { type: 'boolean' } },
    false,
  );
  const { config, nvram, daemon } = values;
  const configuration = typeof config === 'string' ? readConfiguration(config) : undefined;
  const root = typeof nvram === 'string' ? nvram : 'nvram';
  const folder = await takeFolder(root);
  try {
    await runLives(root, configuration, daemon === true);
  } finally {
    folder.release();
  }
  return 0;
}

/** One life after another, as long as each ends with a reload. */
async function runLives(root: string, configuration: string | undefined, daemon: boolean): Promise<void> {
  for (let life: Life = { configuration, typedAhead: '' }; ; ) {
    const end = await runOnce(root, life, daemon);
    if (end.why === 'ended') return;
    // What a reload boots is what was saved; a file given by hand serves as long as nothing was.
    const isSaved = await nodeIo({ root })
      .files.read('startup-config')
      .then(
        (content) => content !== undefined,
        // There is one that cannot be read: the boot says so.
        () => true,
      );
    life = { configuration: isSaved ? undefined : configuration, typedAhead: end.typedAhead };
  }
}

/** NVRAM is one gateway's. Over a folder that cannot be made or is another's nothing is started. */
async function takeFolder(root: string): Promise<{ release(): void }> {
  const lock = await lockFolder(root).catch((error: unknown) => {
    throw new UsageError(`the NVRAM folder ${root} cannot be used: ${error instanceof Error ? error.message : error}`);
  });
  if (!lock.isOurs) throw new UsageError(`the NVRAM folder ${root} is in use by ${lock.holder}`);
  return lock;
}

/** What one life of the gateway begins with. */
interface Life {
  /** Absent: startup-config. */
  readonly configuration: string | undefined;
  /** Lines a pipe delivered before the reload and nobody has read. */
  readonly typedAhead: string;
}

interface LifeEnd {
  readonly why: 'ended' | 'reload';
  readonly typedAhead: string;
}

function readConfiguration(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const configKeyFile = process.env['DIALPEER_CONFIG_KEY_FILE'];
const readConfigKey = configKeyFile === undefined ? undefined : configKeyReader(configKeyFile);

/** One life of a gateway: from boot to its last closed socket. */
async function runOnce(root: string, life: Life, daemon: boolean): Promise<LifeEnd> {
  let console: ConsoleLine<Gateway['world']> | undefined;
  let finish: (end: LifeEnd) => void = () => undefined;
  const ending = new Promise<LifeEnd>((resolve) => {
    finish = resolve;
  });
  // The console ends with the word, so that no line behind `reload` is typed at the gateway that goes.
  const leave = (why: LifeEnd['why']) => finish({ why, typedAhead: console?.close() ?? '' });
  const { configuration } = life;
  const gateway = await Gateway.boot({
    io: nodeIo({ root }),
    onReload: () => leave('reload'),
    ...(readConfigKey === undefined ? {} : { readConfigKey }),
    ...(configuration === undefined ? {} : { configuration }),
  });
  const onSignal = (): void => leave('ended');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  if (!daemon) console = openConsole(gateway, life.typedAhead, () => leave('ended'));
  const toStdout = (line: string): void => void process.stdout.write(`${line}\n`);
  const show = console === undefined ? toStdout : (line: string) => console?.log(line);
  for (const line of gateway.logs.unseen()) show(line);
  const unwatch = gateway.logs.watch(show);
  const end = await ending;
  unwatch();
  gateway.logs.watch(toStdout);
  await gateway.stop();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, onSignal);
  return end;
}

function openConsole(gateway: Gateway, typedAhead: string, ended: () => void): ConsoleLine<Gateway['world']> {
  const console = gateway.consoleLine(() => new NodeTerminal(), typedAhead);
  console.run().then(ended, (error: unknown) => {
    gateway.commandFailed(error, 'console');
    ended();
  });
  return console;
}

// Whoever read our output has left (`dialpeer run | head`): there is nobody to tell, and calls go on.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(
    `dialpeer: ${error instanceof Error ? (isUsage ? error.message : error.stack) : String(error)}\n`,
  );
  if (isUsage) process.stderr.write('Try `dialpeer help`.\n');
  process.exitCode = isUsage ? 2 : 1;
}

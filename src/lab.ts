/**
 * The lab: a certificate authority and two gateways on loopback, from the configurations in `examples/lab/`. Everything is
 * real: keys, SCEP over HTTP, mutual TLS, calls. What is typed at the three consoles is shown as it is typed.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Console } from './access/console.ts';
import { type LineIo, refusalLines, Session } from './cli/index.ts';
import type { World } from './commands/index.ts';
import { Gateway } from './gateway.ts';
import { nodeIo } from './io/node/index.ts';
import { NodeTerminal } from './io/node/terminal.ts';
import { fingerprint } from './pki/index.ts';

const folder = join(import.meta.dirname, '..', 'examples', 'lab');
const patienceMs = 30_000;

/** A step of the lab that did not go as it must. */
class LabError extends Error {}

/** One router of the lab with its console. */
class Router implements LineIo {
  readonly name: string;
  readonly gateway: Gateway;
  readonly #session: Session<World>;
  readonly #print: (text: string) => void;
  #answers: string[] = [];
  #printed: string[] = [];

  private constructor(name: string, gateway: Gateway, print: (text: string) => void) {
    this.name = name;
    this.gateway = gateway;
    this.#print = print;
    gateway.logs.watch((line) => print(`${line}\n`));
    this.#session = new Session({
      language: gateway.language,
      world: gateway.world,
      io: this,
      hostname: () => gateway.hostname,
      onFault: (error, line) => gateway.commandFailed(error, line),
    });
  }

  static async boot(name: string, nvram: string, print: (text: string) => void): Promise<Router> {
    const configuration = readFileSync(join(folder, `${name}.cfg`), 'utf8');
    const gateway = await Gateway.boot({ io: nodeIo({ root: join(nvram, name) }), configuration });
    const [problem] = gateway.problems;
    if (problem !== undefined) {
      await gateway.stop();
      throw new LabError(`examples/lab/${name}.cfg line ${problem.line}: ${problem.message}`);
    }
    return new Router(name, gateway, print);
  }

  /** Types one line, answers what it asks, and returns what it printed. A refusal ends the lab. */
  async type(line: string, ...answers: readonly string[]): Promise<readonly string[]> {
    const { prompt } = this.#session;
    this.#answers = [...answers];
    this.#printed = [];
    this.#print(`${prompt}${line}\n`);
    const refusal = await this.#session.perform(line);
    if (refusal !== undefined)
      throw new LabError(`${prompt}${line}: ${refusalLines(refusal, prompt.length).join(' ')}`);
    return this.#printed;
  }

  readLine(prompt: string, options: { readonly hidden?: boolean } = {}): Promise<string | undefined> {
    const answer = this.#answers.shift();
    if (answer === undefined) throw new LabError(`${this.name} asks something unexpected: ${prompt}`);
    this.#print(`${prompt}${options.hidden === true ? '' : answer}\n`);
    return Promise.resolve(answer);
  }

  print(line: string): void {
    this.#printed.push(line);
    this.#print(`${line}\n`);
  }
}

export interface LabOptions {
  /** Ends after the calls. */
  readonly once: boolean;
  readonly print: (text: string) => void;
}

/** Runs the lab. Resolves to what went wrong, undefined when nothing did. */
export async function runLab(options: LabOptions): Promise<string | undefined> {
  const nvram = await mkdtemp(join(tmpdir(), 'dialpeer-lab-'));
  const routers: Router[] = [];
  try {
    for (const name of ['ca', 'west', 'east']) routers.push(await Router.boot(name, nvram, options.print));
    const [ca, west, east] = routers;
    if (ca === undefined || west === undefined || east === undefined) throw new LabError('a router is missing');
    await play(ca, west, east);
    if (!options.once) await stay(west, options.print);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const router of routers.reverse()) await router.gateway.stop();
    await rm(nvram, { recursive: true, force: true });
  }
}

async function play(ca: Router, west: Router, east: Router): Promise<void> {
  for (const router of [ca, west, east]) await router.type('enable');
  const authority = await eventually(
    'the certificate authority is enabled',
    () => ca.gateway.world.pki.authorities.report('labca')?.ca,
  );
  await ca.type('show crypto pki server');
  const sha1 = fingerprint(authority.der, 'sha1').replaceAll(' ', '');
  for (const router of [west, east]) await enrol(router, sha1);
  await call(west, '9001', east);
  await call(east, '777', west);
  for (const router of [west, east]) {
    const shown = await router.type('show sip-ua connections tcp tls detail');
    if (!shown.some((line) => line.includes('Established')))
      throw new LabError(`${router.name} has no Established connection`);
  }
}

/** Key pair, CA by fingerprint, certificate: the seed's procedure, typed. */
async function enrol(router: Router, caFingerprint: string): Promise<void> {
  await router.type('configure terminal');
  await router.type(`crypto key generate rsa general-keys label ${router.name} modulus 2048`);
  await router.type('crypto pki trustpoint lab');
  await router.type(`fingerprint ${caFingerprint}`);
  await router.type('exit');
  await router.type('crypto pki authenticate lab');
  await router.type('crypto pki enroll lab', 'lab-challenge', 'lab-challenge', 'yes');
  await router.type('end');
  await eventually(`${router.name} has its certificate`, () => router.gateway.world.pki.trustpoint('lab')?.identity);
  await router.type('show crypto pki certificates lab');
}

async function call(from: Router, number: string, to: Router): Promise<void> {
  const shown = await from.type(`csim start ${number} voice-port 0/3/1`);
  if (!shown.some((line) => line.includes('setup failed = 0')))
    throw new LabError(`the call from ${from.name} to ${number} failed`);
  // The far telephone hangs up when the BYE arrives: only then can it be picked up to call back.
  await eventually(`${to.name} is idle again`, () =>
    to.gateway.world.calls.activeCalls().legs.length === 0 ? true : undefined,
  );
}

async function stay(west: Router, print: (text: string) => void): Promise<void> {
  print('\nThe lab stays up. This is the console of west; `exit` ends the lab.\n\n');
  const { gateway } = west;
  const console = new Console({
    terminal: new NodeTerminal(),
    ...gateway.console(),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => console.close());
  await console.run();
}

/** Waits for something to be there. */
async function eventually<T>(what: string, look: () => T | undefined): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new LabError(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

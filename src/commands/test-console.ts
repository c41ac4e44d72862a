import { Session } from '../cli/index.ts';
import { ConfigArchive, ConfigStore, FileSystem, Reverting } from '../config/index.ts';
import { SimulatedWorld } from '../io/memory/index.ts';
import { commandLevels } from './access/privilege.ts';
import { aliasesOf } from './alias.ts';
import { commandReference } from './reference.ts';
import { printConfiguration } from './running-config.ts';
import { storeConfiguration } from './store-configuration.ts';
import { emptyTree, type Tree } from './tree.ts';
import type { System, World } from './world.ts';

/** What a test hands in; a face it does not hand in fails the test that reaches it. */
export interface TestConsoleParts {
  readonly tree?: Tree;
  readonly time?: Partial<World['time']>;
  readonly sip?: Partial<World['sip']>;
  readonly calls?: Partial<World['calls']>;
  readonly patternFiles?: Partial<World['patternFiles']>;
  readonly pki?: Partial<World['pki']>;
  readonly remoteFiles?: Partial<World['remoteFiles']>;
  readonly access?: Partial<World['access']>;
  readonly http?: Partial<World['http']>;
  readonly line?: World['line'];
  /** Privilege a session starts with; 15 when absent. */
  readonly privilege?: number;
  readonly system?: Partial<System>;
}

const { language, sections } = commandReference();

const clock = (): ReturnType<World['time']['clock']> => ({
  now: Date.UTC(2016, 9, 17, 18, 56, 4, 554),
  zone: { name: 'UTC', minutes: 0 },
  mark: '',
  source: 'hardware calendar',
});

/** A console in memory, for transcripts: lines are typed, prompts and answers come back as a terminal shows them. */
export class TestConsole {
  readonly store: ConfigStore<Tree>;
  readonly #world: World;
  readonly #privilege: number;
  /** Time, moved by the test. */
  readonly time = new SimulatedWorld({ seed: 1 });
  /** NVRAM. */
  readonly files = this.time.host(['10.0.0.1']).files;
  /** What was told of archives and of changes on trial. */
  readonly told: string[] = [];
  reloads = 0;

  constructor(parts: TestConsoleParts = {}) {
    this.store = new ConfigStore<Tree>(parts.tree ?? emptyTree, {
      failed: (service, error) => {
        throw new Error(`${service} failed`, { cause: error });
      },
      restarted: () => {},
    });
    this.#privilege = parts.privilege ?? 15;
    const tell =
      (what: string): (() => void) =>
      () =>
        void this.told.push(what);
    const fileSystem = new FileSystem(this.files);
    const archive = new ConfigArchive(
      {
        fileSystem,
        timers: this.time.clock,
        text: () => printConfiguration(this.store.running, sections),
        failed: (reason) => void this.told.push(`not archived: ${reason}`),
      },
      this.store.running.archive,
    );
    this.store.register({
      name: 'archive',
      check: () => undefined,
      reconfigure: (_old, next) => {
        archive.reconfigure(next.archive);
        return 'applied';
      },
    });
    this.#world = {
      config: storeConfiguration(this.store, { bytes: (count) => Buffer.alloc(count, 7) }),
      fileSystem,
      remoteFiles: face('remoteFiles', parts.remoteFiles ?? {}),
      archive,
      reverting: new Reverting(this.store, this.time.clock, {
        begun: tell('begun'),
        warned: tell('warned'),
        confirmed: tell('confirmed'),
        reverted: tell('reverted'),
        refused: (reason) => void this.told.push(`refused: ${reason}`),
      }),
      system: face('system', { ...this.#system(), ...parts.system }),
      time: face('time', { clock, ...parts.time }),
      reach: face('reach', {}),
      sip: face('sip', parts.sip ?? {}),
      calls: face('calls', parts.calls ?? {}),
      patternFiles: face('patternFiles', parts.patternFiles ?? {}),
      pki: face(
        'pki',
        parts.pki ?? {
          configKey: face<World['pki']['configKey']>('pki.configKey', { openPassword: () => undefined }),
        },
      ),
      access: face('access', parts.access ?? {}),
      http: face('http', parts.http ?? {}),
      signaling: { of: () => [], all: () => [] },
      ...(parts.line === undefined ? {} : { line: parts.line }),
    };
  }

  /** Types lines at a fresh privileged EXEC. Gives everything that is on the screen then, a line each. */
  async type(...typed: readonly string[]): Promise<readonly string[]> {
    const screen: string[] = [];
    const rest = [...typed];
    const session = new Session<World>({
      language,
      levelOf: commandLevels(() => this.store.running, language),
      aliasesOf: aliasesOf(() => this.store.running),
      world: this.#world,
      hostname: () => this.store.running.hostname,
      privilege: this.#privilege,
      io: {
        readLine: async (prompt) => {
          const line = rest.shift();
          if (line !== undefined) screen.push(`${prompt}${line}`);
          return line;
        },
        print: (line) => void screen.push(line),
      },
      onFault: (error, line) => {
        throw new Error(`fault in "${line}"`, { cause: error });
      },
    });
    await session.run();
    return screen;
  }

  /** Types lines at global configuration. Gives what was answered, without what was typed. */
  async configure(...typed: readonly string[]): Promise<readonly string[]> {
    const screen = await this.type('configure terminal', ...typed);
    return screen.slice(2).filter((line) => !/^[^ ]+\([a-z0-9-]+\)#/.test(line));
  }

  /** The body of running-config. */
  get running(): readonly string[] {
    return printConfiguration(this.store.running, sections).trimEnd().split('\n');
  }

  /** startup-config, undefined when there is none. */
  async startup(): Promise<string | undefined> {
    return (await this.files.read('startup-config'))?.toString('utf8');
  }

  #system(): Partial<System> {
    return {
      release: '1.2.3',
      now: () => clock().now,
      uptimeMs: () => 93_784_000,
      writeStartup: async () => {
        await this.files.write('startup-config', printConfiguration(this.store.running, sections));
      },
      readStartup: () => this.startup(),
      reload: face<System['reload']>('system.reload', {
        now: () => {
          this.reloads += 1;
        },
      }),
    };
  }
}

/** A face of which a test needs a part. */
function face<Face extends object>(name: string, part: Partial<Face>): Face {
  return new Proxy(part, {
    get(target, member) {
      if (member in target) return Reflect.get(target, member);
      throw new Error(`the test hands in no ${name}.${String(member)}`);
    },
  }) as Face;
}

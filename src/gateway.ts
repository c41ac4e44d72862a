/**
 * The list of what exists: one gateway, its services built once and in order, and the order in which they close.
 */
import packageFile from '../package.json' with { type: 'json' };
import type { ConsoleLine } from './access/console-line.ts';
import { HttpServer } from './access/http.ts';
import { loadAdmitted } from './admitted.ts';
import { archiveOf } from './archive-wiring.ts';
import { CallService } from './call/index.ts';
import { CallScreen } from './call-screen.ts';
import { followChanges } from './changes-wiring.ts';
import type { Language } from './cli/index.ts';
import {
  type CommandReference,
  commandReference,
  type LoadContext,
  type LoadProblem,
  printConfiguration,
  sealPasswords,
  sentenceOf,
  settledAnswers,
  storeConfiguration,
  type Tree,
  type World,
} from './commands/index.ts';
import { type ConfigArchive, ConfigStore, FileSystem, type Reverting, StartupFile } from './config/index.ts';
import { watchedAgent, watchedReceiver, watchedTls } from './debug-calls.ts';
import { watchedCallbacks, watchedJudging } from './debug-pki.ts';
import { sipTrace, watchedHttp } from './debug-wiring.ts';
import { tellDoubts } from './doubts.ts';
import { DebugHub, type Log, Logging, log, type Outside, TftpClient } from './io/index.ts';
import type { Terminal } from './io/terminal.ts';
import { TargetKeepalives } from './keepalive-wiring.ts';
import { namesOf } from './names-wiring.ts';
import { inspectNvram, readStartup, startupText } from './nvram.ts';
import { OpenedPasswords } from './opened-passwords.ts';
import { PatternFiles } from './pattern-files.ts';
import { Pki } from './pki/index.ts';
import { httpOfTree, pkiRoutes } from './pki-wiring.ts';
import { addressed, instanceName, registrationSettings, routedAgent } from './registration-wiring.ts';
import { ScheduledReload } from './scheduled-reload.ts';
import {
  agentMessages,
  Keepalives,
  keepaliveMessages,
  Registrations,
  registrationMessages,
  SipTransport,
  SipUserAgent,
  tellOverload,
  transportMessages,
} from './sip/index.ts';
import { sipFace } from './sip-face.ts';
import { type Syslog, syslogOf } from './syslog-wiring.ts';
import { systemMessages } from './system-messages.ts';
import { SystemClock, Timekeeper } from './time/index.ts';
import { signalingRules } from './tls-rules.ts';
import { tlsPolicy, transportOfTree } from './tls-wiring.ts';
import { type ConsoleParts, WaysIn } from './ways-in.ts';

export interface GatewayOptions {
  readonly io: Outside;
  /** The configuration to run, as text; startup-config of NVRAM when absent. */
  readonly configuration?: string;
  /** `reload` was confirmed: the owner stops this gateway and boots another. */
  readonly onReload?: () => void;
  /** The configuration key, where it is not kept in NVRAM. */
  readonly readConfigKey?: () => Promise<string>;
  /** The command language, where many gateways live in one process; made anew when absent. */
  readonly reference?: CommandReference;
}

/** How long the end of calls is waited for before connections are closed. */
const quietMs = 5000;
const quietStepMs = 20;
const product = 'dialpeer';

export class Gateway {
  readonly world: World;
  readonly language: Language<World>;
  /** Lines of the boot configuration that were refused. */
  readonly problems: readonly LoadProblem[];
  readonly logs: Logging;
  readonly #syslog: Syslog;
  readonly #debug: DebugHub;
  readonly #io: Outside;
  readonly #log: Log<typeof systemMessages>;
  readonly #store: ConfigStore<Tree>;
  readonly #reference: CommandReference;
  readonly #time: Timekeeper;
  readonly #pki: Pki;
  readonly #transport: SipTransport;
  readonly #agent: SipUserAgent;
  readonly #screen: CallScreen;
  readonly #opened: OpenedPasswords;
  readonly #registrations: Registrations;
  readonly #targets: TargetKeepalives;
  readonly #calls: CallService;
  readonly #http: HttpServer;
  readonly #ways: WaysIn;
  readonly #archive: ConfigArchive;
  readonly #patternFiles: PatternFiles;
  readonly #reverting: Reverting<Tree>;
  readonly #reload: ScheduledReload;
  readonly #startedAt: number;
  #stopping: Promise<void> | undefined;

  /** Reads the configuration, builds the services and starts them. Problems are logged; it runs with what is right. */
  static async boot(options: GatewayOptions): Promise<Gateway> {
    const clock = new SystemClock(options.io.clock);
    const logs = new Logging(clock);
    const startup = new StartupFile(options.io.files);
    await inspectNvram(options.io, logs);
    const reference = options.reference ?? commandReference();
    const text = options.configuration ?? (await readStartup(startup, logs));
    const context: LoadContext = {
      language: reference.language,
      random: options.io.random,
      onFault: (error, line) => log('SYS', systemMessages, logs)('COMMAND_FAULT', { line, reason: String(error) }),
    };
    const { tree, problems } = await loadAdmitted(text, context);
    const gateway = new Gateway(options, clock, logs, startup, reference, tree, problems);
    await gateway.#start();
    return gateway;
  }

  private constructor(
    options: GatewayOptions,
    clock: SystemClock,
    logs: Logging,
    startup: StartupFile,
    reference: CommandReference,
    tree: Tree,
    problems: readonly LoadProblem[],
  ) {
    const io: Outside = { ...options.io, clock };
    this.#io = io;
    this.logs = logs;
    logs.configure(tree.logging);
    this.#syslog = syslogOf(options.io, logs, () => this.#store.running);
    this.#debug = new DebugHub(io.clock, {
      debug: (text, at) => logs.debug(text, at),
      instant: () => logs.instant(),
      limited: (count) => {
        logs.limited(count);
        this.#log('DEBUG_LIMITED', { count });
      },
    });
    const trace = sipTrace(this.#debug, (callId) => this.#agent.legName(callId));
    this.problems = problems;
    this.language = reference.language;
    this.#reference = reference;
    this.#startedAt = io.clock.monotonic();
    this.#log = log('SYS', systemMessages, logs);
    this.#store = new ConfigStore<Tree>(tree, {
      failed: (service, error) => this.#log('SERVICE_FAILED', { service, reason: String(error) }),
      restarted: (service) => this.#log('SERVICE_RESTARTED', { service }),
    });
    const running = (): Tree => this.#store.running;
    const names = namesOf(io.resolver, () => running().hosts);
    const remoteFiles = new TftpClient({ ...io, resolve: (name) => names.addresses(name) });
    this.#time = new Timekeeper({
      ...io,
      clock,
      log: logs,
      resolve: (name) => names.addresses(name),
      addressOf: (name) => running().interfaces.get(name)?.address?.address,
      trusted: () => this.#pki.clockTrusted(),
    });
    logs.keepTime(this.#time);
    this.#pki = new Pki({
      ...io,
      remoteFiles,
      isClockAuthoritative: () => this.#time.isAuthoritative,
      http: watchedHttp(io.http, this.#debug),
      resolver: names,
      interfaceAddress: (name) => running().interfaces.get(name)?.address?.address,
      log: logs,
      readConfigKey: options.readConfigKey,
      answers: (trustpoint) => settledAnswers(trustpoint, this.world),
      scepTopic: this.#debug.topic('crypto pki scep'),
      ...watchedCallbacks(
        {
          change: (change) => {
            const before = running();
            const result = this.#store.commit({ ...before, pki: change(before.pki) });
            if (result.kind === 'refused') throw new Error(result.reason);
          },
          keysChanged: () => {
            this.#opened.forget();
            void this.#ways.follow();
          },
          trustChanged: () => this.#transport.judgeAgain(),
        },
        this.#debug,
      ),
    });
    this.#opened = new OpenedPasswords((sealed) => this.#pki.configKey.openPassword(sealed));
    this.#screen = new CallScreen(running, () => this.#registrations.vouched);
    this.#agent = new SipUserAgent({
      transport: () => this.#transport,
      clock: io.clock,
      random: io.random,
      log: log('SIP', agentMessages, logs),
      settings: tree.sip,
      screen: (source) => this.#screen.judge(source),
      receiver: watchedReceiver(
        { invited: (invite) => this.#calls.invited(addressed(invite, this.#registrations)) },
        this.#debug,
      ),
      names,
      product,
      flowClosed: (flow, isBroken) => this.#registrations.flowClosed(flow, isBroken),
      keepsFlow: (flow) => this.#registrations.holds(flow),
      waitedMs: () => io.process.waitedMs(),
      trace,
    });
    this.#registrations = new Registrations(
      {
        ...io,
        host: this.#agent,
        log: log('SIP', registrationMessages, logs),
        product,
        instance: () => instanceName(this.#pki.serialNumber),
      },
      registrationSettings(tree),
    );
    this.#transport = new SipTransport({
      ...io,
      tls: watchedTls(io.tls, this.#debug),
      log: log('SIP', transportMessages, logs),
      settings: transportOfTree(tree),
      policy: tlsPolicy(watchedJudging(this.#pki, this.#debug), running),
      receiver: this.#agent,
      knows: (source) => this.#screen.knows(source),
      descriptorsAtMost: io.process.descriptorsAtMost,
      trace,
    });
    this.#targets = new TargetKeepalives(
      new Keepalives({ ...io, host: this.#agent, log: log('SIP', keepaliveMessages, logs) }),
    );
    this.#calls = new CallService(
      {
        ...io,
        userAgent: watchedAgent(routedAgent(this.#agent, this.#registrations), this.#debug),
        availability: this.#targets,
        overloaded: tellOverload(log('SIP', agentMessages, logs)),
      },
      tree,
    );
    this.#http = new HttpServer(pkiRoutes(this.#pki, this.#debug), logs);
    this.#ways = new WaysIn({
      ...io,
      logs,
      log: this.#log,
      running,
      pki: this.#pki,
      language: this.language,
      world: () => this.world,
      onFault: (error, line) => this.commandFailed(error, line),
    });
    const fileSystem = new FileSystem(io.files);
    const kept = archiveOf({ io, logs, fileSystem, store: this.#store, text: () => this.configuration() });
    this.#archive = kept.archive;
    this.#reverting = kept.reverting;
    this.#patternFiles = new PatternFiles({
      fileSystem,
      remoteFiles,
      log: this.#log,
      running,
      changed: () => this.#calls.reconfigure(running(), this.#forCalls(running())),
    });
    followChanges(this.#store, {
      io,
      logs,
      syslog: this.#syslog,
      log: this.#log,
      time: this.#time,
      pki: this.#pki,
      agent: this.#agent,
      transport: this.#transport,
      registrations: this.#registrations,
      opened: this.#opened,
      targets: this.#targets,
      calls: this.#calls,
      patternFiles: this.#patternFiles,
      archive: this.#archive,
      http: this.#http,
      ways: this.#ways,
    });
    this.#reload = new ScheduledReload({
      clock: io.clock,
      log: this.#log,
      running,
      reload: () => options.onReload?.(),
    });
    this.world = {
      config: storeConfiguration(this.#store, io.random, (next) => sealPasswords(next, this.#pki.configKey)),
      fileSystem,
      remoteFiles,
      archive: this.#archive,
      reverting: this.#reverting,
      system: {
        release: packageFile.version,
        now: () => io.clock.now(),
        uptimeMs: () => io.clock.monotonic() - this.#startedAt,
        writeStartup: () => startup.write(this.configuration()),
        readStartup: () => startupText(startup),
        reload: this.#reload,
        usage: () => io.process.usage(),
        logging: this.#syslog.face,
        debug: this.#debug,
      },
      time: this.#time,
      reach: { addresses: (name) => names.addresses(name), echo: io.echo, hops: io.hops },
      sip: sipFace({
        transport: this.#transport,
        agent: this.#agent,
        registrations: this.#registrations,
        screen: this.#screen,
        calls: this.#calls,
        running,
      }),
      calls: this.#calls,
      patternFiles: this.#patternFiles,
      pki: this.#pki,
      access: this.#ways,
      http: this.#http,
      signaling: signalingRules(running),
    };
  }

  /** Host name, for prompts. */
  get hostname(): string {
    return this.#store.running.hostname;
  }

  /** The running configuration as text. */
  configuration(): string {
    return printConfiguration(this.#store.running, this.#reference.sections);
  }

  /** What one session at the console runs with. */
  console(): ConsoleParts {
    return this.#ways.console();
  }

  /** The console as a line: sessions at the terminal, one after another. */
  consoleLine(terminal: () => Terminal, typedAhead: string): ConsoleLine<World> {
    return this.#ways.consoleLine(terminal, typedAhead);
  }

  /** Logs a command handler's failure. */
  commandFailed(error: unknown, line: string): void {
    this.#log('COMMAND_FAULT', { line, reason: String(error) });
  }

  /** Releases calls, lets the peers answer for up to five seconds, closes connections and listeners. Resolves when all is closed. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#ways.stop();
    this.#reverting.stop();
    this.#reload.stop();
    this.#archive.stop();
    await this.#http.stop();
    this.#registrations.stop();
    this.#targets.stop();
    this.#calls.stop();
    await this.#quiet();
    this.#registrations.close();
    this.#agent.close();
    this.#transport.close();
    await this.#pki.stop();
    this.#time.stop();
    this.#debug.close();
    this.logs.flush();
    this.#syslog.stop();
  }

  /** With passwords opened, and the patterns of files. */
  #forCalls(tree: Tree): Tree {
    return this.#patternFiles.of(this.#opened.of(tree));
  }

  async #quiet(): Promise<void> {
    const { clock } = this.#io;
    const end = clock.monotonic() + quietMs;
    while (!(this.#agent.isQuiet && this.#registrations.isQuiet) && clock.monotonic() < end) {
      await new Promise<void>((resolve) => void clock.after(quietStepMs, resolve));
    }
  }

  async #start(): Promise<void> {
    this.#syslog.follow();
    for (const problem of this.problems) {
      this.#log('CONFIG_LINE', { line: problem.line, text: problem.text.trim(), message: sentenceOf(problem) });
    }
    const tree = this.#store.running;
    tellDoubts(this.#log, tree);
    this.#io.resolver.use(tree.nameServers);
    this.#time.reconfigure(tree.time);
    await this.#pki.start(tree.pki);
    // What startup-config has in clear, or under a key before.
    this.#store.commit(sealPasswords(this.#store.running, this.#pki.configKey));
    await this.#transport.start();
    this.#calls.start();
    const opened = this.#opened.of(this.#store.running);
    this.#calls.reconfigure(tree, opened);
    this.#registrations.apply(registrationSettings(opened));
    this.#targets.follow(undefined, tree);
    void this.#patternFiles.follow(undefined, tree);
    await this.#http.apply(httpOfTree(tree));
    await this.#ways.start();
    this.#log('RESTART', { hostname: tree.hostname });
  }
}

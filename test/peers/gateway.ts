import assert from 'node:assert/strict';
import { join } from 'node:path';
import { encryptedKey, type Identity, pem } from './certificates.ts';
import type { Child } from './child.ts';
import { withClock } from './chrony.ts';
import { bound, loopback } from './port.ts';
import type { Scene } from './scene.ts';

/** The program under test; `DIALPEER` names another build of it. */
export const { DIALPEER: program = join(import.meta.dirname, '../../bin/dialpeer') } = process.env;

/** Every configuration here names the router so. */
const hostname = 'gw';

/** One outgoing dial peer. */
export interface Route {
  readonly tag: number;
  readonly pattern: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tcp tls';
}

export interface GatewayConfig {
  /** UDP and TCP. */
  readonly port: number;
  readonly securePort: number;
  readonly routes: readonly Route[];
  /** The trustpoint for TLS both ways; its key and certificates are imported later. */
  readonly trustpoint?: string;
  /** More lines, global mode. */
  readonly extra?: string;
}

/** The configuration of a SIP to SIP gateway on the loopback address, as IOS reads it. */
export function gatewayConfig(config: GatewayConfig): string {
  const { trustpoint } = config;
  return `hostname ${hostname}
ip domain name example.test
!
${trustpoint === undefined ? '' : `crypto pki trustpoint ${trustpoint}\n revocation-check none\n!\n`}voice service voip
 ip address trusted list
  ipv4 ${loopback}
 allow-connections sip to sip
 sip
  bind all source-interface Loopback0
  listen-port non-secure ${config.port}
  listen-port secure ${config.securePort}
!
interface Loopback0
 ip address ${loopback} 255.255.255.255
!
${config.routes.map(dialPeer).join('')}${trustpoint === undefined ? '' : `sip-ua\n crypto signaling default trustpoint ${trustpoint}\n!\n`}${config.extra ?? ''}end
`;
}

function dialPeer(route: Route): string {
  return `dial-peer voice ${route.tag} voip
 destination-pattern ${route.pattern}
 session protocol sipv2
 session target ipv4:${loopback}:${route.port}
 session transport ${route.transport}
 codec g711ulaw
!
`;
}

/** A gateway running as a user runs it, its console on a pipe. */
export class Gateway {
  readonly child: Child;
  /** The output up to here was an answer to what was typed before. */
  #seen = 0;
  /** The prompt is found by the router's name. */
  #prompt: RegExp;

  private constructor(child: Child, name: string) {
    this.child = child;
    this.#prompt = promptOf(name);
  }

  /**
   * Boots it from a configuration and waits for the prompt, in privileged EXEC. `shift`: how wrong the host's clock is to be, as
   * faketime says it. `environment`: more variables, `NAME=VALUE`.
   */
  static start(scene: Scene, config: string, shift?: string, environment: readonly string[] = []): Promise<Gateway> {
    return Gateway.#begin(scene, withClock(shift, ['env', ...environment, program, ...runArguments(scene, config)]));
  }

  /** Boots it from its NVRAM, a folder of the scene, which is empty the first time. */
  static boot(scene: Scene, nvram = 'nvram', shift?: string): Promise<Gateway> {
    return Gateway.#begin(scene, withClock(shift, [program, 'run', '--nvram', scene.path(nvram)]));
  }

  /** Boots it from an empty NVRAM and types the lines of a configuration. */
  static async typed(scene: Scene, config: string, nvram?: string, shift?: string): Promise<Gateway> {
    const gateway = await Gateway.boot(scene, nvram, shift);
    await gateway.configure(...config.split('\n').filter((line) => !/^(?:!.*|end|)$/.test(line)));
    return gateway;
  }

  static async #begin(scene: Scene, [command, ...args]: readonly [string, ...string[]]): Promise<Gateway> {
    const child = scene.start(command, args);
    const [, name = ''] = await child.waitFor(/(?:^|[\r\n])([\w-]+)>/);
    const gateway = new Gateway(child, name);
    await gateway.type('enable');
    await gateway.type('terminal length 0');
    return gateway;
  }

  /** Everything it has printed. */
  get output(): string {
    return this.child.output;
  }

  /** Types a line and waits for its answer: up to the next prompt, or up to `until`. Returns what was printed. */
  async type(line: string, until?: RegExp): Promise<string> {
    this.#seen = this.child.output.length;
    const name = /^hostname (\S+)$/.exec(line)?.[1];
    if (name !== undefined) this.#prompt = promptOf(name);
    this.child.write(`${line}\n`);
    // A log line redraws the prompt: only a prompt behind the echo of this very line is the one that was waited for.
    if (until === undefined) await this.#echoed(line);
    const match = await this.child.waitFor(until ?? this.#prompt, this.#seen);
    return this.child.output.slice(this.#seen, this.#seen + match.index);
  }

  /** Types lines in configuration mode; none may be refused. */
  async configure(...lines: readonly string[]): Promise<void> {
    for (const line of ['configure terminal', ...lines, 'end']) {
      assert.doesNotMatch(await this.type(line.trim()), /% (?:Invalid|Incomplete|Ambiguous)/, line);
    }
  }

  async #echoed(line: string): Promise<void> {
    const typed = line.split('\n').findLast((part) => part !== '') ?? '';
    const echo = await this.child.waitFor(new RegExp(`${RegExp.escape(typed)}\\r?\\n`), this.#seen);
    this.#seen += echo.index;
  }

  /** Imports CA certificate, private key and certificate into a trustpoint, as an engineer pastes them. */
  async importIdentity(
    trustpoint: string,
    ca: string,
    identity: Identity,
    form: 'ios' | 'pkcs8' = 'ios',
  ): Promise<void> {
    const passphrase = 'peers-and-gateways';
    await this.type('configure terminal');
    await this.type(
      `crypto pki import ${trustpoint} pem terminal ${passphrase}`,
      /CA certificate\.[\s\S]*?by itself\./,
    );
    await this.type(`${pem(ca)}\n`, /private General Purpose key\.[\s\S]*?by itself\./);
    const key = await encryptedKey(identity, passphrase, form);
    await this.type(`${key}\nquit`, /General Purpose certificate\.[\s\S]*?by itself\./);
    await this.type(`${pem(identity.certificate)}\n`, /% PEM files import succeeded\./);
    await this.type('end');
  }

  /** `show sip-ua connections tcp tls detail` and so on. */
  connections(transport: 'udp' | 'tcp' | 'tcp tls'): Promise<string> {
    return this.type(`show sip-ua connections ${transport} detail`);
  }

  /** Ends the console's input: the gateway ends gracefully. Returns its exit code. */
  leave(): Promise<number> {
    this.child.closeInput();
    return this.child.exit();
  }
}

function promptOf(name: string): RegExp {
  return new RegExp(`(?:^|[\\r\\n])${RegExp.escape(name)}(?:\\([\\w-]+\\))?[>#]`);
}

/** A gateway without a console; ready when its TCP port listens. */
export async function startDaemon(scene: Scene, config: string, port: number): Promise<Child> {
  const child = scene.start(program, [...runArguments(scene, config), '--daemon']);
  await bound('tcp', port);
  await bound('udp', port);
  return child;
}

function runArguments(scene: Scene, config: string): string[] {
  return ['run', '--config', scene.write('gateway.cfg', config), '--nvram', scene.path('nvram')];
}

import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from './certificates.ts';
import type { Child } from './child.ts';
import { bound, freePort, loopback } from './port.ts';
import type { Scene } from './scene.ts';

const modules = '/usr/lib/baresip/modules';

export interface BaresipOptions {
  readonly identity: Identity;
  /** File of the authority that the gateway's certificate must be of. */
  readonly authority: string;
  /** The gateway's TLS port. */
  readonly gateway: number;
  /** Takes calls by itself. */
  readonly answers: boolean;
}

/** A baresip with one account over TLS, driven by its control port. */
export class Baresip {
  readonly child: Child;
  /** Where it takes calls over TLS. */
  readonly securePort: number;
  readonly #control: Socket;
  /** Events it told, as it wrote them. */
  events = '';

  static async start(scene: Scene, options: BaresipOptions): Promise<Baresip> {
    const folder = scene.path(`baresip-${await freePort()}`);
    const [port, control] = [await freePort(), await freePort()];
    const { identity } = options;
    mkdirSync(folder);
    const own = `${folder}/own.pem`;
    writeFileSync(own, readFileSync(identity.certificate, 'utf8') + readFileSync(identity.key, 'utf8'));
    writeFileSync(`${folder}/config`, config(port, control, own, options.authority, folder));
    const manner = options.answers ? ';answermode=auto' : '';
    writeFileSync(`${folder}/accounts`, `<sip:7001@${loopback}:${options.gateway};transport=tls>;regint=0${manner}\n`);
    writeFileSync(`${folder}/contacts`, '');
    writeFileSync(`${folder}/silence.wav`, silence());
    const child = scene.start('baresip', ['-f', folder]);
    await bound('tcp', control);
    await bound('tcp', port + 1);
    const socket = connect({ host: loopback, port: control });
    await once(socket, 'connect');
    return new Baresip(child, port + 1, socket);
  }

  private constructor(child: Child, securePort: number, control: Socket) {
    this.child = child;
    this.securePort = securePort;
    this.#control = control;
    control.on('error', () => undefined);
    control.setEncoding('utf8').on('data', (text: string) => {
      this.events += text;
    });
  }

  /** Has it do something: `dial` with a URI, `hold`, `resume`, `hangup`. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params, token: command });
    this.#control.write(`${text.length}:${text},`);
  }

  /** Waits for an event behind all that were told before `from`. Returns where the next ones begin. */
  async event(type: string, from: number): Promise<number> {
    const end = performance.now() + 15_000;
    for (;;) {
      const at = this.events.indexOf(`"type":"${type}"`, from);
      if (at >= 0) return at + 1;
      if (performance.now() > end)
        throw new Error(`no ${type}: ${this.events.slice(from)}\n${this.child.output.slice(-4000)}`);
      await sleep(20);
    }
  }

  close(): void {
    this.#control.destroy();
  }
}

/** Ten seconds of silence, 8000 samples a second: its generators of tones know 48000 only. */
function silence(): Buffer {
  const samples = Buffer.alloc(160_000);
  const head = Buffer.from('RIFF....WAVEfmt ....................data....', 'latin1');
  head.writeUInt32LE(36 + samples.length, 4);
  head.writeUInt32LE(16, 16);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const)
    head.writeUInt16LE(value, at);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

function config(port: number, control: number, own: string, authority: string, folder: string): string {
  return `module_path ${modules}
module g711.so
module aufile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module ctrl_tcp.so
ctrl_tcp_listen ${loopback}:${control}
sip_listen ${loopback}:${port}
sip_certificate ${own}
sip_cafile ${authority}
sip_verify_server yes
audio_source aufile,${folder}/silence.wav
audio_player aufile,${folder}/heard.wav
audio_alert aufile,${folder}/alert.wav
`;
}

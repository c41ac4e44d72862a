import type { DatagramSocket } from '../../src/io/index.ts';
import { neighbours } from '../stories/configurations.ts';
import { type Router, Scene } from '../stories/scene.ts';

const gateway = { host: '10.0.0.1', port: 5060 };
const talker = { host: '10.0.0.9', port: 5060 };
const configuration = `${neighbours}voice-port 0/3/1
 device answer
dial-peer voice 1 pots
 destination-pattern 777
 port 0/3/1
`;

/** A gateway with one telephone, 777, and a socket that sends it whatever one likes, a character a byte. */
export class Wire {
  readonly scene: Scene;
  readonly router: Router;
  readonly #socket: DatagramSocket;
  readonly #heard: string[];

  private constructor(scene: Scene, router: Router, socket: DatagramSocket, heard: string[]) {
    this.scene = scene;
    this.router = router;
    this.#socket = socket;
    this.#heard = heard;
  }

  static async open(): Promise<Wire> {
    const scene = new Scene();
    const router = await scene.router(gateway.host, configuration);
    const heard: string[] = [];
    const socket = await scene.world.host([talker.host]).network.bindUdp(talker, {
      received: (bytes) => void heard.push(bytes.toString('latin1')),
      failed: () => undefined,
    });
    return new Wire(scene, router, socket, heard);
  }

  /** Sends one datagram; what came back within a moment. */
  async say(text: string): Promise<readonly string[]> {
    this.#heard.length = 0;
    this.#socket.send(text, gateway);
    await this.scene.pass(50);
    return [...this.#heard];
  }

  /** The same, the answers to this message alone as `404 Not Found`, each once. */
  async ask(text: string): Promise<readonly string[]> {
    const callId = /^(?:call-id|i) *: *(.*)$/im.exec(text)?.[1]?.trim() ?? '';
    const answers = (await this.say(text)).filter((answer) => answer.includes(`\r\nCall-ID: ${callId}\r\n`));
    return [...new Set(answers.map((answer) => answer.slice('SIP/2.0 '.length, answer.indexOf('\r\n'))))];
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.scene.pass(64_000);
    await this.scene.close();
  }
}

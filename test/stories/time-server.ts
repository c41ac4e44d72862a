import type { Address, DatagramSocket } from '../../src/io/index.ts';
import type { SimulatedHost } from '../../src/io/memory/index.ts';
import { answerTo, type Lies } from '../../src/time/test-server.ts';

/** A scripted time server on a host of its own. Its clock is right as long as nobody says otherwise. */
export class TimeServer {
  /** Who asked, oldest first. */
  readonly asked: Address[] = [];
  /** Milliseconds since the epoch when the world began, by this server's clock. */
  epoch: number;
  isSilent = false;
  lies: Lies = {};
  /** Answers from another port than it was asked at. */
  answersFromElsewhere = false;
  /** Sends what nobody asked for before each answer. */
  forgery: Lies | undefined;
  readonly #host: SimulatedHost;
  #socket: DatagramSocket | undefined;
  #other: DatagramSocket | undefined;

  private constructor(host: SimulatedHost, epoch: number) {
    this.#host = host;
    this.epoch = epoch;
  }

  static async open(host: SimulatedHost, address: string, epoch: number): Promise<TimeServer> {
    const server = new TimeServer(host, epoch);
    await server.#open(address);
    return server;
  }

  async #open(address: string): Promise<void> {
    const nothing = { received: () => undefined, failed: () => undefined };
    this.#other = await this.#host.network.bindUdp({ host: address, port: 124 }, nothing);
    this.#socket = await this.#host.network.bindUdp(
      { host: address, port: 123 },
      { ...nothing, received: (question, from) => this.#answer(question, from) },
    );
  }

  #answer(question: Buffer, from: Address): void {
    this.asked.push(from);
    const at = this.epoch + this.#host.clock.monotonic();
    if (this.forgery !== undefined) this.#socket?.send(answerTo(question, at, this.forgery), from);
    if (this.isSilent) return;
    const socket = this.answersFromElsewhere ? this.#other : this.#socket;
    socket?.send(answerTo(question, at, this.lies), from);
  }
}

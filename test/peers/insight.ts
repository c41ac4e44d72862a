import { once } from 'node:events';
import { readdirSync } from 'node:fs';

/** What a program of Node holds, after its garbage was collected. */
export interface Holdings {
  readonly heapMegabytes: number;
  readonly timers: number;
  readonly descriptors: number;
}

/** Looks into a running program through Node's inspector: start it with `NODE_OPTIONS=--inspect=HOST:PORT`. */
export class Insight {
  readonly #socket: WebSocket;
  readonly #pid: number;
  #asked = 0;

  static async open(url: string, pid: number): Promise<Insight> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Insight(socket, pid);
  }

  private constructor(socket: WebSocket, pid: number) {
    this.#socket = socket;
    this.#pid = pid;
  }

  async holdings(): Promise<Holdings> {
    await this.#ask('HeapProfiler.collectGarbage', {});
    const expression =
      'JSON.stringify([process.memoryUsage().heapUsed, process.getActiveResourcesInfo().filter((one) => one === "Timeout").length])';
    const answer = await this.#ask('Runtime.evaluate', { expression });
    const [heap = 0, timers = 0] = JSON.parse(/"value":"(\[[^"]*\])"/.exec(answer)?.[1] ?? '[]') as number[];
    const descriptors = readdirSync(`/proc/${this.#pid}/fd`).length;
    return { heapMegabytes: heap / 1_048_576, timers, descriptors };
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string, params: object): Promise<string> {
    const id = ++this.#asked;
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [event] = (await once(this.#socket, 'message')) as [{ readonly data: string }];
      if (event.data.includes(`"id":${id},`) || event.data.includes(`"id":${id}}`)) return event.data;
    }
  }
}

import type { Address, DatagramSocket } from '../../src/io/index.ts';
import type { SimulatedHost } from '../../src/io/memory/index.ts';

const block = 512;

/** A scripted TFTP server of the oldest kind: no options, blocks of 512. It shares no code with the client. */
export class TftpServer {
  readonly files = new Map<string, Buffer>();
  readonly #transfers = new Map<string, { readonly file: string; content: Buffer; readonly isRead: boolean }>();
  readonly #sockets: DatagramSocket[] = [];
  #answering: DatagramSocket | undefined;

  static async open(host: SimulatedHost, address: string): Promise<TftpServer> {
    const server = new TftpServer();
    const handler = {
      received: (data: Buffer, from: Address) => server.#receive(data, from),
      failed: (error: Error) => {
        throw error;
      },
    };
    server.#sockets.push(await host.network.bindUdp({ host: address, port: 69 }, handler));
    server.#answering = await host.network.bindUdp({ host: address, port: 3000 }, handler);
    server.#sockets.push(server.#answering);
    return server;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #receive(data: Buffer, from: Address): void {
    const [operation, key] = [data.readUInt16BE(0), `${from.host}:${from.port}`];
    const transfer = this.#transfers.get(key);
    if (operation <= 2) return this.#begin(data, from, key, operation === 1);
    if (transfer === undefined) return;
    const number = data.readUInt16BE(2);
    if (operation === 4) return this.#send(from, transfer.content, number + 1);
    if (operation !== 3) return;
    transfer.content = Buffer.concat([transfer.content, data.subarray(4)]);
    this.#answer(from, 4, number);
    if (data.length - 4 < block) this.files.set(transfer.file, transfer.content);
  }

  #begin(data: Buffer, from: Address, key: string, isRead: boolean): void {
    const file = data.toString('latin1', 2).split('\0')[0] ?? '';
    const content = isRead ? this.files.get(file) : Buffer.alloc(0);
    if (content === undefined) return this.#answer(from, 5, 1, Buffer.from('File not found\0'));
    this.#transfers.set(key, { file, content, isRead });
    if (isRead) this.#send(from, content, 1);
    else this.#answer(from, 4, 0);
  }

  #send(to: Address, content: Buffer, number: number): void {
    const from = (number - 1) * block;
    if (from <= content.length) this.#answer(to, 3, number, content.subarray(from, from + block));
  }

  #answer(to: Address, operation: number, number: number, rest: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(operation, 0);
    head.writeUInt16BE(number, 2);
    this.#answering?.send(Buffer.concat([head, rest]), to);
  }
}

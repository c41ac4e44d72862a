/** TFTP packets (RFC 1350 5, options RFC 2347). */
export type TftpPacket =
  | { readonly kind: 'read' | 'write'; readonly file: string; readonly options: TftpOptions }
  | { readonly kind: 'data'; readonly block: number; readonly data: Buffer }
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'oack'; readonly options: TftpOptions };

/** Names in lower case. */
export type TftpOptions = ReadonlyMap<string, string>;

export const tftpErrors = { undefined: 0, tooLarge: 3, illegal: 4, unknownTid: 5, options: 8 } as const;

const opcodes = { read: 1, write: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;
const mostOptions = 16;
const longestText = 200;

export function encodeTftp(packet: TftpPacket): Buffer {
  switch (packet.kind) {
    case 'read':
    case 'write':
      return texts(opcodes[packet.kind], [packet.file, 'octet', ...[...packet.options].flat()]);
    case 'oack':
      return texts(opcodes.oack, [...packet.options].flat());
    case 'data':
      return Buffer.concat([words(opcodes.data, packet.block), packet.data]);
    case 'ack':
      return words(opcodes.ack, packet.block);
    case 'error':
      return Buffer.concat([words(opcodes.error, packet.code), Buffer.from(`${packet.message}\0`, 'latin1')]);
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => void bytes.writeUInt16BE(value, at * 2));
  return bytes;
}

function texts(opcode: number, values: readonly string[]): Buffer {
  return Buffer.concat([words(opcode), ...values.map((value) => Buffer.from(`${value}\0`, 'latin1'))]);
}

/** Total: undefined for what is no packet. */
export function decodeTftp(bytes: Buffer): TftpPacket | undefined {
  if (bytes.length < 2) return undefined;
  const opcode = bytes.readUInt16BE(0);
  if (opcode === opcodes.oack) {
    const options = readOptions(readTexts(bytes));
    return options === undefined ? undefined : { kind: 'oack', options };
  }
  if (opcode === opcodes.read || opcode === opcodes.write) return readRequest(bytes, opcode);
  if (bytes.length < 4) return undefined;
  const value = bytes.readUInt16BE(2);
  if (opcode === opcodes.data) return { kind: 'data', block: value, data: bytes.subarray(4) };
  if (opcode === opcodes.ack) return { kind: 'ack', block: value };
  if (opcode === opcodes.error) return { kind: 'error', code: value, message: readMessage(bytes.subarray(4)) };
  return undefined;
}

function readRequest(bytes: Buffer, opcode: number): TftpPacket | undefined {
  const [file, mode, ...rest] = readTexts(bytes) ?? [];
  const options = readOptions(rest);
  if (file === undefined || mode?.toLowerCase() !== 'octet' || options === undefined) return undefined;
  return { kind: opcode === opcodes.read ? 'read' : 'write', file, options };
}

/** Texts that end in NUL behind the operation code. */
function readTexts(bytes: Buffer): readonly string[] | undefined {
  if (bytes.length === 2) return [];
  if (bytes.at(-1) !== 0) return undefined;
  return bytes.toString('latin1', 2, bytes.length - 1).split('\0');
}

function readOptions(parts: readonly string[] | undefined): TftpOptions | undefined {
  if (parts === undefined || parts.length % 2 !== 0 || parts.length > 2 * mostOptions) return undefined;
  const options = new Map<string, string>();
  for (let at = 0; at < parts.length; at += 2) options.set(parts[at]!.toLowerCase(), parts[at + 1]!);
  return options;
}

/** Printable signs only: a server's words are shown to the operator. */
function readMessage(bytes: Buffer): string {
  const [text = ''] = bytes.toString('latin1', 0, longestText).split('\0');
  return text.replace(/[^\x20-\x7e]/g, '?');
}

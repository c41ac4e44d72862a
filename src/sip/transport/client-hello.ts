/** What a TLS client offered, before anything was agreed on. Names of the standards; a number where we know none. */
export interface TlsOffer {
  /** Newest first as offered, e.g. `TLSv1.3`. */
  readonly versions: readonly string[];
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly serverName?: string;
  readonly alpn: readonly string[];
}

/** Longer lists are cut. */
const listAtMost = 64;
const nameAtMost = 255;

/** Bytes read in order; what is not there reads as nothing, and nothing follows it. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  number(size: 1 | 2 | 3): number {
    if (this.left < size) {
      this.#at = this.#bytes.length;
      return 0;
    }
    this.#at += size;
    return this.#bytes.readUIntBE(this.#at - size, size);
  }

  take(count: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += taken.length;
    return taken;
  }

  /** What stands behind its own length. */
  vector(size: 1 | 2): Reader {
    return new Reader(this.take(this.number(size)));
  }

  numbers(name: (value: number) => string | undefined): readonly string[] {
    const names: string[] = [];
    while (this.left > 1 && names.length < listAtMost) {
      const found = name(this.number(2));
      if (found !== undefined) names.push(found);
    }
    return names;
  }
}

/**
 * Reads the ClientHello (RFC 8446 4.1.2) at the beginning of a connection, as far as it lies in the first record. Undefined: it is none.
 * Total, and linear in what it is given.
 */
export function readClientHello(bytes: Buffer): TlsOffer | undefined {
  const record = new Reader(bytes);
  if (record.number(1) !== 22) return undefined;
  record.number(2);
  const handshake = record.vector(2);
  if (handshake.number(1) !== 1) return undefined;
  const hello = new Reader(handshake.take(handshake.number(3)));
  const oldest = hello.number(2);
  hello.take(32);
  hello.vector(1);
  const suites = hello
    .vector(2)
    .numbers((value) => (isGrease(value) ? undefined : (suiteNames.get(value) ?? hex(value))));
  hello.vector(1);
  let versions: readonly string[] = [];
  let groups: readonly string[] = [];
  let alpn: readonly string[] = [];
  let serverName: string | undefined;
  const extensions = hello.vector(2);
  while (extensions.left > 3) {
    const type = extensions.number(2);
    const body = extensions.vector(2);
    if (type === 0) serverName = nameOf(body);
    else if (type === 10)
      groups = body.vector(2).numbers((value) => (isGrease(value) ? undefined : (groupNames.get(value) ?? hex(value))));
    else if (type === 16) alpn = protocols(body.vector(2));
    else if (type === 43) versions = body.vector(1).numbers(versionName);
  }
  // Before TLS 1.3 a client offers its newest version only, and means those below too.
  if (versions.length === 0) versions = [versionName(oldest) ?? hex(oldest)];
  return { versions, suites, groups, alpn, ...(serverName === undefined ? {} : { serverName }) };
}

function nameOf(extension: Reader): string | undefined {
  const list = extension.vector(2);
  if (list.number(1) !== 0) return undefined;
  return printable(list.take(list.number(2)));
}

function protocols(list: Reader): readonly string[] {
  const names: string[] = [];
  while (list.left > 0 && names.length < listAtMost) names.push(printable(list.take(list.number(1))));
  return names;
}

function printable(bytes: Buffer): string {
  return bytes.toString('latin1', 0, nameAtMost).replace(/[^!-~]/g, '?');
}

/** RFC 8701: values without a meaning, offered so that servers get used to such. */
function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 255);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}

function versionName(value: number): string | undefined {
  if (isGrease(value)) return undefined;
  return versionNames.get(value) ?? hex(value);
}

const versionNames: ReadonlyMap<number, string> = new Map([
  [0x0300, 'SSLv3'],
  [0x0301, 'TLSv1'],
  [0x0302, 'TLSv1.1'],
  [0x0303, 'TLSv1.2'],
  [0x0304, 'TLSv1.3'],
]);

const groupNames: ReadonlyMap<number, string> = new Map([
  [23, 'secp256r1'],
  [24, 'secp384r1'],
  [25, 'secp521r1'],
  [29, 'x25519'],
  [30, 'x448'],
  [256, 'ffdhe2048'],
  [257, 'ffdhe3072'],
  [258, 'ffdhe4096'],
  [259, 'ffdhe6144'],
  [260, 'ffdhe8192'],
  [0x11ec, 'X25519MLKEM768'],
]);

const suiteNames: ReadonlyMap<number, string> = new Map([
  [0x000a, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
  [0x002f, 'TLS_RSA_WITH_AES_128_CBC_SHA'],
  [0x0033, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA'],
  [0x0035, 'TLS_RSA_WITH_AES_256_CBC_SHA'],
  [0x0039, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA'],
  [0x003c, 'TLS_RSA_WITH_AES_128_CBC_SHA256'],
  [0x003d, 'TLS_RSA_WITH_AES_256_CBC_SHA256'],
  [0x0067, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256'],
  [0x006b, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256'],
  [0x009c, 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
  [0x009d, 'TLS_RSA_WITH_AES_256_GCM_SHA384'],
  [0x009e, 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'],
  [0x009f, 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0x00ff, 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV'],
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
  [0x5600, 'TLS_FALLBACK_SCSV'],
  [0xc009, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'],
  [0xc00a, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA'],
  [0xc013, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
  [0xc014, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA'],
  [0xc023, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'],
  [0xc024, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384'],
  [0xc027, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
  [0xc028, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'],
  [0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  [0xc030, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0xcca8, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0xcca9, 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0xccaa, 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
]);

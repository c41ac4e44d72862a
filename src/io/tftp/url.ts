import { GatewayError } from '../errors.ts';

/** `tftp://host[:port]/file`, taken apart (RFC 3617). */
export interface TftpUrl {
  readonly host: string;
  readonly port: number;
  readonly file: string;
}

const wellKnownPort = 69;
const longestFile = 255;

/** Throws a `GatewayError` `tftp-failed` for what is no such URL, or names a file no server should be asked for. */
export function parseTftpUrl(text: string): TftpUrl {
  const [, bracketed, plain, port, path = ''] =
    /^tftp:\/\/(?:\[([0-9a-f:.]+)\]|([^/:[\]@?#]+))(?::(\d{1,5}))?(?:\/([^?#]*))?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? wellKnownPort : Number(port);
  const file = decodePath(path.replace(/;mode=octet$/i, ''));
  if (host === undefined || number === 0 || number > 0xffff || file === undefined) {
    throw new GatewayError('tftp-failed', 'Not a URL of the form tftp://host/file');
  }
  return { host, port: number, file };
}

/** A name below the server's folder: printable, without a way up. */
function decodePath(path: string): string | undefined {
  try {
    const file = decodeURIComponent(path);
    if (!/^[\x21-\x3a\x3c-\x7e][\x20-\x3a\x3c-\x7e]*$/.test(file) || file.length > longestFile) return undefined;
    return file.split(/[/\\]/).some((part) => part === '..' || part === '') ? undefined : file;
  } catch {
    return undefined;
  }
}

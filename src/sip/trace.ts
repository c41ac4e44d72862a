import { type DebugTopic, silentTopic } from '../io/index.ts';

/** The topics of `debug ccsip`. Each costs one question, `on`, while nobody watches. */
export interface SipTrace {
  readonly messages: MessageTrace;
  readonly states: DebugTopic;
  readonly transport: DebugTopic;
  readonly error: DebugTopic;
  readonly calls: DebugTopic;
}

/** `debug ccsip messages`. */
export interface MessageTrace {
  readonly on: boolean;
  /** `text` is latin1. */
  show(direction: 'Sent' | 'Received', text: string): void;
}

export const silentTrace: SipTrace = {
  messages: { on: false, show: () => undefined },
  states: silentTopic,
  transport: silentTopic,
  error: silentTopic,
  calls: silentTopic,
};

/** In front of every debug message: leg and call it belongs to, `12/ABCDEF012345`; without a name no call is known yet. */
export function traceHead(kind: string, where: string, legName = '-1/xxxxxxxxxxxx'): string {
  return `//${legName}/SIP/${kind}/${where}:`;
}

/** A message as `debug ccsip messages` shows it, without its secrets, an empty line behind it. `text` is latin1. */
export function displayMessage(direction: 'Sent' | 'Received', text: string, legName?: string): string {
  const lines = withoutSecrets(text.split(/\r\n|\n|\r/));
  while (lines.at(-1) === '') lines.pop();
  return [traceHead('Msg', 'ccsipDisplayMsg', legName), `${direction}: `, ...lines, ''].join('\n');
}

/** The Call-ID of a message as it stands in its text. */
export function callIdOf(text: string): string | undefined {
  return /^(?:call-id|i)[ \t]*:[ \t]*(\S{1,255})/im.exec(text)?.[1];
}

const credentials = /^(?:proxy-)?authorization[ \t]*:/i;
const mediaKey = /^(?:a=(?:crypto|key-mgmt)|k=)/i;
/** The password of a URI. Its parts are bounded, so a hostile line costs little. */
const uriPassword = /(sips?:[^\s:@;?<>"]{1,64}):[^\s@;?<>"]{1,128}@/gi;

function withoutSecrets(lines: readonly string[]): string[] {
  let folded = false;
  const shown: string[] = [];
  for (const line of lines) {
    if (folded && /^[ \t]/.test(line)) continue;
    folded = credentials.test(line);
    if (folded) shown.push(masked(line, ':'));
    else if (mediaKey.test(line)) shown.push(masked(line, line.startsWith('k') ? '=' : ':'));
    else shown.push(line.replace(uriPassword, '$1:***@'));
  }
  return shown;
}

/** What stands before the sign, and the first word behind it: `Authorization: Digest ***`, `a=crypto:1 ***`. */
function masked(line: string, sign: string): string {
  const head = line.slice(0, line.indexOf(sign) + 1);
  const rest = line.slice(head.length);
  const word = /^[ \t]*[A-Za-z0-9]{1,16}(?=[ \t])/.exec(rest)?.[0] ?? '';
  return `${head}${word} ***`;
}

/** The dialog a call is to take the place of (RFC 3891 6.1), as the sender of the header field knows it. */
export interface Replaced {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while it is not answered. */
  readonly earlyOnly: boolean;
}

const identifier = /^[\x21-\x7e]{1,512}$/;

/** Replaces as it is sent. */
export function printReplaces({ callId, toTag, fromTag, earlyOnly }: Replaced): string {
  return `Replaces: ${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`;
}

/** Reads the value of Replaces. Undefined when it is malformed, names several dialogs, or says something twice. */
export function readReplaces(value: string): Replaced | undefined {
  const [callId = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (!identifier.test(callId) || callId.includes(',')) return undefined;
  const tags = new Map<string, string>();
  for (const parameter of parameters) {
    const [, name = '', text = ''] = /^([\w.!%*+`'~-]+)\s*(?:=\s*([^\s,"<>]+))?$/.exec(parameter) ?? [];
    const key = name.toLowerCase();
    if (key === '' || tags.has(key)) return undefined;
    tags.set(key, text);
  }
  const toTag = tags.get('to-tag') ?? '';
  const fromTag = tags.get('from-tag') ?? '';
  if (!identifier.test(toTag) || !identifier.test(fromTag)) return undefined;
  return { callId, toTag, fromTag, earlyOnly: tags.has('early-only') };
}

import type { HttpRequest } from '../io/index.ts';
import { done, type Outcome, refused } from './outcome.ts';

/** `parameter N value V`, or `prompt S`: what stands for `$PN` in a command. */
export type ProfileParameter =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'prompt'; readonly prompt: string };

/** A request in HTTP as an enrollment profile writes it: `GET /path?query` or `POST name=value&...`, with `$P1` to `$P8` and `$REQ`. */
export interface HttpCommand {
  readonly command: string;
  readonly parameters: ReadonlyMap<number, ProfileParameter>;
}

/** What was typed for the parameters that are asked for. */
export type TypedParameters = ReadonlyMap<number, string>;

const verb = /^(GET|POST)\s+(\S.*)$/i;
const placeholder = /\$(?:P([1-8])|REQ\b)/gi;

export function isHttpCommand(text: string): boolean {
  return verb.test(text);
}

/** Parameters in a command that somebody must be asked for, each once. */
export function prompts({ command, parameters }: HttpCommand): readonly { number: number; prompt: string }[] {
  const asked = new Map<number, string>();
  for (const [, digit] of command.matchAll(placeholder)) {
    const parameter = parameters.get(Number(digit));
    if (parameter?.kind === 'prompt') asked.set(Number(digit), parameter.prompt);
  }
  return [...asked].map(([number, prompt]) => ({ number, prompt }));
}

/**
 * The request to send to `url`. A path in a command takes the place of that of the URL, anything else behind GET is a query
 * and behind POST the body. What is put in the place of a name is encoded as a form has it, for it stands in one. `request`:
 * PKCS#10, DER.
 */
export function httpRequestOf(
  url: string,
  { command, parameters }: HttpCommand,
  typed: TypedParameters = new Map(),
  request?: Buffer,
): Outcome<Pick<HttpRequest, 'method' | 'url' | 'body' | 'contentType'>> {
  const [, method = '', text = ''] = verb.exec(command) ?? [];
  const [, host = ''] = /^(http:\/\/[^/?#]+)/i.exec(url) ?? [];
  if (method === '' || host === '') return refused('the command of the enrollment profile is not one in HTTP');
  const missing: string[] = [];
  const filled = text.replace(placeholder, (name: string, digit: string | undefined) => {
    const value = digit === undefined ? request?.toString('base64') : parameterOf(parameters, typed, Number(digit));
    if (value === undefined) missing.push(name);
    return encodeURIComponent((value ?? '').toWellFormed());
  });
  if (missing.length > 0) return refused(`nothing says what ${missing[0]} of the enrollment profile is`);
  if (method.toUpperCase() === 'GET')
    return done({ method: 'GET', url: filled.startsWith('/') ? host + filled : withQuery(url, filled) });
  const [, path, rest = ''] = /^(\/\S*)?(.*)$/s.exec(filled) ?? [];
  return done({
    method: 'POST',
    url: path === undefined ? url : host + path,
    contentType: 'application/x-www-form-urlencoded',
    body: Buffer.from(rest.trimStart()),
  });
}

function parameterOf(
  parameters: HttpCommand['parameters'],
  typed: TypedParameters,
  number: number,
): string | undefined {
  const parameter = parameters.get(number);
  return parameter?.kind === 'value' ? parameter.value : typed.get(number);
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query.replace(/^\?/, '')}`;
}

import { CommandError } from '../cli/index.ts';
import { canonicalAddress } from '../io/index.ts';
import { interfaceName } from './interface-name.ts';
import type { World } from './world.ts';

/** What `ping` and `traceroute` have in common: whom they ask, and from where. */

/** A session cannot be interrupted, so that no command may take for ever. */
export const longestMs = 5 * 60_000;

export async function addressOf(host: string, { reach }: World): Promise<string> {
  const literal = canonicalAddress(host);
  if (literal !== undefined) return literal;
  const [found] = await reach.addresses(host).catch(() => []);
  if (found !== undefined) return found;
  throw new CommandError('% Unrecognized host or address, or protocol not running.');
}

/** An address, or that of an interface in the family of the one that is asked. */
export function sourceOf(typed: string, asked: string, { config }: World): string {
  const literal = canonicalAddress(typed);
  if (literal !== undefined) return literal;
  const record = config.running.interfaces.get(interfaceName(typed) ?? '');
  const address = asked.includes(':') ? record?.ipv6?.address : record?.address?.address;
  if (address !== undefined) return address;
  throw new CommandError('% Invalid source interface - IP not enabled or interface is down');
}

export function numberIn(typed: string | undefined, least: number, largest: number): number {
  const number = /^\d{1,6}$/.test(typed ?? '') ? Number(typed) : -1;
  if (number >= least && number <= largest) return number;
  throw new CommandError(`% A decimal number between ${least} and ${largest}.`);
}

/** Asks a question of a dialog. An empty answer is what is offered; undefined: the session ended. */
export async function askOffering(
  terminal: { ask(question: string): Promise<string | undefined> },
  question: string,
  offered: string,
): Promise<string | undefined> {
  const answer = (await terminal.ask(`${question}${offered === '' ? '' : ` [${offered}]`}: `))?.trim();
  return answer === '' ? offered : answer;
}

/** The first two questions: a protocol, and whom. Undefined: the session ended. */
export async function askTarget(
  terminal: { ask(question: string): Promise<string | undefined> },
  command: string,
): Promise<string | undefined> {
  const protocol = await askOffering(terminal, 'Protocol', 'ip');
  if (protocol === undefined) return undefined;
  if (!/^ip(?:v6)?$/i.test(protocol))
    throw new CommandError(`% Unknown protocol - "${protocol}", type "${command} ?" for help`);
  const host = await askOffering(terminal, 'Target IP address', '');
  if (host === '') throw new CommandError('% Bad IP address or host name');
  return host;
}

import { CommandError, type Terminal } from '../../cli/index.ts';
import type { World } from '../world.ts';

/** Wrong answers after which a dialog gives up: a pipe may have no right one. */
export const mostQuestions = 10;
const mostLines = 2000;

/** Asks until `yes` or `no` is answered, abbreviated as one likes. A session that ends, or never decides, has said no. */
export async function askYesNo(terminal: Terminal, question: string): Promise<boolean> {
  for (let asked = 0; asked < mostQuestions; asked++) {
    const answer = (await terminal.ask(question))?.trim().toLowerCase();
    if (answer === undefined) return false;
    if (answer !== '' && 'yes'.startsWith(answer)) return true;
    if (answer !== '' && 'no'.startsWith(answer)) return false;
    terminal.print("% Please answer 'yes' or 'no'.");
  }
  return false;
}

/** Refuses a dialog that would end in vain: certificates have dates. */
export function demandClock({ pki }: World): void {
  const ready = pki.ready();
  if (!ready.ok) throw new CommandError(`% ${ready.reason.replace(/^./, (letter) => letter.toUpperCase())}`);
}

/** Pasted lines up to `quit`, and up to a blank line behind the first text when `blankEnds`. */
export async function readPaste(terminal: Terminal, blankEnds: boolean): Promise<string> {
  const lines: string[] = [];
  while (lines.length < mostLines) {
    const line = (await terminal.ask(''))?.trimEnd();
    if (line === undefined || line.trim().toLowerCase() === 'quit') return lines.join('\n');
    if (line === '' && blankEnds && lines.length > 0) return lines.join('\n');
    if (line !== '' || lines.length > 0) lines.push(line);
  }
  throw new CommandError('% The text is too long');
}

/** Prints every line of a text, whatever its ends. */
export function printText(terminal: Terminal, text: string): void {
  for (const line of text.trimEnd().split('\n')) terminal.print(line);
}

/** A password asked for twice; undefined when the session ended. */
export async function askNewPassword(terminal: Terminal): Promise<string | undefined> {
  for (let asked = 0; asked < mostQuestions; asked++) {
    const first = await terminal.ask('Password: ', { hidden: true });
    const second = first === undefined ? undefined : await terminal.ask('Re-enter password: ', { hidden: true });
    if (first === undefined || second === undefined) return undefined;
    if (first === second) return first;
    terminal.print('% Passwords do not match.');
  }
  return undefined;
}

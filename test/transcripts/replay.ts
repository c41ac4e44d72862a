import assert from 'node:assert/strict';
import { Pki } from '../../src/pki/index.ts';
import { storyAuthority, storyCertificate } from '../stories/identity.ts';
import { type Router, Scene } from '../stories/scene.ts';
import { TftpServer } from '../stories/tftp-server.ts';

/**
 * Transcripts: what is on a terminal, line by line. What stands between « and » was typed, between ‹ and › typed without
 * being shown; the rest the router printed.
 *
 *     # a comment
 *     ## router NAME ADDRESS    boots a router; `| ` lines below are its configuration
 *     ## at NAME                goes on at the console of another router
 *     ## web ADDRESS NAME       NAME answers SCEP at that address, as its HTTP server would
 *     ## clock ADDRESS          a time server
 *     ## tftp ADDRESS           a TFTP server with the file `paper.ca`, the CA certificate
 *     ## pass MILLISECONDS      lets time pass
 *     ## begin LINE            types a line that takes its time, and does not wait for its answer: another router is next
 *     ## finish                waits until it is answered
 *     ## log                    the log messages since the last look, without their stamps and without what debug shows, follow
 *
 * `{word NAME}` in an answer stands for one word and keeps it, to be typed as `«{NAME}»`.
 * `{*}` in an answer stands for anything, `{hex}` for hexadecimal digits and blanks, `{time}` for a date of IOS. A line
 * `{lines NAME}` stands for one or more lines, up to the next that fits, and keeps them; `«{NAME}»` types them. `ca`, `key` and `certificate` are
 * there from the beginning: PEM texts of an authority, of a private key and of a certificate it issued.
 */
export async function replay(text: string): Promise<void> {
  const player = new Player();
  for (const step of readSteps(text)) await player.play(step);
  await player.close();
}

export interface Step {
  /** Line of the file, from 1. */
  readonly line: number;
  /** What is typed, or the words of a directive. */
  readonly typed: string;
  readonly isDirective: boolean;
  /** The lines that must be on the screen, the typed one first. */
  readonly expected: string[];
}

export function readSteps(text: string): readonly Step[] {
  const found: Step[] = [];
  for (const [index, content] of text.replace(/\n$/, '').split('\n').entries()) {
    const line = index + 1;
    const typed = /^(.*)(?:«(.*)»|‹(.*)›)$/.exec(content);
    if (content.startsWith('## ')) found.push({ line, typed: content.slice(3), isDirective: true, expected: [] });
    else if (content.startsWith('# ')) continue;
    else if (typed === null) found.at(-1)?.expected.push(content);
    else {
      const [, prompt = '', shown, hidden] = typed;
      found.push({ line, typed: shown ?? hidden ?? '', isDirective: false, expected: [`${prompt}${shown ?? ''}`] });
    }
  }
  return found;
}

/** What waits for others: calls, and files. */
const patient =
  /(?:#csim |#ping |#traceroute |Verbose\[none\]: |#crypto pki authenticate paper|file system\? \[yes\/no\]: )/;

const patterns: Readonly<Record<string, string>> = {
  '*': '.*',
  hex: '[0-9A-F ]+',
  time: '\\d\\d:\\d\\d:\\d\\d UTC [A-Z][a-z][a-z] \\d{1,2} \\d{4}',
};

export class Player {
  readonly #scene = new Scene();
  readonly #routers = new Map<string, Router>();
  readonly #kept = new Map<string, readonly string[]>();
  readonly #seen = new Map<Router, number>();
  #at: Router | undefined;
  #begun: Promise<unknown> = Promise.resolve();

  constructor() {
    const ca = storyAuthority('story root');
    const own = storyCertificate(ca, 'west.lab.example', { dnsNames: ['west.lab.example'] });
    for (const [name, pem] of [
      ['ca', ca.pem],
      ['key', own.keyPem],
      ['certificate', own.pem],
    ] as const) {
      this.#kept.set(name, pem.trimEnd().split('\n'));
    }
  }

  async play(step: Step): Promise<void> {
    const screen = await this.screen(step);
    if (!step.isDirective || step.typed === 'log') this.#compare(step, screen);
  }

  /** Carries a step out; what is on the screen then. */
  async screen(step: Step): Promise<readonly string[]> {
    if (step.isDirective) return this.#direct(step);
    const router = this.#router;
    const kept = /^\{(\w+)\}$/.exec(step.typed)?.[1];
    if (kept !== undefined) return router.type(...(this.#kept.get(kept) ?? []));
    return patient.test(step.expected[0] ?? '') ? router.typePatiently(step.typed) : router.type(step.typed);
  }

  close(): Promise<void> {
    return this.#scene.close();
  }

  async #direct({ typed, expected }: Step): Promise<readonly string[]> {
    const [what, first = '', second = ''] = typed.split(' ');
    if (what === 'router') {
      const configuration = expected.map((line) => line.replace(/^\| ?/, '')).join('\n');
      this.#at = await this.#scene.router(second, `hostname ${first}\n${configuration}\n`);
      assert.deepEqual(this.#at.gateway.problems, []);
      this.#routers.set(first, this.#at);
    } else if (what === 'at') this.#at = this.#routers.get(first);
    else if (what === 'web') this.#serve(first, second);
    else if (what === 'tftp') await this.#serveFiles(first);
    else if (what === 'clock') await this.#scene.timeServer(first);
    else if (what === 'begin') this.#begun = this.#router.type(typed.slice('begin '.length));
    else if (what === 'finish') await this.#scene.during(this.#begun);
    else if (what === 'pass') await this.#scene.pass(Number(first));
    else if (what === 'log') return this.#log();
    else throw new Error(`unknown directive ${typed}`);
    return [];
  }

  #serve(address: string, name: string): void {
    const pki = this.#routers.get(name)?.gateway.world.pki;
    if (!(pki instanceof Pki)) throw new Error(`no router ${name}`);
    this.#scene.world.webServers.set(address, async ({ method, url, body }) => {
      const query = new URL(url).searchParams;
      const message = query.get('message');
      const answer = await pki.authorities.scep({
        method,
        operation: query.get('operation') ?? '',
        ...(message === null ? {} : { message }),
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.status, contentType: answer.contentType, body: answer.body };
    });
  }

  async #serveFiles(address: string): Promise<void> {
    const server = await TftpServer.open(this.#scene.world.host([address]), address);
    server.files.set('paper.ca', Buffer.from(`${this.#kept.get('ca')?.join('\n')}\n`));
  }

  #log(): readonly string[] {
    const router = this.#router;
    const lines = router.log.slice(this.#seen.get(router) ?? 0);
    this.#seen.set(router, router.log.length);
    const messages = lines.filter((line) => /%[A-Z_]+-\d-/.test(line));
    return messages.map((line) => line.replace(/^.*?(?=%[A-Z_]+-\d-)/, ''));
  }

  get #router(): Router {
    if (this.#at === undefined) throw new Error('no router yet');
    return this.#at;
  }

  #compare(step: Step, screen: readonly string[]): void {
    const pasted = /^\{\w+\}$/.test(step.typed);
    const expected = pasted ? step.expected.slice(1) : step.expected;
    const shown = pasted ? screen.slice(this.#kept.get(step.typed.slice(1, -1))?.length ?? 0) : screen;
    let at = 0;
    for (const [index, line] of expected.entries()) {
      const kept = /^\{lines (\w+)\}$/.exec(line)?.[1];
      if (kept !== undefined) {
        const end = nextFit(shown, at + 1, expected[index + 1]);
        this.#kept.set(kept, shown.slice(at, end));
        at = end;
      } else if (!matches(shown[at], this.#keepWord(shown[at++], line))) this.#fail(step, expected, shown);
    }
    if (at !== shown.length) this.#fail(step, expected, shown);
  }

  /** The line with the word that stands at `{word NAME}` on the screen in its place. */
  #keepWord(shown: string | undefined, line: string): string {
    const [place, name = ''] = /\{word (\w+)\}/.exec(line) ?? [];
    if (place === undefined) return line;
    const [before = '', after = ''] = line.split(place);
    const fits = shown?.startsWith(before) === true && shown.endsWith(after);
    const word = fits ? shown.slice(before.length, shown.length - after.length) : '';
    if (!/^\S+$/.test(word)) return line;
    this.#kept.set(name, [word]);
    return line.replace(place, word);
  }

  #fail(step: Step, expected: readonly string[], shown: readonly string[]): never {
    assert.fail(
      `line ${step.line}, «${step.typed}»\n--- expected\n${expected.join('\n')}\n--- on the screen\n${shown.join('\n')}\n---`,
    );
  }
}

/** The first line from `start` on that fits, or the end when nothing is to follow. */
function nextFit(shown: readonly string[], start: number, line: string | undefined): number {
  const found = line === undefined ? -1 : shown.findIndex((one, at) => at >= start && matches(one, line));
  return found < 0 ? shown.length : found;
}

function matches(shown: string | undefined, line: string): boolean {
  if (shown === undefined || !line.includes('{')) return shown === line;
  const parts = line.split(/\{(\*|hex|time)\}/);
  const source = parts.map((part, i) => (i % 2 === 1 ? patterns[part] : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${source.join('')}$`).test(shown);
}

import { type LineIo, refusalLines, Session, type SessionOptions } from '../cli/index.ts';

/** Lines of one command text. */
const mostLines = 10_000;

export interface CommandRun {
  /** 0 when every line was carried out and every question answered, else 1. */
  readonly status: Promise<number>;
  /** Carries out no further line. */
  stop(): void;
}

/**
 * `ssh gw "show clock"`: types the lines of a text at a session and prints the answers, without prompt and echo. A command
 * that asks is answered by the next line.
 */
export function runCommands<World>(
  options: Omit<SessionOptions<World>, 'io'>,
  text: string,
  print: (line: string) => void,
): CommandRun {
  const lines = text.split(/\r?\n/, mostLines);
  let status = 0;
  const io: LineIo = {
    print,
    readLine: async (prompt) => {
      if (prompt !== '') print(prompt);
      const line = lines.shift();
      // The command goes no further: whoever looks at the status alone must not think it was carried out.
      if (line === undefined) status = 1;
      return line;
    },
  };
  const session = new Session({ ...options, io });
  const run = async (): Promise<number> => {
    for (let line = lines.shift(); line !== undefined && !session.closed; line = lines.shift()) {
      const refusal = await session.perform(line);
      if (refusal === undefined) continue;
      status = 1;
      for (const sentence of refusalLines(refusal, 0)) print(sentence);
    }
    return status;
  };
  return { status: run(), stop: () => session.close() };
}

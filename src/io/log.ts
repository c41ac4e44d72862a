/** Syslog severity: 0 emergency ... 7 debugging. */
export type Severity = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One message an operator may read, defined once, with what it means and what to do about it. */
export interface LogMessage {
  readonly severity: Severity;
  /** Text with `{name}` places. */
  readonly text: string;
  readonly cause: string;
  readonly remedy: string;
}

/** The messages of one facility, by mnemonic. */
export type LogCatalogue = Readonly<Record<string, LogMessage>>;

export interface LogEntry {
  readonly facility: string;
  readonly severity: Severity;
  readonly mnemonic: string;
  readonly text: string;
}

/** Where entries go: console, buffer, syslog. Must not throw. */
export interface LogSink {
  write(entry: LogEntry): void;
}

export type LogValues = Readonly<Record<string, string | number>>;

/** Writes the messages of one catalogue. */
export type Log<C extends LogCatalogue> = (mnemonic: keyof C & string, values?: LogValues) => void;

const longestValue = 256;

/** Binds a catalogue to a sink. Values are made printable and cut to 256 characters, whatever they came from. */
export function log<const C extends LogCatalogue>(facility: string, catalogue: C, sink: LogSink): Log<C> {
  return (mnemonic, values = {}) => {
    const message = catalogue[mnemonic];
    if (message === undefined) throw new TypeError(`no log message ${facility}-${mnemonic}`);
    const text = message.text.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name];
      return value === undefined ? place : printable(String(value));
    });
    sink.write({ facility, severity: message.severity, mnemonic, text });
  };
}

/** Control characters and non-ASCII as `\xNN`, cut to 256 characters: safe for a terminal and a log. */
export function printable(text: string): string {
  const cut = text.length > longestValue ? `${text.slice(0, longestValue)}...` : text;
  return cut.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** `%SIP-2-LISTEN_SOCKET: text`, as IOS prints it after the time stamp. */
export function printLogEntry(entry: LogEntry): string {
  return `%${entry.facility}-${entry.severity}-${entry.mnemonic}: ${entry.text}`;
}

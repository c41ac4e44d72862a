/** Stands between a `show` and the terminal. */
export interface FilteredOutput {
  print(line: string): void;
  /** The command has ended well. A promise: what is written is there when it is kept. */
  end(): void | Promise<void>;
}

/** How much of a message is read before it is refused. Lengths are bytes. */
export interface MessageLimits {
  /** All before the body. A stream ends for it before it is read here. */
  readonly head: number;
  readonly headers: number;
  /** One header line, folds included. */
  readonly line: number;
  /** Values of Via, however many of them share a line. */
  readonly vias: number;
  /** Request URI: beyond it the answer is 414. */
  readonly uri: number;
  /** Tags, branches, Call-IDs and header names. */
  readonly token: number;
  /** Beyond it the answer is 413. */
  readonly body: number;
}

export const defaultLimits: MessageLimits = {
  head: 16_384,
  headers: 128,
  line: 4096,
  vias: 70,
  uri: 1024,
  token: 512,
  body: 65_536,
};

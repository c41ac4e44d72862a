/** What has gone over one connection, and since when. */
export class Traffic {
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly bytes = { in: 0, out: 0 };
  readonly messages = { in: 0, out: 0 };

  constructor(since: number) {
    this.since = since;
  }

  received(bytes: number): void {
    this.bytes.in += bytes;
  }

  /** A whole message: its bytes were `received`. */
  understood(): void {
    this.messages.in++;
  }

  sent(bytes: number): void {
    this.bytes.out += bytes;
    this.messages.out++;
  }
}

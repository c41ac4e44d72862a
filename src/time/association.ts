import type { Address, Clock, DatagramSocket, Network, Random, Timer } from '../io/index.ts';
import { filterSamples, filterSize } from './filter.ts';
import { encodeQuestion, type NtpPacket } from './packet.ts';
import { PollInterval } from './poll-interval.ts';
import { judgeReply, type Question, type Reply, type ReplyRule, type Sample } from './reply.ts';
import type { AssociationReport } from './report.ts';
import type { Candidate } from './selection.ts';
import type { NtpServerSettings } from './settings.ts';

const answerMs = 3000;

export interface AssociationParts {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: Random;
  /** Addresses of a name. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** The address of an interface. */
  readonly addressOf: (name: string) => string | undefined;
  /** Something was learnt, or an answer did not come. */
  readonly changed: (association: Association, event: AssociationEvent) => void;
}

export type AssociationEvent =
  | { readonly kind: 'answered' | 'silent' }
  | { readonly kind: 'reached' | 'lost' }
  | { readonly kind: 'refused'; readonly rule: ReplyRule }
  | { readonly kind: 'kissed'; readonly code: string }
  /** The question could not be put. */
  | { readonly kind: 'failed'; readonly reason: string };

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

/** One server: asks it from a fresh port each time, and keeps what it answered. */
export class Association {
  readonly settings: NtpServerSettings;
  readonly #parts: AssociationParts;
  readonly #poll = new PollInterval();
  /** The last eight questions, a bit each: answered or not. */
  #reach = 0;
  #samples: readonly Sample[] = [];
  #address: string | undefined;
  #socket: DatagramSocket | undefined;
  #timer: Timer | undefined;
  #lastPacket: NtpPacket | undefined;
  #isTried = false;
  #isRefused = false;
  #isStopped = false;
  #sent = 0;
  #received = 0;
  #errors = 0;

  constructor(settings: NtpServerSettings, parts: AssociationParts) {
    this.settings = settings;
    this.#parts = parts;
  }

  get key(): string {
    return `${this.settings.host} ${this.settings.port}`;
  }

  /** Its first question was answered, or not in time. */
  get isTried(): boolean {
    return this.#isTried;
  }

  get address(): string {
    return this.#address ?? this.settings.host;
  }

  /** What it has to say about the time; undefined while it does not answer. */
  get candidate(): Candidate | undefined {
    const filtered = filterSamples(this.#samples, this.#parts.clock.monotonic());
    if (filtered === undefined || this.#reach === 0 || this.#isRefused) return undefined;
    const { best, distanceMs } = filtered;
    const { key, settings } = this;
    return { key, base: best.base, distanceMs, stratum: best.packet.stratum, prefer: settings.prefer };
  }

  start(): void {
    this.#ask().catch((error: unknown) => this.#failed(error));
  }

  stop(): void {
    this.#isStopped = true;
    this.#hangUp();
  }

  report(): AssociationReport {
    const now = this.#parts.clock.monotonic();
    return {
      settings: this.settings,
      address: this.address,
      reach: this.#reach,
      refused: this.#isRefused,
      pollExponent: this.#poll.exponent,
      packet: this.#lastPacket,
      filtered: filterSamples(this.#samples, now),
      samples: this.#samples,
      sinceMs: this.#samples.length === 0 ? undefined : now - (this.#samples.at(-1)?.at ?? now),
      counters: { sent: this.#sent, received: this.#received, errors: this.#errors },
    };
  }

  async #ask(): Promise<void> {
    const to = await this.#target();
    const socket = await this.#parts.network.bindUdp(this.#local(to.host), {
      received: (data, from) => {
        if (from.host === to.host && from.port === to.port) this.#receive(data, question);
        else this.#errors++;
      },
      failed: () => this.#errors++,
    });
    if (this.#isStopped) return socket.close();
    this.#socket = socket;
    const nonce = this.#parts.random.bytes(8).readBigUInt64BE();
    const question: Question = { nonce, sentAt: this.#parts.clock.monotonic() };
    this.#sent++;
    socket.send(encodeQuestion(this.settings.version, nonce), to, () => this.#errors++);
    this.#timer = this.#parts.clock.after(answerMs, () => this.#end({ kind: 'silent' }));
  }

  async #target(): Promise<Address> {
    const { host, port } = this.settings;
    if (this.#address === undefined || this.#reach === 0) {
      const found = isAddress(host) ? host : (await this.#parts.resolve(host))[0];
      if (found === undefined) throw new Error(`no address of ${host} is known`);
      // Another machine: what the first one said is not about it.
      if (found !== this.#address) this.#samples = [];
      this.#address = found;
    }
    return { host: this.#address, port };
  }

  #local(to: string): Address {
    const { source } = this.settings;
    if (source === undefined) return { host: to.includes(':') ? '::' : '0.0.0.0', port: 0 };
    const host = this.#parts.addressOf(source);
    if (host === undefined) throw new Error(`${source} has no address`);
    return { host, port: 0 };
  }

  #receive(data: Buffer, question: Question): void {
    const reply = judgeReply(data, question, this.#parts.clock.monotonic());
    if (reply.kind === 'foreign') {
      this.#errors++;
      return;
    }
    this.#received++;
    this.#take(reply);
  }

  #take(reply: Exclude<Reply, { readonly kind: 'foreign' }>): void {
    if (reply.kind === 'sample') {
      this.#samples = [...this.#samples, reply.sample].slice(-filterSize);
      this.#lastPacket = reply.sample.packet;
      this.#end({ kind: 'answered' });
    } else if (reply.kind === 'refused') {
      this.#errors++;
      this.#end(reply);
    } else this.#end({ kind: 'kissed', code: reply.code });
  }

  /** The exchange is over: what came of it, and when to ask again. */
  #end(event: AssociationEvent): void {
    this.#hangUp();
    if (this.#isStopped) return;
    const isFirst = this.#reach === 0;
    const isAnswered = event.kind === 'answered';
    this.#reach = ((this.#reach << 1) & 0xff) | Number(isAnswered);
    if (isAnswered) this.#poll.answered();
    else if (event.kind === 'kissed') this.#kissed(event.code);
    else this.#poll.missed();
    const isOver = this.#reach === 0;
    if (isOver) this.#samples = [];
    this.#isTried = true;
    if (!this.#isRefused) this.#timer = this.#parts.clock.after(this.#poll.nextMs(), () => this.start());
    if (!isAnswered) this.#parts.changed(this, event);
    if (isFirst && isAnswered) this.#parts.changed(this, { kind: 'reached' });
    else if (!isFirst && isOver) this.#parts.changed(this, { kind: 'lost' });
    else if (isAnswered) this.#parts.changed(this, event);
  }

  #kissed(code: string): void {
    if (code === 'DENY' || code === 'RSTR') this.#isRefused = true;
    else if (code === 'RATE') this.#poll.slowed();
    else this.#poll.missed();
  }

  #failed(error: unknown): void {
    this.#errors++;
    this.#end({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }

  #hangUp(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }
}

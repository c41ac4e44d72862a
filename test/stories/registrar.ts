import type { Answer } from './guard.ts';
import type { Heard } from './phone.ts';

/** The book of a scripted registrar: what is registered, and how it answers. */
export class Registrar {
  /** Contact by address of record. */
  readonly bindings = new Map<string, string>();
  /** Every REGISTER that was judged: when it came and what it asked for. */
  readonly heard: {
    readonly at: number;
    readonly to: string;
    readonly expires: number;
    readonly cseq: number;
    readonly callId: string;
  }[] = [];
  /** Answers everything with this instead. */
  refuses: Answer | 'silently' | undefined;
  minimumSeconds = 0;
  serviceRoute = '<sip:proxy.example;lr>';
  /** What it makes of calls on the connection of a REGISTER: absent, it has never heard of them. */
  outbound: { readonly flowTimerSeconds?: number } | 'none' | undefined;
  /** What it is told of the connections of those it holds, by address of record. */
  readonly flows = new Map<string, string>();
  grantsSeconds: number | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Undefined: no answer. */
  register(request: Heard): Answer | undefined {
    const contact = /^<([^>]*)>(?:;expires=(\d+))?/.exec(request.headers.get('contact')?.[0] ?? '');
    const expires = Number(contact?.[2] ?? request.headers.get('expires')?.[0]);
    const to = /sips?:([^@>]*)/.exec(request.headers.get('to')?.[0] ?? '')?.[1] ?? '';
    const cseq = Number.parseInt(request.headers.get('cseq')?.[0] ?? '', 10);
    this.heard.push({ at: this.#now(), to, expires, cseq, callId: request.headers.get('call-id')?.[0] ?? '' });
    if (this.refuses === 'silently') return undefined;
    if (this.refuses !== undefined) return this.refuses;
    const offered = /reg-id=\d+;\+sip\.instance="<[^>]*>"/.exec(request.headers.get('contact')?.[0] ?? '')?.[0];
    if (this.outbound === 'none' && offered !== undefined) return { status: 439, headers: [] };
    this.flows.set(to, offered ?? '');
    if (expires > 0 && expires < this.minimumSeconds) {
      return { status: 423, headers: [`Min-Expires: ${this.minimumSeconds}`] };
    }
    if (expires === 0) {
      this.bindings.delete(to);
      return { status: 200, headers: [] };
    }
    this.bindings.set(to, contact?.[1] ?? '');
    const granted = this.grantsSeconds ?? expires;
    return {
      status: 200,
      headers: [
        `Service-Route: ${this.serviceRoute}`,
        'Path: <sip:edge.example;lr>',
        `Contact: <sip:other@10.9.9.9>;expires=9`,
        `Contact: <${contact?.[1]}>;expires=${granted}`,
        ...(typeof this.outbound === 'object' && offered !== undefined
          ? ['Require: outbound', `Flow-Timer: ${this.outbound.flowTimerSeconds ?? 120}`]
          : []),
      ],
    };
  }

  /** What was heard, in words: `778 3600 #1`. */
  get said(): readonly string[] {
    return this.heard.map(({ to, expires, cseq }) => `${to} ${expires} #${cseq}`);
  }
}

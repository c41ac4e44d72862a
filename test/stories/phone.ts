import type { Address, Stream, TlsCredentials, TlsSession } from '../../src/io/index.ts';
import type { SimulatedHost } from '../../src/io/memory/index.ts';
import { type Answer, type Guard, proof } from './guard.ts';
import type { Registrar } from './registrar.ts';

/** How a telephone takes a call: a final status, or `ring` for ever, or `ignore` the INVITE altogether. */
type Manner = number | 'ring' | 'ignore';

export interface PhoneOptions {
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly port?: number;
  /** 200 when absent. */
  readonly takes?: Manner;
  readonly credentials?: TlsCredentials;
  /** Takes registrations. */
  readonly registrar?: Registrar;
  /** 200 when absent. */
  readonly answersOptions?: number;
  /** Challenges requests. */
  readonly guard?: Guard;
  /** Answers a 401 to its INVITE, once. */
  readonly knows?: { readonly username: string; readonly password: string };
  /** Header lines of its INVITEs and of its answers to them: what it can do. `Supported: timer` and `100rel` it lives up to. */
  readonly headers?: readonly string[];
  /** Header lines of the final responses by which it refuses a call. */
  readonly refusing?: readonly string[];
  /** Payload type of its telephone events; 101 when absent. */
  readonly events?: number;
  /** `sip` when absent. */
  readonly scheme?: 'sips';
  /** The name under which it would be called on the connections that it makes (RFC 5923). */
  readonly alias?: string;
}

/** A SIP message as a telephone reads it; enough for what our own gateway writes. */
export interface Heard {
  readonly start: string;
  readonly method: string;
  /** 0 for a request. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

type Way = (text: string) => void;

/** One call as the telephone has it. */
interface Talk {
  readonly callId: string;
  readonly local: string;
  remote: string;
  target: string;
  sequence: number;
  /** Where its last answer came from. */
  way: Way;
  /** Of an INVITE received: to answer it later. Of one sent: to cancel it. */
  readonly invite: Heard | undefined;
  sent: string | undefined;
  /** Its newest re-INVITE has no offer, so that the answer goes into the ACK. */
  asks?: boolean;
}

/**
 * A scripted SIP telephone on a host of its own: takes calls in a given manner, places and ends them. It is no part of the
 * product and shares no code with it, so that both are not wrong together.
 */
export class Phone {
  readonly address: Address;
  /** Start lines of everything heard, oldest first: `INVITE`, `200 INVITE`. */
  readonly heard: string[] = [];
  readonly messages: Heard[] = [];
  takes: Manner;
  /** How it takes a change of the call. */
  takesChange: Manner = 200;
  /** How it answers a REFER. */
  takesRefer: number | 'ignore' = 202;
  /** Where it sends who it answers with 3xx, the first place first. */
  sendsTo: readonly string[] = [];
  /** What it says of itself when it answers one; absent: what the offer lets it do. */
  says: Direction | undefined;
  /** Where an incoming connection or datagram came from. */
  readonly sources: string[] = [];
  readonly #host: SimulatedHost;
  readonly #transport: 'udp' | 'tcp' | 'tls';
  readonly #credentials: TlsCredentials | undefined;
  readonly #registrar: Registrar | undefined;
  readonly #guard: Guard | undefined;
  /** How it answers OPTIONS. */
  answersOptions: number | 'ignore';
  readonly #knows: PhoneOptions['knows'];
  readonly #headers: readonly string[];
  readonly #refusing: readonly string[];
  readonly #events: number;
  readonly #scheme: 'sip' | 'sips';
  readonly #alias: string | undefined;
  /** Answers no keepalive. */
  isDeaf = false;
  /** Handshakes that resumed a session. */
  resumed = 0;
  /** Calls to it on connections that it made. */
  calledBack = 0;
  /** Keepalives heard. */
  pings = 0;
  readonly #talks = new Map<string, Talk>();
  readonly #ever: Talk[] = [];
  readonly #ways = new Map<string, Way>();
  /** Those of connections that it made. */
  readonly #made = new WeakSet<Way>();
  readonly #closings: (() => void)[] = [];
  #sendUdp: ((text: string, to: Address) => void) | undefined;
  #last: Talk | undefined;
  #count = 0;
  #version = 1;
  #change: { readonly request: Heard; readonly way: Way } | undefined;
  #invite: (() => void) | undefined;
  #isClosed = false;

  private constructor(host: SimulatedHost, address: Address, options: PhoneOptions) {
    this.#host = host;
    this.address = address;
    this.#transport = options.transport ?? 'udp';
    this.#credentials = options.credentials;
    this.takes = options.takes ?? 200;
    this.#registrar = options.registrar;
    this.#guard = options.guard;
    this.answersOptions = options.answersOptions ?? 200;
    this.#knows = options.knows;
    this.#headers = options.headers ?? [];
    this.#refusing = options.refusing ?? [];
    this.#events = options.events ?? 101;
    this.#scheme = options.scheme ?? 'sip';
    this.#alias = options.alias;
  }

  static async open(host: SimulatedHost, address: string, options: PhoneOptions): Promise<Phone> {
    const port = options.port ?? (options.transport === 'tls' ? 5061 : 5060);
    const phone = new Phone(host, { host: address, port }, options);
    await phone.#listen();
    return phone;
  }

  /** Calls a number through a gateway. */
  async call(
    number: string,
    gateway: string,
    port = this.#transport === 'tls' ? 5061 : 5060,
    more: readonly string[] = [],
  ): Promise<void> {
    const way = await this.#wayTo({ host: gateway, port });
    const id = ++this.#count;
    const { host } = this.address;
    const talk: Talk = {
      callId: `call-${id}@${host}`,
      local: `<sip:phone@${host}>;tag=p${id}`,
      remote: `<sip:${number}@${gateway}>`,
      target: `${this.#scheme}:${number}@${gateway}:${port}`,
      sequence: 1,
      way,
      invite: undefined,
      sent: this.#via(`z9hG4bKp${id}`),
    };
    this.#talks.set(talk.callId, talk);
    this.#ever.push(talk);
    this.#last = talk;
    const body = sdp(host, 1, `0 ${this.#events}`);
    this.#invite = () => way(this.#request('INVITE', talk, talk.sent ?? '', body, [...this.#headers, ...more]));
    this.#invite();
  }

  /** Repeats the INVITE of its last call, as over UDP whoever hears nothing must. */
  callAgain(): void {
    this.#invite?.();
  }

  /** Sends a request in the call that is up. */
  ask(method: string, headers: readonly string[] = [], body = ''): void {
    const talk = this.#current();
    talk.sequence++;
    const via = this.#via(`z9hG4bKm${++this.#count}`);
    if (method === 'INVITE') {
      talk.asks = body === '';
      talk.sent = via;
    }
    talk.way(this.#request(method, talk, via, body, headers));
  }

  /** A new description of this telephone, sending or held, by default in the codec and at the port of the old one. */
  describe(direction: Direction, payload = `0 ${this.#events}`, port = 20_000): string {
    return `${sdp(this.address.host, ++this.#version, payload, port)}a=${direction}\r\n`;
  }

  /** Answers the change of the call that was not answered yet. */
  answerChange(status: number): void {
    const change = this.#change;
    if (change === undefined) throw new Error('nobody changes the call');
    this.#change = undefined;
    this.#respond(change.request, change.way, status, status === 200 ? this.#answerTo(change.request) : '');
  }

  #answerTo(request: Heard): string {
    if (request.body === '') return request.method === 'INVITE' ? this.describe(this.says ?? 'sendrecv') : '';
    const offered = /^a=(sendonly|recvonly|inactive)/m.exec(request.body)?.[1] ?? 'sendrecv';
    const turned = { sendonly: 'recvonly', recvonly: 'sendonly' } as const;
    const direction =
      this.says ?? (offered in turned ? turned[offered as keyof typeof turned] : (offered as Direction));
    const [codec = '0', ...others] = (/^m=audio \d+ RTP\/AVP (.*)$/m.exec(request.body)?.[1]?.trim() ?? '0').split(' ');
    const events = others.some((type) => Number(type) >= 96) ? ` ${this.#events}` : '';
    return this.describe(direction, codec + events);
  }

  #changes(request: Heard, way: Way): void {
    this.#change = { request, way };
    if (this.takesChange === 'ring') this.#respond(request, way, 180);
    else if (this.takesChange !== 'ignore') this.answerChange(this.takesChange);
  }

  /** Its newest calls, the newest last, each with the value that Replaces names it by. */
  get dialogs(): readonly string[] {
    const tag = (address: string): string => /;tag=([^;]*)/.exec(address)?.[1] ?? '';
    return [...this.#talks.values()].map(
      ({ callId, local, remote }) => `${callId};to-tag=${tag(remote)};from-tag=${tag(local)}`,
    );
  }

  /** Goes on with another of its calls: that which was first, second ... to begin. */
  turnTo(at: number): void {
    this.#last = [...this.#talks.values()][at];
  }

  /** The newest message with this start: `200 INVITE`, `BYE`. */
  newest(what: string): Heard | undefined {
    const at = this.heard.lastIndexOf(what);
    return at < 0 ? undefined : this.messages[at];
  }

  /** Gives up the call that is being set up. */
  cancel(): void {
    const talk = this.#current();
    talk.way(this.#request('CANCEL', talk, talk.sent ?? ''));
  }

  /** Ends the call that is up. */
  hangUp(): void {
    const talk = this.#current();
    talk.sequence++;
    talk.way(this.#request('BYE', talk, this.#via(`z9hG4bKb${++this.#count}`)));
    this.#talks.delete(talk.callId);
  }

  /** Ends every call that is up. */
  hangUpAll(): void {
    for (const talk of [...this.#talks.values()]) {
      this.#last = talk;
      this.hangUp();
    }
  }

  /** Changes its newest call, be it up or not, on a connection that is. An empty description asks for one. */
  async change(method: 'INVITE' | 'UPDATE' | 'REFER', body: string, headers: readonly string[] = []): Promise<void> {
    const talk = this.#last;
    // Nobody changes a call that does not stand.
    if (talk === undefined || !talk.remote.includes(';tag=')) return;
    const [, host = '', port = ''] = /@([^:>;]+):(\d+)/.exec(talk.target) ?? [];
    const way = await this.#wayTo({ host, port: Number(port) }).catch(() => undefined);
    if (way === undefined || talk !== this.#last) return;
    talk.way = way;
    this.ask(method, headers, body);
  }

  /** Ends every call there ever was, on new connections, as one does who is no longer sure which are up. */
  async hangUpEver(): Promise<void> {
    this.#ways.clear();
    for (const talk of this.#ever) {
      const [, host = '', port = ''] = /@([^:>;]+):(\d+)/.exec(talk.target) ?? [];
      const way = await this.#wayTo({ host, port: Number(port) }).catch(() => undefined);
      talk.sequence += 100;
      way?.(this.#request('BYE', talk, this.#via(`z9hG4bKb${++this.#count}`)));
    }
  }

  /** Remembers the calls of another one, which died in this place. */
  inherit(other: Phone): void {
    this.#ever.push(...other.#ever);
    this.#count += other.#count;
  }

  /** Answers the call that rings. */
  answer(status = 200): void {
    const talk = this.#current();
    if (talk.invite === undefined) throw new Error('nobody calls');
    this.#respond(talk.invite, talk.way, status, status === 200 ? sdp(this.address.host, 1, `0 ${this.#events}`) : '');
  }

  /** Requests heard that begin something. */
  get begun(): readonly string[] {
    const begins = ({ status, headers }: Heard): boolean => status === 0 && !/;tag=/.test(headers.get('to')?.[0] ?? '');
    return this.messages.filter(begins).map(({ start }) => start);
  }

  /** The Request-URI of the newest INVITE that came. */
  get invitedAs(): string | undefined {
    return this.messages.findLast(({ method, status }) => method === 'INVITE' && status === 0)?.start.split(' ')[1];
  }

  count(what: string): number {
    return this.heard.filter((line) => line === what).length;
  }

  /** No longer listens, and breaks its connections without a word. */
  close(): void {
    this.#isClosed = true;
    for (const close of this.#closings.splice(0)) close();
    this.#ways.clear();
  }

  #current(): Talk {
    if (this.#last === undefined) throw new Error('there is no call');
    return this.#last;
  }

  async #listen(): Promise<void> {
    const { network } = this.#host;
    if (this.#transport === 'udp') {
      const socket = await network.bindUdp(this.address, {
        received: (data, from) => {
          this.sources.push(from.host);
          this.#receive(data.toString('latin1'), (text) => socket.send(text, from));
        },
        failed: (error) => {
          throw error;
        },
      });
      this.#sendUdp = (text, to) => socket.send(text, to);
      this.#closings.push(() => socket.close());
      return;
    }
    const listener = await network.listenTcp(this.address, {
      accepted: (stream) => void this.#accept(stream),
      failed: (error) => {
        throw error;
      },
    });
    this.#closings.push(() => listener.close());
  }

  async #accept(stream: Stream): Promise<void> {
    this.sources.push(stream.remote.host);
    const credentials = this.#credentials;
    const open =
      credentials === undefined
        ? stream
        : this.#taken(await this.#host.tls.accept(stream, credentials, 10_000).catch(() => undefined));
    if (open === undefined) return;
    // A call to where it came from takes the way it came by.
    this.#ways.set(`${stream.remote.host}:${stream.remote.port}`, this.#talkOn(open));
  }

  async #wayTo(remote: Address): Promise<Way> {
    const send = this.#sendUdp;
    if (send !== undefined) return (text) => send(text, remote);
    const key = `${remote.host}:${remote.port}`;
    const known = this.#ways.get(key);
    if (known !== undefined) return known;
    const stream = await this.#host.network.connectTcp(remote, { timeoutMs: 5000 });
    const credentials = this.#credentials;
    const open =
      credentials === undefined
        ? stream
        : this.#taken(await this.#host.tls.connect(stream, credentials, { timeoutMs: 5000 }));
    const way = this.#talkOn(open);
    this.#made.add(way);
    this.#ways.set(key, way);
    return way;
  }

  /** It accepts everybody, and resumes with everybody. */
  #taken<Session extends TlsSession | undefined>(
    session: Session,
  ): Session extends TlsSession ? Stream : Stream | undefined;
  #taken(session: TlsSession | undefined): Stream | undefined {
    if (session?.peer.resumed === true) this.resumed++;
    session?.judged(true);
    return session?.stream;
  }

  #talkOn(stream: Stream): Way {
    const way: Way = (text) => stream.write(text);
    // It died while the connection was being made.
    if (this.#isClosed) stream.destroy();
    let rest = '';
    stream.start({
      received: (data) => {
        rest = this.#keepalives(rest + data.toString('latin1'), way);
        for (let cut = wholeMessage(rest); cut > 0; cut = wholeMessage(rest)) {
          this.#receive(rest.slice(0, cut), way);
          rest = this.#keepalives(rest.slice(cut), way);
        }
      },
      closed: () => {
        for (const [key, known] of this.#ways) if (known === way) this.#ways.delete(key);
      },
    });
    this.#closings.push(() => stream.destroy());
    return way;
  }

  /** Answers a double CRLF between messages with a single one (RFC 5626 4.4.1). */
  #keepalives(text: string, way: Way): string {
    let rest = text;
    while (rest.startsWith('\r\n')) {
      if (rest.startsWith('\r\n\r\n')) {
        this.pings++;
        if (!this.isDeaf) way('\r\n');
      }
      rest = rest.replace(/^\r\n(\r\n)?/, '');
    }
    return rest;
  }

  #receive(text: string, way: Way): void {
    const message = read(text);
    this.messages.push(message);
    this.heard.push(message.status === 0 ? message.method : `${message.status} ${message.method}`);
    if (message.status === 0) this.#requested(message, way);
    else this.#responded(message, way);
  }

  #requested(request: Heard, way: Way): void {
    const callId = first(request, 'call-id');
    const challenge = this.#guard?.judge(request);
    if (challenge !== undefined) return this.#say(request, way, challenge);
    if (request.method === 'REGISTER' && this.#registrar !== undefined) {
      const answer = this.#registrar.register(request);
      if (answer !== undefined) this.#say(request, way, answer);
      return;
    }
    const talk = this.#talks.get(callId);
    const isInCall = first(request, 'to').includes(';tag=');
    if (request.method === 'INVITE' && !isInCall) {
      if (this.#made.has(way)) this.calledBack++;
      return this.#invited(request, way, callId);
    }
    if (request.method === 'ACK' || this.takes === 'ignore') return;
    if (talk === undefined && isInCall) return this.#respond(request, way, 481);
    if (request.method === 'INVITE' || request.method === 'UPDATE') return this.#changes(request, way);
    const status =
      request.method === 'OPTIONS' ? this.answersOptions : request.method === 'REFER' ? this.takesRefer : 200;
    if (status === 'ignore') return;
    this.#respond(request, way, status);
    if (request.method === 'CANCEL') {
      if (this.#change !== undefined) this.answerChange(487);
      else if (talk?.invite !== undefined) this.#respond(talk.invite, way, 487);
    }
    if (request.method === 'BYE') this.#talks.delete(callId);
  }

  #invited(request: Heard, way: Way, callId: string): void {
    const talk: Talk = {
      callId,
      local: `${first(request, 'to')};tag=a${++this.#count}`,
      remote: first(request, 'from'),
      target: bare(first(request, 'contact')),
      sequence: 1,
      way,
      invite: request,
      sent: undefined,
    };
    this.#talks.set(callId, talk);
    this.#ever.push(talk);
    this.#last = talk;
    if (this.takes === 'ignore') return;
    // A server that fails has rung nobody.
    if (typeof this.takes !== 'number' || this.takes < 500) this.#respond(request, way, 180);
    if (typeof this.takes === 'number') this.answer(this.takes);
  }

  #responded(response: Heard, way: Way): void {
    const talk = this.#talks.get(first(response, 'call-id'));
    if (talk === undefined || response.method !== 'INVITE' || response.status < 200) return;
    talk.remote = first(response, 'to');
    talk.way = way;
    if (response.status < 300) talk.target = bare(first(response, 'contact'));
    const via = response.status < 300 ? this.#via(`z9hG4bKk${++this.#count}`) : (talk.sent ?? '');
    const asked = talk.asks === true && response.status < 300;
    talk.way(this.#request('ACK', talk, via, asked ? this.describe(this.says ?? 'sendrecv') : ''));
    if (response.status === 401 && this.#knows !== undefined && talk.sequence === 1)
      this.#prove(response, talk, this.#knows);
  }

  #prove(challenge: Heard, talk: Talk, { username, password }: NonNullable<PhoneOptions['knows']>): void {
    talk.sequence++;
    const header = proof(challenge, 'INVITE', talk.target, username, password);
    // Nothing of the first attempt's dialog holds for the second.
    talk.remote = talk.remote.replace(/;tag=.*$/, '');
    const via = this.#via(`z9hG4bKq${++this.#count}`);
    talk.sent = via;
    talk.way(this.#request('INVITE', talk, via, sdp(this.address.host), [header, ...this.#headers]));
  }

  #via(branch: string): string {
    const alias = this.#alias;
    const more = alias === undefined ? 'rport' : 'alias';
    return `SIP/2.0/${this.#transport.toUpperCase()} ${alias ?? this.address.host}:${this.address.port};branch=${branch};${more}`;
  }

  #request(method: string, talk: Talk, via: string, body = '', headers: readonly string[] = []): string {
    return [
      `${method} ${talk.target} SIP/2.0`,
      `Via: ${via}`,
      'Max-Forwards: 70',
      `From: ${talk.local}`,
      `To: ${talk.remote}`,
      `Call-ID: ${talk.callId}`,
      `CSeq: ${talk.sequence} ${method}`,
      `Contact: ${this.#contact}`,
      ...headers,
      ...(body === '' || headers.some((line) => line.startsWith('Content-Type:'))
        ? []
        : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  }

  #say(request: Heard, way: Way, { status, headers }: Answer): void {
    way(
      [
        `SIP/2.0 ${status} Scripted`,
        ...(request.headers.get('via') ?? []).map((via) => `Via: ${via}`),
        `From: ${first(request, 'from')}`,
        `To: ${first(request, 'to')};tag=s${++this.#count}`,
        `Call-ID: ${first(request, 'call-id')}`,
        `CSeq: ${first(request, 'cseq')}`,
        ...headers,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  }

  #respond(request: Heard, way: Way, status: number, body = ''): void {
    const talk = this.#talks.get(first(request, 'call-id'));
    way(
      [
        `SIP/2.0 ${status} Scripted`,
        ...(request.headers.get('via') ?? []).map((via) => `Via: ${via}`),
        `From: ${first(request, 'from')}`,
        `To: ${first(request, 'to').includes(';tag=') ? first(request, 'to') : (talk?.local ?? first(request, 'to'))}`,
        `Call-ID: ${first(request, 'call-id')}`,
        `CSeq: ${first(request, 'cseq')}`,
        `Contact: ${status >= 300 && status < 400 ? this.sendsTo.map((uri) => (uri.startsWith('<') ? uri : `<${uri}>`)).join(', ') : this.#contact}`,
        ...this.#timed(request, status),
        ...(status < 300 ? [] : this.#refusing),
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  /** What it can do, and the session interval that was asked for. */
  #timed(request: Heard, status: number): readonly string[] {
    if ((request.method !== 'INVITE' && request.method !== 'UPDATE') || status !== 200) return [];
    const [seconds, asked] = first(request, 'session-expires').split(';refresher=');
    const isTimed = seconds !== '' && this.#headers.some((line) => /^Supported:.*timer/.test(line));
    return isTimed ? [...this.#headers, `Session-Expires: ${seconds};refresher=${asked ?? 'uac'}`] : this.#headers;
  }

  get #contact(): string {
    const transport = this.#transport === 'udp' ? '' : `;transport=${this.#transport}`;
    return `<sip:phone@${this.address.host}:${this.address.port}${transport}>`;
  }
}

type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

function sdp(host: string, version = 1, payload = '0 101', port = 20_000): string {
  return [
    'v=0',
    `o=phone 1 ${version} IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${payload}`,
    'a=rtpmap:0 PCMU/8000',
    ...payload.split(' ').flatMap((type) => (Number(type) < 96 ? [] : [`a=rtpmap:${type} telephone-event/8000`])),
    '',
  ].join('\r\n');
}

/** Characters of the first message of a stream; 0 while it is not whole. */
function wholeMessage(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length < head + 4 + length ? 0 : head + 4 + length;
}

function read(text: string): Heard {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const status = start.startsWith('SIP/2.0 ') ? Number(start.slice(8, 11)) : 0;
  const method = status === 0 ? (start.split(' ')[0] ?? '') : (headers.get('cseq')?.[0]?.split(' ')[1] ?? '');
  return { start, method, status, headers, body: text.slice(end + 4) };
}

function first(message: Heard, name: string): string {
  return message.headers.get(name)?.[0] ?? '';
}

/** The URI of a Contact. */
function bare(contact: string): string {
  return /<([^>]*)>/.exec(contact)?.[1] ?? contact;
}

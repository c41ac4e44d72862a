/** A scenario of sipp, written as steps: what one party of a call says, and what it must hear. */
export interface Script {
  readonly name: string;
  readonly xml: string;
}

/** sipp writes what stands in brackets: ports, branches, what it heard last, and `[$name]` for what was kept under a name. */
export interface Request {
  readonly cseq?: number;
  /** Absent: a new one. */
  readonly branch?: string;
  /** Absent: the number called, or the Contact of the peer once it is known. */
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly via?: string;
  readonly headers?: readonly string[];
  /** With a session description, perhaps of this direction. */
  readonly sdp?: boolean | Direction;
  /** Repeated over UDP until it is answered; absent: yes. ACK never is. */
  readonly repeats?: boolean;
  readonly callId?: string;
  /** In place of the usual head, all of it. */
  readonly head?: readonly string[];
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface Answer {
  /** Which leg of the called party: its tag. */
  readonly tag?: string;
  /** Absent: answers what was heard last. `first`: the INVITE that was kept by `heardFirst`. */
  readonly to?: 'first';
  /** In place of that request's. */
  readonly cseq?: string;
  readonly via?: string;
  readonly headers?: readonly string[];
  readonly sdp?: boolean | Direction;
  readonly repeats?: boolean;
  /** The called party's Contact; absent: where it listens. */
  readonly contact?: string;
}

export interface Hearing {
  /** Header or `body`, and the expression it must hold. */
  readonly check?: Readonly<Record<string, string>>;
  /** What must not be in the message. */
  readonly not?: string;
  /** Name, and the header and expression that it is kept from. */
  readonly keep?: Readonly<Record<string, readonly [string, string]>>;
  /** Written to what `Sipp.logged` returns. */
  readonly log?: string;
  readonly optional?: boolean;
  /** The peer's Contact, Record-Route and tag hold from here on. */
  readonly meets?: boolean;
  readonly timeoutMs?: number;
  /** Its challenge can be answered by `[authentication]`. */
  readonly auth?: boolean;
  /** User and password that its Authorization must prove; what it is worth is asked by `unlessProved`. */
  readonly proves?: readonly [string, string];
}

let versions = 0;
/** Each is another version: what does not differ is no change. */
const description = (direction: true | Direction): string => `v=0
      o=peer 1 ${++versions} IN IP[media_ip_type] [media_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio 40000 RTP/AVP 0
      a=rtpmap:0 PCMU/8000
${direction === true ? '' : `      a=${direction}\n`}`;

export function script(name: string, ...steps: readonly string[]): Script {
  const text = steps.join('\n');
  const names = new Set(Array.from(text.matchAll(/assign_to="([^"]+)"/g), ([, one = '']) => one));
  const reference = names.size === 0 ? '' : `<Reference variables="${[...names].join(',')}" />\n`;
  const head = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n';
  return { name, xml: `${head}<scenario name="${name}">\n${text}\n${reference}</scenario>\n` };
}

/** The caller's tag and address. */
export const caller = '<sip:7001@[local_ip]:[local_port]>;tag=[pid]a[call_number]';
const called = '<sip:[service]@[remote_ip]:[remote_port]>';
export const newVia = 'SIP/2.0/[via] [local_ip]:[local_port];branch=';

/** The called party as it began: a request outside a dialog. */
export function begin(method: string, request: Request = {}): string {
  return ask(method, { uri: 'sip:[service]@[remote_ip]:[remote_port]', to: called, ...request });
}

/** A request of the caller's in its dialog. */
export function ask(method: string, request: Request = {}): string {
  const { cseq = 1, branch = '[branch]', uri = '[next_url]', from = caller, headers = [] } = request;
  const { to = `${called}[peer_tag_param]`, sdp = false, callId = '[call_id]', via = newVia + branch } = request;
  const repeats = request.repeats ?? method !== 'ACK';
  const head = request.head ?? [
    `${method} ${uri} SIP/2.0`,
    `Via: ${via}`,
    ...(uri === '[next_url]' ? ['[routes]'] : []),
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:7001@[contact]>',
    'Max-Forwards: 70',
  ];
  return send([...head, ...headers], sdp, repeats);
}

/** A request of the called party's, in the dialog of `heardFirst`. */
export function askBack(method: string, request: Request = {}, tag = 'b'): string {
  return ask(method, { from: `[$firstTo];tag=[pid]${tag}[call_number]`, to: '[$firstFrom]', ...request });
}

export function answer(status: number, options: Answer = {}): string {
  const {
    tag = 'b',
    to,
    cseq = '[$firstCSeq]',
    via = '[$firstVia]',
    headers = [],
    sdp = false,
    repeats = false,
  } = options;
  const { contact = '<sip:[service]@[contact]>' } = options;
  const own = `;tag=[pid]${tag}[call_number]`;
  const copied =
    to === 'first'
      ? [`Via:${via}`, 'From:[$firstFrom]', `To:[$firstTo]${own}`, '[last_Call-ID:]', `CSeq:${cseq}`]
      : ['[last_Via:]', '[last_From:]', `[last_To:]${own}`, '[last_Call-ID:]', '[last_CSeq:]'];
  return send([`SIP/2.0 ${status} x`, ...copied, `Contact: ${contact}`, ...headers], sdp, repeats);
}

/** Answers a request in a dialog, whose To has its tag. */
export function answerInside(
  status: number,
  headers: readonly string[] = [],
  sdp: boolean | Direction = false,
): string {
  const copied = ['[last_Via:]', '[last_From:]', '[last_To:]', '[last_Call-ID:]', '[last_CSeq:]'];
  return send([`SIP/2.0 ${status} x`, ...copied, 'Contact: <sip:[service]@[contact]>', ...headers], sdp, false);
}

/** The request that begins a dialog, an INVITE as a rule: it is kept, to be answered when others have come since. */
export function heardFirst({ method = 'INVITE', ...hearing }: Hearing & { readonly method?: string } = {}): string {
  const keep = {
    firstVia: ['Via:', '.*'],
    firstFrom: ['From:', '.*'],
    firstTo: ['To:', '.*'],
    firstCSeq: ['CSeq:', '.*'],
    ...hearing.keep,
  } as const;
  return hear(method, { meets: true, ...hearing, keep });
}

/** A request by its method, or a response by its status. */
export function hear(what: string | number, hearing: Hearing = {}): string {
  const { check = {}, not, keep = {}, optional = false, meets = false, timeoutMs, auth = false, proves, log } = hearing;
  const actions = [
    ...Object.entries(check).map(([place, expression], i) => search(place, expression, `checked${i}`, 'check_it')),
    ...(not === undefined ? [] : [search('msg', not, 'unwanted', 'check_it_inverse')]),
    ...Object.entries(keep).map(([name, [place, expression]]) => search(place, expression, name, 'check_it')),
    ...(log === undefined ? [] : [`<log message="${log}" />`]),
    ...(proves === undefined
      ? []
      : [`<verifyauth assign_to="proved" username="${proves[0]}" password="${proves[1]}" />`]),
  ];
  const attributes = [
    typeof what === 'number' ? `response="${what}"` : `request="${what}"`,
    ...(optional ? ['optional="true"'] : []),
    ...(meets ? ['rrs="true"'] : []),
    ...(auth ? ['auth="true"'] : []),
    ...(timeoutMs === undefined ? [] : [`timeout="${timeoutMs}"`]),
  ];
  return `<recv ${attributes.join(' ')}>${actions.length === 0 ? '' : `<action>${actions.join('')}</action>`}</recv>`;
}

function search(place: string, expression: string, name: string, how: 'check_it' | 'check_it_inverse'): string {
  const where = place === 'body' || place === 'msg' ? `search_in="${place}"` : `search_in="hdr" header="${place}"`;
  return `<ereg regexp="${expression}" ${where} ${how}="true" assign_to="${name}" />`;
}

/** What is done unless the proof that was heard last is right. */
export function unlessProved(label: string, ...steps: readonly string[]): string {
  return [`<nop test="proved" next="${label}" />`, ...steps, `<label id="${label}" />`].join('\n');
}

export const pause = (ms: number): string => `<pause milliseconds="${ms}" />`;
/** 100 and 180, as far as they come. */
export const whileItRings = `${hear(100, { optional: true })}\n${hear(180, { optional: true })}\n${hear(183, { optional: true })}`;

/** A message as it is written here. */
export function say(lines: readonly string[], sdp: boolean | Direction, repeats = false): string {
  const text = [...lines, '', ...(sdp !== false ? [description(sdp)] : [''])];
  const indented = text.map((line) => (line === '' ? '' : `      ${line}`)).join('\n');
  return `<send${repeats ? ' retrans="500"' : ''}><![CDATA[\n${indented}\n]]></send>`;
}

function send(head: readonly string[], sdp: boolean | Direction, repeats: boolean): string {
  const content = sdp !== false ? ['Content-Type: application/sdp', 'Content-Length: [len]'] : ['Content-Length: 0'];
  return say([...head, ...content], sdp, repeats);
}

import type { MessageCount, SipStatistics } from '../sip/index.ts';

const none: MessageCount = { in: 0, out: 0 };

/** The statuses of `show sip-ua statistics`, by section and in IOS's words: a status, or a status of one method. */
type Cell = readonly [name: string, key: number | string];
type Row = readonly Cell[];

const informational: readonly Row[] = [
  [
    ['Trying', 100],
    ['Ringing', 180],
  ],
  [
    ['Forwarded', 181],
    ['Queued', 182],
  ],
  [['SessionProgress', 183]],
];

const success: readonly Row[] = [
  [
    ['OkInvite', '200 INVITE'],
    ['OkBye', '200 BYE'],
  ],
  [
    ['OkCancel', '200 CANCEL'],
    ['OkOptions', '200 OPTIONS'],
  ],
  [
    ['OkPrack', '200 PRACK'],
    ['OkPreconditionMet', '200 COMET'],
  ],
  [
    ['OkSubscribe', '200 SUBSCRIBE'],
    ['OkNOTIFY', '200 NOTIFY'],
  ],
  [
    ['OkInfo', '200 INFO'],
    ['202Accepted', 202],
  ],
  [['OkRegister', '200 REGISTER']],
];

const clientError: readonly Row[] = [
  [
    ['BadRequest', 400],
    ['Unauthorized', 401],
  ],
  [
    ['PaymentRequired', 402],
    ['Forbidden', 403],
  ],
  [
    ['NotFound', 404],
    ['MethodNotAllowed', 405],
  ],
  [
    ['NotAcceptable', 406],
    ['ProxyAuthReqd', 407],
  ],
  [
    ['ReqTimeout', 408],
    ['Conflict', 409],
    ['Gone', 410],
  ],
  [
    ['ReqEntityTooLarge', 413],
    ['ReqURITooLarge', 414],
  ],
  [
    ['UnsupportedMediaType', 415],
    ['BadExtension', 420],
  ],
  [
    ['TempNotAvailable', 480],
    ['CallLegNonExistent', 481],
  ],
  [
    ['LoopDetected', 482],
    ['TooManyHops', 483],
  ],
  [
    ['AddrIncomplete', 484],
    ['Ambiguous', 485],
  ],
  [
    ['BusyHere', 486],
    ['RequestCancel', 487],
  ],
  [
    ['NotAcceptableMedia', 488],
    ['BadEvent', 489],
  ],
  [['SETooSmall', 422]],
];

const serverError: readonly Row[] = [
  [
    ['InternalError', 500],
    ['NotImplemented', 501],
  ],
  [
    ['BadGateway', 502],
    ['ServiceUnavail', 503],
  ],
  [
    ['GatewayTimeout', 504],
    ['BadSipVer', 505],
  ],
  [['PreCondFailure', 580]],
];

const globalFailure: readonly Row[] = [
  [
    ['BusyEverywhere', 600],
    ['Decline', 603],
  ],
  [
    ['NotExistAnywhere', 604],
    ['NotAcceptable', 606],
  ],
];

const traffic: readonly Row[] = [
  [
    ['Invite', 'INVITE'],
    ['Ack', 'ACK'],
    ['Bye', 'BYE'],
  ],
  [
    ['Cancel', 'CANCEL'],
    ['Options', 'OPTIONS'],
  ],
  [
    ['Prack', 'PRACK'],
    ['Comet', 'COMET'],
  ],
  [
    ['Subscribe', 'SUBSCRIBE'],
    ['NOTIFY', 'NOTIFY'],
  ],
  [
    ['Refer', 'REFER'],
    ['Info', 'INFO'],
  ],
];

/** `show sip-ua statistics`, with the indents and missing commas of IOS. `time` prints an instant. */
export function printStatistics(statistics: SipStatistics, time: (at: number) => string): readonly string[] {
  const { requests, responses, retries, clearedAt } = statistics;
  const response = (key: number | string): MessageCount =>
    typeof key === 'string' ? (responses[key] ?? none) : sum(responses, key);
  const request = (key: number | string): MessageCount => requests[key] ?? none;
  const again = (name: string): number => retries[name] ?? 0;
  return [
    'SIP Response Statistics (Inbound/Outbound)',
    '    Informational:',
    ...rows(informational, response),
    '     Success:',
    ...rows(success, response).map((line, i) => (i === 4 ? line.replace(/,$/, '') : line)),
    '     Redirection (Inbound only except for MovedTemp(Inbound/Outbound)) :',
    `      MultipleChoice ${response(300).in}, MovedPermanently ${response(301).in},`,
    `      MovedTemporarily ${both(response(302))}, UseProxy ${response(305).in},`,
    `      AlternateService ${response(380).in}`,
    '      Client Error:',
    ...rows(clientError, response),
    '     Server Error:',
    ...rows(serverError, response),
    '     Global Failure:',
    ...rows(globalFailure, response),
    '      Miscellaneous counters:',
    '      RedirectRspMappedToClientErr 0',
    'SIP Total Traffic Statistics (Inbound/Outbound)',
    ...rows(traffic, request),
    `      Register ${both(request('REGISTER'))}`,
    'Retry Statistics',
    `      Invite ${again('INVITE')}, Bye ${again('BYE')}, Cancel ${again('CANCEL')}, Response ${again('response')},`,
    `      Prack ${again('PRACK')}, Comet 0, Reliable1xx ${again('rel1xx')}, Notify ${again('NOTIFY')}`,
    `      Register ${again('REGISTER')}, Subscribe ${again('SUBSCRIBE')}`,
    `Last time SIP Statistics were cleared: ${clearedAt === undefined ? '<never>' : time(clearedAt)}`,
  ];
}

/** A status, whatever it answered. */
function sum(responses: SipStatistics['responses'], status: number): MessageCount {
  const total = { in: 0, out: 0 };
  for (const [key, count] of Object.entries(responses)) {
    if (!key.startsWith(`${status} `)) continue;
    total.in += count.in;
    total.out += count.out;
  }
  return total;
}

function both(count: MessageCount): string {
  return `${count.in}/${count.out}`;
}

function rows(all: readonly Row[], count: (key: number | string) => MessageCount): readonly string[] {
  const lines = all.map((row) => `      ${row.map(([name, key]) => `${name} ${both(count(key))}`).join(', ')}`);
  return lines.map((line, i) => (i < lines.length - 1 ? `${line},` : line));
}

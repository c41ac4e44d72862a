/**
 * What becomes of the payload type of a packet between two legs that number the same formats differently (RFC 3264 5.1: each side
 * is sent to in its own numbers). -1: nothing that the other side has agreed to.
 */
export type PayloadMap = Int8Array;

const types = 128;
const nowhere = -1;
const marker = 0x80;
/** RFC 3550 5.1: the second octet of a packet. */
const at = 1;

/**
 * Of pairs of what one side sends and what the other side wants, which may be nothing. Types that no pair names stay as they are;
 * of two pairs that name one, the later holds. Undefined: all stay.
 */
export function payloadMap(
  pairs: readonly (readonly [from: number, to: number | undefined])[],
): PayloadMap | undefined {
  if (pairs.every(([from, to]) => from === to)) return undefined;
  const map = new Int8Array(types);
  for (let type = 0; type < types; type++) map[type] = type;
  for (const [from, to = nowhere] of pairs) map[from] = to;
  return map.some((to, from) => to !== from) ? map : undefined;
}

/** Writes the other side's number into an RTP packet. False: it is not to be sent. */
export function renumber(packet: Buffer, map: PayloadMap): boolean {
  const octet = packet[at];
  if (octet === undefined) return false;
  const to = map[octet & ~marker] ?? nowhere;
  packet[at] = (octet & marker) | to;
  return to !== nowhere;
}

/** Heads longer than this are not looked at further: more than a datagram can hold. */
export const longestScan = 65_536;

/**
 * Work area for one scan at a time. It holds the bytes of the text being scanned only while `loadText` and the calls after
 * it run, which is never across two messages: it carries nothing from one to the next, but saves its allocation.
 */
const words = new Int32Array(longestScan / 4 + 1);
const bytes = Buffer.from(words.buffer);

/** Copies text into the work area as the bytes a socket would send, and returns how many there are to scan. */
export function loadText(text: string): number {
  return bytes.write(text, 0, longestScan, 'latin1');
}

/** The byte at an offset of the loaded text. */
export const byteAt = (at: number): number => bytes[at]!;

/**
 * Offset of the first control character (0 to 31 and 127) of the loaded text in `[start, end)`, or `end`. Four bytes are
 * judged at a time: a byte below 32 borrows from its top bit when 32 is taken away, and one equal to 127 when 1 is taken
 * away from what it differs by.
 */
export function nextControl(start: number, end: number): number {
  let at = start;
  for (; (at & 3) !== 0; at++) {
    if (at >= end) return end;
    if (isControl(bytes[at]!)) return at;
  }
  for (; at < end; at += 4) {
    const word = words[at >> 2]!;
    const difference = word ^ 0x7f7f7f7f;
    const low = (word - 0x20202020) & ~word;
    const equal = (difference - 0x01010101) & ~difference;
    if (((low | equal) & -0x7f7f7f80) === 0) continue;
    while (!isControl(bytes[at]!)) at++;
    return Math.min(at, end);
  }
  return end;
}

const isControl = (code: number): boolean => code < 32 || code === 127;

/** Texts longer than this are not looked at further: more than a datagram can hold. */
export const longestScan = 65_536;

/**
 * Work area for one scan at a time. It holds the bytes of the text being scanned only while `loadText` and the calls after
 * it run, which is never across two texts: it carries nothing from one to the next, but saves its allocation.
 */
const area = Buffer.from(new ArrayBuffer(longestScan + 4));
const view = new DataView(area.buffer);

/** The bytes of the loaded text. Beyond its end stand those of an earlier one: every reader has a bound of its own. */
export const octets = new Uint8Array(area.buffer);

const beyondLatin1 = /[^\0-\xff]/;

/** Copies text into the work area as the bytes a socket would send, and returns how many there are to scan. */
export function loadText(text: string): number {
  return area.write(text, 0, longestScan, 'latin1');
}

/** Loads a text that did not come as bytes; false when it is too long, or not latin1 and so would be read as another. */
export function loadValue(text: string): boolean {
  return isLatin1(text) && loadText(text) === text.length;
}

export const isLatin1 = (text: string): boolean => !beyondLatin1.test(text);

/** Four bytes of the loaded text in one number, the first of them lowest. */
export const wordOf = (at: number): number => view.getInt32(at, true);

/**
 * Offset of the first control character (0 to 31 and 127) of the loaded text in `[start, end)`, or `end`. Four bytes are
 * judged at a time.
 */
export function nextControl(start: number, end: number): number {
  const four = view;
  for (let at = start; at < end; at += 4) {
    const marks = controlMarks(four.getInt32(at, true));
    if (marks === 0) continue;
    const found = at + firstMark(marks);
    return Math.min(found, end);
  }
  return end;
}

/**
 * How many CR LF stand in the loaded text before `end`; -1 when there is another control character than these and tabs, or
 * one half of the pair alone.
 */
export function countLineEnds(end: number): number {
  const four = view;
  let ends = 0;
  for (let at = 0; at < end; ) {
    const marks = controlMarks(four.getInt32(at, true));
    if (marks === 0) {
      at += 4;
      continue;
    }
    at += firstMark(marks);
    if (at >= end) break;
    if (at + 1 < end && octets[at] === 13 && octets[at + 1] === 10) {
      ends++;
      at += 2;
    } else if (octets[at] === 9) at++;
    else return -1;
  }
  return ends;
}

/**
 * The top bit of each byte that is a control character. The lower seven bits of a byte carry into the top bit when 1 is added
 * to 127, and do not when 96 is added to less than 32; a byte whose own top bit is set is no control character.
 */
function controlMarks(word: number): number {
  const seven = word & 0x7f7f7f7f;
  return ((seven + 0x01010101) | ~(seven + 0x60606060)) & ~word & -0x7f7f7f80;
}

/** Which byte the lowest mark is on. */
const firstMark = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3;

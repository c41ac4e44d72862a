/**
 * The media type at the beginning of a Content-Type, or of one range of an Accept, to be compared: in lower case, without
 * parameters and without the blanks that may stand around its slash (RFC 3261 25.1).
 */
export function mediaType(text: string): string {
  const semicolon = text.indexOf(';');
  const type = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const slash = type.indexOf('/');
  return slash < 0 ? type : `${type.slice(0, slash).trimEnd()}/${type.slice(slash + 1).trimStart()}`;
}

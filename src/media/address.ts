/** Whether `text` looks like an IPv4 or IPv6 address: enough to tell an address from a name. */
export function isIP(text: string): boolean {
  return text.includes(':') ? isIPv6(text) : isIPv4(text);
}

function isIPv4(text: string): boolean {
  if (text.length > 15) return false;
  const parts = text.split('.', 5);
  return parts.length === 4 && parts.every((part) => isOctet(part));
}

function isOctet(part: string): boolean {
  if (part.length === 0 || part.length > 3) return false;
  let value = 0;
  for (let i = 0; i < part.length; i++) {
    const digit = part.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    value = value * 10 + digit;
  }
  return value < 256;
}

const ipv6Characters = '0123456789abcdefABCDEF:.';

function isIPv6(text: string): boolean {
  if (text.length > 45) return false;
  for (const character of text) if (!ipv6Characters.includes(character)) return false;
  return true;
}

/** `IN IP4 10.0.0.1`: an address as SDP names it. */
export function connectionAddress(host: string): string {
  return host.includes(':') ? `IN IP6 ${host}` : `IN IP4 ${host}`;
}

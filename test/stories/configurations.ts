/** Everybody on the networks of the stories may call. */
export const neighbours = 'voice service voip\n ip address trusted list\n  ipv4 10.0.0.0 255.0.0.0\n';

/** Telephones 777 and 778 on the voice ports, both answer by themselves; everybody may call them. */
export const telephones = `
${neighbours}voice-port 0/3/0
 device answer
voice-port 0/3/1
 device answer
dial-peer voice 1 pots
 destination-pattern 777
 port 0/3/1
dial-peer voice 2 pots
 destination-pattern 778
 port 0/3/0
`;

/** A VoIP dial peer; lines given last are typed into it. */
export function voip(tag: number, pattern: string, target: string, ...more: readonly string[]): string {
  const lines = ['session protocol sipv2', `session target ipv4:${target}`, 'codec g711ulaw', ...more];
  return `dial-peer voice ${tag} voip\n destination-pattern ${pattern}\n${lines.map((line) => ` ${line}\n`).join('')}`;
}

/** `allow-connections sip to sip`, for everybody. */
export const sipToSip = `${neighbours} allow-connections sip to sip\n`;

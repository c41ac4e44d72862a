import { CommandError } from '../../cli/index.ts';
import type { CertificateReport, PeerTestReport } from '../../pki/index.ts';
import { noTenant } from '../../sip/settings.ts';
import { datePrinter, type PrintTime } from '../display-time.ts';
import { show } from '../show.ts';

const securePort = 5061;
const noSip = 'no SIP was sent';

/** Ours: a dry run of a TLS connection. A `show` by another name: a record is read, then printed. */
const testPeer = show(
  'test crypto pki peer <host:word> [trustpoint <name:word> | tenant <tag:int(1-10000)>]',
  'Try a TLS handshake with a peer and tell what is thought of it',
  async ({ pki, signaling, config }, { host, name, tag = noTenant }) => {
    if (tag !== noTenant && !config.running.sip.tenants.has(tag)) {
      throw new CommandError(`% voice class tenant ${tag} is not defined`);
    }
    const tested = await pki.trust.testPeer({
      ...targetOf(host),
      ...(name === undefined ? {} : { trustpoint: name }),
      signaling: signaling.of('client', tag),
    });
    if (!tested.ok) throw new CommandError(`% No handshake with ${host}: ${tested.reason}`);
    return tested.value;
  },
  (report, _args, world) => reportLines(report, datePrinter(world)),
  { ours: true },
);

/** `host`, `host:port`, `[v6]:port`, a bare IPv6 address. */
function targetOf(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) {
    if (/^[0-9A-Fa-f:.]+$/.test(text)) return { host: text, port: securePort };
    throw new CommandError('% A peer is HOST or HOST:PORT');
  }
  const port = Number(match[3] ?? securePort);
  if (port < 1 || port > 65_535) throw new CommandError('% A port is 1 to 65535');
  return { host: match[1] ?? match[2] ?? '', port };
}

function reportLines(report: PeerTestReport, date: PrintTime): readonly string[] {
  const { address, port, shown, notShown, version, cipher, chain, stapled, verdict, ended } = report;
  return [
    `Peer ${address}:${port}`,
    `  Version        : ${version}`,
    `  Cipher         : ${cipher}`,
    `  Our certificate: ${shown === undefined ? `none, ${notShown}` : `trustpoint ${shown}`}`,
    `  OCSP stapling  : ${stapled ? 'yes' : 'no'}`,
    ...chain.flatMap((certificate, at) => certificateLines(certificate, at, date)),
    ...(ended === undefined ? [] : [`  The peer ended the connection: ${ended}`]),
    ...(verdict.accepted
      ? [`  Accepted       : proved ${verdict.provedName}, trustpoint ${verdict.trustpoint}`]
      : [`  Refused        : rule ${verdict.rule}`, `  Reason         : ${verdict.reason}`]),
    ending(report),
  ];
}

/** What would become of a call: both sides have their say, and without a certificate none leaves. */
function ending({ verdict, ended, shown, notShown }: PeerTestReport): string {
  const fault = !verdict.accepted
    ? 'the peer is refused'
    : ended !== undefined
      ? 'the peer refused us'
      : shown === undefined
        ? `there is no certificate to show: ${notShown}`
        : undefined;
  return fault === undefined ? `The handshake was done; ${noSip}.` : `A call would fail, ${fault}; ${noSip}.`;
}

const purposeNames: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'server',
  '1.3.6.1.5.5.7.3.2': 'client',
  '1.3.6.1.5.5.7.3.20': 'SIP domain',
  '2.5.29.37.0': 'any',
};

function certificateLines(certificate: CertificateReport, at: number, date: PrintTime): readonly string[] {
  const { subject, issuer, serial, notBefore, notAfter, names, purposes, revocation } = certificate;
  const purpose = purposes === undefined ? 'any (not said)' : purposes.map((id) => purposeNames[id] ?? id).join(', ');
  return [
    `  Certificate ${at}  : ${subject}`,
    `    Serial number: ${serial}`,
    `    Issuer       : ${issuer}`,
    `    Valid        : ${date(notBefore)} to ${date(notAfter)}`,
    ...(names.length === 0 ? [] : [`    Names        : ${names.join(', ')}`]),
    `    Purpose      : ${purpose}`,
    ...(revocation === undefined ? [] : [`    Revocation   : ${revocation}`]),
  ];
}

export const peerExec = [testPeer];

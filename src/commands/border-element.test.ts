import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from './load-configuration.ts';
import { commandReference } from './reference.ts';
import { printConfiguration } from './running-config.ts';

const { language, sections } = commandReference();

async function load(text: string) {
  const { tree, problems } = await loadConfiguration(text, { language, onFault: assert.fail });
  return { lines: printConfiguration(tree, sections).split('\n'), problems };
}

/** Trunks of a border element as their owners write them: to a telephone system in the cloud, a provider, a PBX. */
const trunks = `voice service voip
 ip address trusted list
  ipv4 192.0.2.0 255.255.255.0
 rtcp keepalive
 address-hiding
 mode border-element license capacity 50
 media bulk-stats
 media-address range 198.51.100.7 198.51.100.7 port-range 16384 17000
 allow-connections sip to sip
 redundancy-group 1
 no supplementary-service sip refer
 call-quality
  max-dropout 2
  max-reorder 2
 sip
  session refresh
  asserted-id pai
  asymmetric payload full
  privacy-policy passthru
  early-offer forced
  sip-profiles inbound
!
voice class uri CLOUD sip
 host sbc.example.com
voice class codec 1
 codec preference 1 opus
 codec preference 2 g711ulaw
 codec preference 3 g722-64 bytes 80
!
voice class srtp-crypto 1
 crypto 1 AES_CM_128_HMAC_SHA1_80
voice class stun-usage 1
 stun usage ice lite
voice class sip-hdr-passthrulist 9
 passthru-hdr Referred-By
voice class tenant 200
  handle-replaces
  srtp-crypto 1
  localhost dns:sbc.example.com
  session transport tcp tls
  no referto-passing
  pass-thru headers 9
  no pass-thru content custom-sdp
  sip-profiles 290 inbound
  early-offer forced
  block 183 sdp present
  call-route p-called-party-id
!
media profile recorder 100
 media-type audio
media class 100
 recorder profile 100
!
dial-peer voice 200 voip
 description to the cloud
 call-block translation-profile incoming NOBODY
 rtp payload-type comfort-noise 13
 session protocol sipv2
 session target dns:sip.example.com:5061
 incoming uri to CLOUD
 voice-class codec 1
 voice-class stun-usage 1
 voice-class sip tenant 200
 voice-class sip requri-passing
 voice-class sip audio forced
 voice-class sip localhost dns:sbc.example.com preferred
 dtmf-relay rtp-nte
 srtp pass-thru
 fax protocol none
 media-class 100
 no vad
!
sip-ua
 no remote-party-id
 retry invite 2
 connection-reuse
 handle-replaces
`;

/** What a router beside them has. */
const platform = `platform qfp utilization monitor load 80
vrf definition management
 address-family ipv4
!
process cpu statistics limit entry-percentage 10 size 7200
login on-failure log
parameter-map type webauth global
 virtual-ip ipv4 192.0.2.1
trunk group 1
 xsvc
vlan 10
 name voice
spanning-tree mode rapid-pvst
radius server ONE
 address ipv4 192.0.2.9
interface GigabitEthernet0/0/0
 ip address 192.0.2.2 255.255.255.0 secondary
 ip address 192.0.2.1 255.255.255.0
 ip nat inside
 negotiation auto
interface Serial0/1/0:23
 no ip address
 isdn switch-type primary-ni
interface Service-Engine0/1/0
 shutdown
ip nat inside source list 100 interface GigabitEthernet0/0/0 overload
gw-accounting file
 primary ifs flash:calls
dial-peer no-match disconnect-cause 1
uc wsapi
 provider xcc
`;

test('the trunks of a border element load as they are, and what is not carried out is kept', async () => {
  const { lines, problems } = await load(trunks);
  assert.deepEqual(problems, []);
  assert.deepEqual((await load(lines.join('\n'))).lines, lines);
  const missing = trunks.split('\n').filter((line) => line !== '!' && !lines.some((one) => one.trim() === line.trim()));
  assert.deepEqual(missing, []);
});

test('so does what stands beside them on a router, each line where it belongs', async () => {
  const { lines, problems } = await load(platform);
  assert.deepEqual(problems, []);
  const at = lines.indexOf('interface GigabitEthernet0/0/0');
  assert.deepEqual(lines.slice(at + 1, at + 6), [
    ' ip address 192.0.2.1 255.255.255.0',
    ' ip address 192.0.2.2 255.255.255.0 secondary',
    ' ip nat inside',
    ' negotiation auto',
    '!',
  ]);
  assert.ok(lines.includes('ip nat inside source list 100 interface GigabitEthernet0/0/0 overload'));
  assert.ok(lines.includes('interface Serial0/1/0:23'));
});

test('a line that is not indented ends a block whose lines are, and is told when nobody knows it', async () => {
  const { lines, problems } = await load(
    'router bgp 65000\n bgp log-neighbor-changes\nnonsense\n more of it\nhostname gw\n',
  );
  assert.deepEqual(
    problems.map(({ line }) => line),
    [3, 4],
  );
  assert.ok(lines.includes('hostname gw'));
  assert.ok(!lines.some((line) => line.includes('nonsense')));
});

test('where nothing is indented a block takes what it knows', async () => {
  const { lines, problems } = await load(
    'dial-peer voice 1 voip\ndestination-pattern 5\nno vad\nrouter bgp 65000\nneighbor 192.0.2.9 remote-as 1\nhostname gw\n',
  );
  assert.deepEqual(problems, []);
  for (const line of [' destination-pattern 5', ' no vad', ' neighbor 192.0.2.9 remote-as 1', 'hostname gw'])
    assert.ok(lines.includes(line), line);
});

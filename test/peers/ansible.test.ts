import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { run } from './child.ts';
import type { Gateway } from './gateway.ts';
import { needs } from './peer.ts';
import { loopback } from './port.ts';
import { Scene } from './scene.ts';
import { passwords, startWithSsh } from './ssh.ts';

const playbook = join(import.meta.dirname, 'scripts', 'ansible-session.yml');

/** Ansible keeps its files in the scene's folder, knows no host key, and reports in JSON. */
const settings = (folder: string): string => `[defaults]
home = ${folder}/ansible
local_tmp = ${folder}/ansible/tmp
inventory = hosts
host_key_checking = false
retry_files_enabled = false
stdout_callback = ansible.posix.json
deprecation_warnings = false
[persistent_connection]
command_timeout = 30
`;

/** An operator with no privilege of his own, who becomes privileged by the enable secret. */
const inventory = (port: number): string =>
  `gw ansible_host=${loopback} ansible_port=${port} ansible_user=oper \\
  ansible_password=${passwords.oper} ansible_connection=ansible.netcommon.network_cli \\
  ansible_network_os=cisco.ios.ios ansible_network_cli_ssh_type=paramiko \\
  ansible_become=yes ansible_become_method=enable ansible_become_password=${passwords.enable}
`.replaceAll('\\\n ', '');

interface Result {
  readonly changed: boolean;
  readonly failed?: boolean;
  readonly msg?: string;
  readonly stdout?: readonly string[];
  readonly module_stderr?: string;
  readonly commands?: readonly string[];
  readonly ansible_facts?: Readonly<Record<string, unknown>>;
}

interface Report {
  readonly plays: readonly {
    readonly tasks: readonly { readonly task: { readonly name: string }; readonly hosts: { readonly gw: Result } }[];
  }[];
}

suite('Ansible drives the gateway as it drives IOS', needs('ansible-playbook'), () => {
  const scene = new Scene();
  const runs: Map<string, Result>[] = [];
  let gateway: Gateway;

  before(async () => {
    let port = 0;
    ({ gateway, port } = await startWithSsh(scene));
    scene.write('ansible.cfg', settings(scene.folder));
    scene.write('hosts', inventory(port));
    for (let i = 0; i < 2; i++) runs.push(await play());
  });
  after(() => scene.close());

  async function play(): Promise<Map<string, Result>> {
    const output = await run('ansible-playbook', [playbook], { cwd: scene.folder }, 120_000);
    // Warnings stand on standard error, before and behind the report.
    const report = JSON.parse(output.slice(output.indexOf('{\n'), output.lastIndexOf('\n}') + 2)) as Report;
    return new Map(report.plays.flatMap(({ tasks }) => tasks.map(({ task, hosts }) => [task.name, hosts.gw])));
  }

  const first = (name: string): Result => runs[0]?.get(name) ?? assert.fail(`no task ${name}`);
  const second = (name: string): Result => runs[1]?.get(name) ?? assert.fail(`no task ${name}`);

  test('it logs in, enables, and reads shows whole', () => {
    const [version = '', clock = '', privilege, users = '', brief = '', running = ''] = first('shows').stdout ?? [];
    assert.match(version, /^dialpeer Software \(SIP-GATEWAY\), Version \d/);
    assert.match(clock, /^\d\d:\d\d:\d\d\.\d{3} UTC /);
    assert.equal(privilege, 'Current privilege level is 15');
    assert.match(users, /^\* +2 vty 0 +oper /m);
    assert.match(brief, /^Loopback0 +127\.0\.0\.1 /m);
    assert.match(running, /^hostname gw$[\s\S]*^end$/m);
    assert.equal(first('waits').failed ?? false, false);
  });

  test("a refused show and a bad line fail with IOS's sentence", () => {
    assert.match(first('refused').msg ?? '', /% Invalid input detected at '\^' marker/);
    assert.match(
      first('bad line').module_stderr ?? first('bad line').msg ?? '',
      /% Invalid input detected at '\^' marker/,
    );
    for (const name of ['refused', 'bad line']) assert.equal(first(name).failed, true);
  });

  test('it pushes lines, blocks and a banner, and finds nothing to change the second time', () => {
    for (const name of ['lines', 'block', 'deep block', 'banner']) {
      assert.equal(first(name).changed, true, name);
      assert.equal(second(name).changed, false, name);
    }
    assert.deepEqual(first('deep block').commands, ['voice service voip', 'sip', 'session transport tcp']);
  });

  test('it saves what was modified, and only then; startup-config does not differ from what runs', () => {
    assert.equal(first('save modified').changed, true);
    for (const result of [first('save unmodified'), second('save modified')]) assert.equal(result.changed, false);
    for (const result of [first, second]) assert.equal(result('differs from startup').changed, false);
    assert.match(first('dialog').stdout?.[0] ?? '', /\[OK\]/);
  });

  test('it gathers facts', () => {
    const facts = first('facts').ansible_facts ?? {};
    assert.equal(facts['ansible_net_hostname'], 'gw');
    assert.match(String(facts['ansible_net_version']), /^\d+\.\d+\.\d+$/);
    assert.match(String(facts['ansible_net_image']), /^dialpeer-/);
    assert.match(String(facts['ansible_net_serialnum']), /^[0-9A-F]{8}$/);
    assert.deepEqual(facts['ansible_net_all_ipv4_addresses'], [loopback]);
    const { Loopback0 } = facts['ansible_net_interfaces'] as { readonly Loopback0?: Record<string, unknown> };
    assert.deepEqual([Loopback0?.['operstatus'], Loopback0?.['lineprotocol']], ['up', 'up']);
    assert.deepEqual(Loopback0?.['ipv4'], [{ address: loopback, subnet: '32' }]);
    assert.match(String(facts['ansible_net_config']), /^hostname gw$/m);
  });

  test('what it pushed is in effect and in startup-config', async () => {
    const startup = await gateway.type('show startup-config');
    assert.match(startup, /^ip domain name lab\.test$/m);
    assert.match(startup, /^dial-peer voice 7 voip\n destination-pattern 7\.\.\.\n/m);
    assert.match(startup, /^banner login \^C\nWho are you\?\nSay it\.\n\^C$/m);
  });
});

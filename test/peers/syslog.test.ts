import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort } from './port.ts';
import { Scene } from './scene.ts';

suite('the log goes to rsyslog', needs('rsyslogd'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('rsyslog reads facility, severity and text of each line as they were meant', async () => {
    const port = await freePort();
    const kept = scene.path('kept.log');
    const template = '%syslogfacility-text% %syslogseverity-text% %rawmsg-after-pri%\\n';
    const rules = scene.write(
      'rsyslog.conf',
      `module(load="imudp")
input(type="imudp" address="127.0.0.1" port="${port}")
template(name="told" type="string" string="${template}")
action(type="omfile" file="${kept}" template="told")
`,
    );
    scene.start('rsyslogd', ['-n', '-f', rules, '-i', scene.path('rsyslog.pid')]);
    await bound('udp', port);
    const gateway = await Gateway.start(
      scene,
      gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] }),
    );
    await gateway.configure(`logging host 127.0.0.1 transport udp port ${port}`, 'logging facility local3');
    await gateway.configure('logging origin-id string west');
    const line = /^local3 notice \d+: west: .*%SYS-5-CONFIG_I: Configured from console by console$/m;
    for (let i = 0; i < 100 && !line.test(await readFile(kept, 'latin1').catch(() => '')); i++) await sleep(100);
    assert.match(await readFile(kept, 'latin1'), line);
    assert.match(
      await gateway.type('show logging'),
      /Logging to 127\.0\.0\.1 {2}\(udp port \d+, audit disabled,\s+link up\)/,
    );
  });
});

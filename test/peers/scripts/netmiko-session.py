"""What an engineer's script does to a router with Netmiko. Prints what it saw, as JSON."""

import json
import sys

from netmiko import ConnectHandler

port, username, password, secret = sys.argv[1:5]
shows = sys.argv[5:]

device = ConnectHandler(
    device_type="cisco_ios",
    host="127.0.0.1",
    port=int(port),
    username=username,
    password=password,
    secret=secret,
)
seen = {"first": device.find_prompt()}
device.enable()
seen["enabled"] = device.find_prompt()
seen["shows"] = {command: device.send_command(command) for command in shows}
lines = []
for tag in range(101, 126):
    lines += ["dial-peer voice %d pots" % tag, "destination-pattern 77%d" % tag]
seen["configured"] = device.send_config_set(lines)
seen["refused"] = device.send_config_set(["dial-peer voice nonsense pots"])
seen["saved"] = device.save_config()
seen["startup"] = device.send_command("show startup-config")
seen["last"] = device.find_prompt()
device.disconnect()
print(json.dumps(seen))

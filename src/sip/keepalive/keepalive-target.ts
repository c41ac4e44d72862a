import type { HeartbeatTiming } from '../settings.ts';
import type { Target } from '../target/index.ts';

/** A place to ask, and how often. */
export interface KeepaliveTarget extends Target {
  readonly tenant: number;
  readonly scheme: 'sip' | 'sips';
  readonly timing: HeartbeatTiming;
}

/** The same text, the same question to the same place. */
export function keyOfTarget(target: KeepaliveTarget): string {
  const { host, isName, port, transport, tenant, bind, scheme, timing } = target;
  const { upSeconds, downSeconds, retries, answers } = timing;
  const place = [host.toLowerCase(), isName, port, transport, tenant, bind, scheme];
  return JSON.stringify([...place, upSeconds, downSeconds, retries, answers]);
}

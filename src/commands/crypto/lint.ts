import { show } from '../show.ts';
import type { Tree } from '../tree.ts';

/** Ours: what in keys, certificates and trust will refuse a call. */
const lint = show(
  'show crypto pki lint',
  'What is wrong with keys, certificates and trust, or soon will be',
  ({ pki, config, signaling }) => pki.trust.lint(signaling.all(), advertised(config.running)),
  (findings) =>
    findings.length === 0
      ? ['Nothing found that would refuse a call.']
      : findings.flatMap(({ severity, trustpoint, words, remedy }) => [
          `${severity === 'error' ? 'Error' : 'Warning'}${trustpoint === undefined ? '' : `, trustpoint ${trustpoint}`}: ${words}`,
          `  Remedy: ${remedy}`,
        ]),
  { ours: true },
);

/** Names and addresses peers reach us at: the router's own, and that of the interface SIP is bound to. */
function advertised({ hostname, domainName, sip, interfaces }: Tree): readonly string[] {
  const bound = sip.bind.control === undefined ? undefined : interfaces.get(sip.bind.control)?.address?.address;
  const addresses = [...interfaces.values()].flatMap(({ address, shutdown }) =>
    address === undefined || shutdown ? [] : [address.address],
  );
  const name = domainName === undefined ? [] : [`${hostname}.${domainName}`];
  return [...name, ...(bound === undefined ? addresses : [bound])];
}

export const lintExec = [lint];

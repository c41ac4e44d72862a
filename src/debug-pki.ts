/** `debug crypto pki api` and `callbacks`: what others ask of the PKI, and what it tells them. */
import type { DebugHub } from './io/index.ts';
import type { Pki } from './pki/index.ts';

type Judging = Pick<Pki, 'credentialsFor' | 'judge'>;
type ExpectedPeer = Parameters<Pki['judge']>[1];
type Verdict = Awaited<ReturnType<Pki['judge']>>;

/** The PKI as the transport asks it, watched by `api` (the questions) and `validation` (what our policy says of a peer). */
export function watchedJudging(pki: Judging, hub: DebugHub): Judging {
  const api = hub.topic('crypto pki api');
  return {
    credentialsFor: (address, rules) => {
      const chosen = pki.credentialsFor(address, rules);
      if (api.on) {
        api.write(() => {
          const answer = chosen.ok ? `trustpoint ${chosen.value.trustpoint}` : `refused: ${chosen.reason}`;
          return `CRYPTO_PKI_API: credentials asked for peer ${address}, ${answer}`;
        });
      }
      return chosen;
    },
    judge: (peer, expected) => {
      if (api.on) {
        const count = peer.chainDer.length;
        api.write(() => `CRYPTO_PKI_API: verdict asked on ${peerText(expected)}, ${count} certificates`);
      }
      const verdict = pki.judge(peer, expected);
      return verdict instanceof Promise
        ? verdict.then((late) => watched(hub, expected, late))
        : watched(hub, expected, verdict);
    },
  };
}

function peerText(expected: ExpectedPeer): string {
  const wanted = expected.dnsName ?? expected.address;
  return `TLS ${expected.role}${wanted === undefined ? '' : ` ${wanted}`}`;
}

function watched(hub: DebugHub, expected: ExpectedPeer, verdict: Verdict): Verdict {
  const topic = hub.topic('crypto pki validation');
  if (topic.on) {
    topic.write(() =>
      verdict.accepted
        ? `CRYPTO_PKI: ${peerText(expected)} accepted: it proved ${verdict.provedName || 'its chain'}, trustpoint ${verdict.trustpoint}`
        : `CRYPTO_PKI: ${peerText(expected)} refused by rule ${verdict.rule}: ${verdict.reason}`,
    );
  }
  return verdict;
}

type Callbacks = Pick<ConstructorParameters<typeof Pki>[0], 'change' | 'keysChanged' | 'trustChanged'>;

/** What the PKI calls when something became of it. */
export function watchedCallbacks({ change, keysChanged, trustChanged }: Callbacks, hub: DebugHub): Callbacks {
  const topic = hub.topic('crypto pki callbacks');
  const told = (what: string): void => {
    if (topic.on) topic.write(() => `CRYPTO_PKI: callback: ${what}`);
  };
  return {
    change: (changed) => {
      told('certificates change in the running configuration');
      change(changed);
    },
    keysChanged: () => {
      told('key pairs changed: SSH and sealed passwords follow');
      keysChanged?.();
    },
    trustChanged: () => {
      told('trust changed: live TLS peers are judged again');
      trustChanged?.();
    },
  };
}

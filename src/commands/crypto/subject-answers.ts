import type { ConfigKeyFace, EnrollmentAnswers, PkiFace, TrustpointSettings } from '../../pki/index.ts';
import type { Tree } from '../tree.ts';
import { routerName } from './key.ts';

/** Of a `World`, what the answers are found in. */
interface Known {
  readonly config: { readonly running: Tree };
  readonly pki: Pick<PkiFace, 'serialNumber'> & { readonly configKey: Pick<ConfigKeyFace, 'openPassword'> };
}

/** What goes into a request when nobody is asked: what the trustpoint says, and nothing it leaves open. */
export function settledAnswers(settings: TrustpointSettings, { config, pki }: Known): EnrollmentAnswers {
  const router = routerName(config.running);
  const fqdn = settings.fqdn === 'none' ? undefined : (settings.fqdn ?? router);
  const { ipAddress: typed = 'none', password, sealedPassword } = settings;
  const challengePassword = sealedPassword === undefined ? password : pki.configKey.openPassword(sealedPassword);
  const ipAddress = typed.toLowerCase() === 'none' ? undefined : addressOf(config.running, typed);
  return {
    defaultKeyLabel: router,
    ...(fqdn !== undefined && { fqdn }),
    ...(settings.serialNumber === true && { serialNumber: pki.serialNumber }),
    ...(ipAddress !== undefined && { ipAddress }),
    ...(challengePassword !== undefined && { challengePassword }),
  };
}

/** A dotted address, or that of an interface by its name, abbreviated or not. */
export function addressOf(tree: Tree, typed: string): string | undefined {
  const parts = typed.split('.');
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return typed;
  const wanted = /^([a-z-]+) ?([\d/.]+)$/i.exec(typed);
  if (wanted === null) return undefined;
  const [, kind = '', number = ''] = wanted;
  const found = [...tree.interfaces.values()].filter(({ name }) => {
    return name.toLowerCase().startsWith(kind.toLowerCase()) && name.replace(/^[A-Za-z-]+/, '') === number;
  });
  return found.length === 1 ? found[0]?.address?.address : undefined;
}

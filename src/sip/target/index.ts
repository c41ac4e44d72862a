/**
 * target: from a configured target to the place that answers for it. `locate` asks names, service records and pointers; `TargetRoute`
 * tries what was found, one after the other; `TargetHealth` remembers who failed.
 *
 * **Standards:** RFC 3263 (client side; the transport is configured, so pointers to another one are passed over), RFC 2782, 5922 4.
 */
export type { Names } from './locate.ts';
export { NameCache } from './name-cache.ts';
export { defaultPort, type Target } from './target.ts';
export { TargetHealth, type TargetReport } from './target-health.ts';
export { type RouteMeans, TargetRoute } from './target-route.ts';

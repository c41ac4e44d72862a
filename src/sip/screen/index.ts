/**
 * screen: who may ask for anything at all. Pure: addresses, names and time in, a verdict out. Whoever is called by us or listed
 * (`ip address trusted list`) may; a stranger is told so, but not often. An `Admission` bounds what anybody,
 * trusted or not, may make us hold, a `SourceRate` how often; `Shares` tell what is to go when a bound for all is reached;
 * how much that is, is configured (`limits.ts` of the room). `NewWork` tells how much of it is begun
 * when there is more than can be done.
 */
export { Admission, type AdmissionReport } from './admission.ts';
export { AnswerBudget } from './answer-budget.ts';
export { EchoBudget } from './echo-budget.ts';
export { NewWork } from './new-work.ts';
export { retryAfterSeconds } from './retry-after.ts';
export { Shares } from './shares.ts';
export { type RateLimits, SourceRate } from './source-rate.ts';
export { printTrustedEntry, type Source, type TrustedEntry, TrustedSources } from './trusted-sources.ts';

/**
 * screen: who may ask for anything at all. Pure: addresses, names and time in, a verdict out. Whoever is called by us or listed
 * (`ip address trusted list`) may; a stranger is told so, but not often.
 */
export { AnswerBudget } from './answer-budget.ts';
export { printTrustedEntry, type Source, type TrustedEntry, TrustedSources } from './trusted-sources.ts';

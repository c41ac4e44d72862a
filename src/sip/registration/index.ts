/**
 * sip/registration: the client that registers our numbers.
 *
 * `Registrations` owns one `Registration` for each number and registrar, primary and secondary alike, one timer for all of them
 * and the `Pacer` that spreads them over time. What a registration does is the table in `registration-machine`: it waits for its
 * turn, sends, answers a challenge, takes a longer time when it must, refreshes before what it was granted runs out, backs off
 * when it fails, and is taken back when its number or registrar goes.
 *
 * Parts: `registration-machine` (the table), `back-off` and `pacer` (when), `register-target` and `register-request` (what is
 * sent), `register-place` (where a registrar is), `register-way` (how it is reached), `register-outcome` (what is answered),
 * `binding` (what the registrar knows of a number), `failures` (and when to try again), `service-route` (the way it names for
 * calls), `vouched-hosts` (who may call because of one), `wanted-registration` (which number, with whom, by which credentials),
 * `registration`, `registrations`, `report`, `messages`.
 * Who tells whom: the configuration tells `Registrations` which numbers there are; a registration sends through the user agent
 * and tells its owner what became of it; the transport's closed connections are told by the user agent.
 *
 * **Standards:** RFC 3261 10; RFC 3327 (Path is offered), RFC 3608 (Service-Route), RFC 5626 4.2 (calls come on the connection of
 * the REGISTER), 4.3 (and the requests of dialogs on it) and 4.5 (recovery).
 */
export { registrationMessages } from './messages.ts';
export { registerTarget } from './register-target.ts';
export { type RegistrationSettings, Registrations } from './registrations.ts';
export type { RegistrationReport, RegistrationRow } from './report.ts';

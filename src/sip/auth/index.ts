/**
 * sip/auth: digest authentication, both sides. Pure: text and time in, values out.
 *
 * As a client: `challengesOf` reads what a 401 or 407 asks for, `DigestClient` chooses the strongest challenge of each realm it
 * has a credential for, answers it once (once more when the nonce was stale), and keeps the nonce for the requests that follow.
 * Which credential belongs to which realm is its owner's to say (`credentialOf` is the rule within one level of configuration).
 * As a server: `Challenger` makes nonces that carry their own proof, judges an answer and remembers, in bounded room, which
 * nonce counts were used.
 *
 * Parts: `auth-value` (the grammar), `challenge`, `digest` (the computation), `credential`, `digest-client`, `nonce`,
 * `nonce-counts`, `challenger`.
 * Who tells whom: sessions and registrations ask; nothing here calls back.
 *
 * **Standards:** RFC 3261 20.6, 20.7, 20.27, 20.28, 20.44, 22; RFC 7616; RFC 8760.
 */
export { Challenger, type Proof } from './challenger.ts';
export { type Credential, credentialOf, unsealed } from './credential.ts';
export { type ChallengeAnswer, DigestClient, type DigestedRequest } from './digest-client.ts';

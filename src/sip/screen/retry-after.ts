/** What a peer that is refused for load is asked to wait, in seconds. */
export const retryAfterSeconds = 5;

/** Placeholder for the owner of cli/: the type-level reader of the command notation. */
export type Args<S extends string> = S extends string ? Record<string, unknown> : never;

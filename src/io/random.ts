/** Unpredictable bytes (`node/`) or seeded ones (`memory/`). */
export interface Random {
  bytes(count: number): Buffer;
}

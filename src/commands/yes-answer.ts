/** Whether an answer to a question of IOS confirms: RETURN, `y` or `yes`. */
export function isYes(answer: string): boolean {
  return ['', 'y', 'yes'].includes(answer.trim().toLowerCase());
}

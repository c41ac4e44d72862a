/** One blank in front of every line: a sub-command as running-config shows it. */
export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => ` ${line}`);
}

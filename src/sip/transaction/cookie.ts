const cookie = 'z9hg4bk';

/** Whether a branch is one of RFC 3261's: it begins with `z9hG4bK`, in any case, and goes on. */
export function matchesCookie(branch: string): boolean {
  if (branch.length <= cookie.length) return false;
  return branch.startsWith('z9hG4bK') || branch.slice(0, cookie.length).toLowerCase() === cookie;
}

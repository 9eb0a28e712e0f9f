/** Where to go after logging in: a path of this app, never another site's address. */
export function safeReturn(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}

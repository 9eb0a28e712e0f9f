/** Return the path to open after the login: always a path of this app, never a URL of another site. */
export function safeReturn(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}

/** What one user of the browser leaves in memory outside of the query cache must not reach the next one. */

const listeners = new Set<() => void>();

/** Call a function when the user logs out, in this tab or another one. */
export function onLeave(forget: () => void): void {
  listeners.add(forget);
}

/** Call all functions that forget what belongs to the user. */
export function forgetUser(): void {
  for (const forget of listeners) forget();
}

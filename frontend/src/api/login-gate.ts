/**
 * Delays the requests of a page whose session has ended until the user has logged in again.
 *
 * Enabled while a user is logged in. Requests that the server rejects with 401 wait here, and are
 * repeated after the login.
 */
class LoginGate {
  private isEnabled = false;
  private isNeeded = false;
  private readonly waiting = new Set<(isLoggedIn: boolean) => void>();
  private readonly listeners = new Set<() => void>();

  readonly enable = (): void => {
    this.isEnabled = true;
  };

  /** Let waiting and later requests fail. */
  readonly disable = (): void => {
    this.isEnabled = false;
    this.end(false);
  };

  /** Wait for a login; returns false if none will come: at once while the gate is disabled. */
  readonly waitForLogin = (signal?: AbortSignal): Promise<boolean> => {
    if (!this.isEnabled) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const settle = (isLoggedIn: boolean) => {
        signal?.removeEventListener("abort", abort);
        resolve(isLoggedIn);
      };
      const abort = () => {
        this.waiting.delete(settle);
        reject(signal?.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.waiting.add(settle);
      this.isNeeded = true;
      this.notify();
    });
  };

  /** Repeat the waiting requests: the user has logged in. */
  readonly pass = (): void => this.end(true);

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Return whether the session has ended. It stays so if the waiting requests are aborted. */
  readonly isLoginNeeded = (): boolean => this.isNeeded;

  private end(isLoggedIn: boolean): void {
    const settled = [...this.waiting];
    this.waiting.clear();
    this.isNeeded = false;
    this.notify();
    for (const settle of settled) settle(isLoggedIn);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

export const loginGate = new LoginGate();

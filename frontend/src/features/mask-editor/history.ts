/** A list of changes that can be undone and redone, bounded by the memory that they take. */

export interface Sized {
  readonly bytes: number;
}

export class History<T extends Sized> {
  private done: T[] = [];
  private undone: T[] = [];
  private readonly limitBytes: number;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** Add a change; what was undone before cannot be redone any more. The oldest changes are dropped. */
  add(change: T): void {
    this.undone = [];
    this.done.push(change);
    let bytes = this.done.reduce((sum, one) => sum + one.bytes, 0);
    while (bytes > this.limitBytes && this.done.length > 1) bytes -= this.done.shift()?.bytes ?? 0;
  }

  /** Return the change to take back; null if there is none. */
  undo(): T | null {
    const change = this.done.pop() ?? null;
    if (change !== null) this.undone.push(change);
    return change;
  }

  /** Return the change to apply again; null if there is none. */
  redo(): T | null {
    const change = this.undone.pop() ?? null;
    if (change !== null) this.done.push(change);
    return change;
  }
}

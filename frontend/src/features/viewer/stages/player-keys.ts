const SEEKING = ["ArrowLeft", "ArrowRight"];

/** Keep the keys with which a focused player moves through a recording from opening another item. */
export function keepSeekingKeys(event: { readonly key: string; readonly stopPropagation: () => void }): void {
  if (SEEKING.includes(event.key)) event.stopPropagation();
}

/** Return a function that removes parameters from those of an address and keeps the others. */
export const withoutParameters =
  (...names: readonly string[]) =>
  (query: URLSearchParams): URLSearchParams =>
    new URLSearchParams([...query].filter(([name]) => !names.includes(name)));

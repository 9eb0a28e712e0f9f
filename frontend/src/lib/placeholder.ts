import { thumbHashToDataURL } from "thumbhash";

/** Decoding takes a fraction of a millisecond, but a gallery needs the same placeholders on every scroll. */
const CACHE_LIMIT = 2_000;
const cache = new Map<string, string | null>();

/** Return a tiny blurred image for a thumbhash in base64, or null if it is not valid. */
export function placeholderUrl(thumbhash: string): string | null {
  const known = cache.get(thumbhash);
  if (known !== undefined) return known;
  const url = decode(thumbhash);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(thumbhash, url);
  return url;
}

function decode(thumbhash: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
    return bytes.length < 5 ? null : thumbHashToDataURL(bytes);
  } catch (error) {
    if (error instanceof DOMException || error instanceof RangeError) return null;
    throw error;
  }
}

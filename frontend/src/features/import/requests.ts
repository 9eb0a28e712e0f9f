/** Requests of imports. */
import { api, unwrap } from "@/api/client";
import type { ImportedFile, InspectedFile } from "@/api/types";

/** The browser sets the content type with its boundary. */
const asForm = { bodySerializer: (body: unknown) => body as FormData } as const;

function formOf(file: Blob, name: string, sidecar?: Blob): never {
  const form = new FormData();
  form.append("file", file, name);
  if (sidecar) form.append("sidecar", sidecar);
  return form as never;
}

/** Import a file, or each file of a zip. */
export async function importFile(
  file: Blob,
  name: string,
  signal?: AbortSignal,
  sidecar?: Blob,
): Promise<readonly ImportedFile[]> {
  const { items } = await unwrap(
    api.POST("/api/v1/imports", { body: formOf(file, name, sidecar), ...asForm, ...(signal && { signal }) }),
  );
  return items;
}

/** Read prompt and settings of a file; nothing is stored. */
export const inspectFile = (file: Blob, name: string, sidecar?: Blob): Promise<InspectedFile> =>
  unwrap(api.POST("/api/v1/imports/inspect", { body: formOf(file, name, sidecar), ...asForm }));

/** Return the own items that have these bytes. */
export async function knownItems(hashes: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { items } = await unwrap(api.POST("/api/v1/imports/known", { body: { sha256: [...hashes] } }));
  return items;
}

/** Return the SHA-256 of a file; null where the browser has no such function: without TLS. */
export async function hashOf(file: Blob): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined) return null;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return whether the server answers. */
export const isServerUp = (): Promise<boolean> =>
  fetch("/health/live", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );

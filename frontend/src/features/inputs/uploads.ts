/** Uploads: images of the user that jobs work on. */
import { api, unwrap } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { Upload } from "@/api/types";
import type { ChosenImage } from "./references";

/** Types that the browser can show and the API accepts. */
export const ACCEPTED = "image/png,image/jpeg,image/webp";

/** Store a file of any kind that the API accepts; the same bytes give the same upload. */
export function uploadFile(file: Blob, name: string): Promise<Upload> {
  const form = new FormData();
  form.append("file", file, name);
  return unwrap(
    api.POST("/api/v1/uploads", {
      body: form as never,
      // The browser sets the content type with its boundary.
      bodySerializer: (body) => body as unknown as FormData,
    }),
  );
}

/** Store an image. */
export async function uploadImage(file: Blob, name: string): Promise<ChosenImage> {
  const upload = await uploadFile(file, name);
  if (upload.kind !== "image" || upload.width === null || upload.height === null)
    throw new ApiError(`${name} is no image.`, { status: 422 });
  return { reference: { upload_id: upload.id }, width: upload.width, height: upload.height };
}

/** Return the first image among dropped or pasted files. */
export function imageIn(files: DataTransfer | null): File | null {
  const found = [...(files?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  return found ?? null;
}

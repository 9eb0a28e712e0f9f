/** Images for uploads, and the pixels of images of the app. */
import type { Page } from "playwright-core";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA bytes. */
  readonly data: readonly number[];
}

export interface File {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Return a PNG with two halves: orange at the left, blue at the right, and a random dot. */
export async function makePng(page: Page, width: number, height: number): Promise<File> {
  const url = await page.evaluate(
    ([wide, high]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: wide, height: high });
      const context = canvas.getContext("2d");
      if (context === null || wide === undefined || high === undefined) throw new Error("no canvas");
      context.fillStyle = "#e07a20";
      context.fillRect(0, 0, wide / 2, high);
      context.fillStyle = "#2050c0";
      context.fillRect(wide / 2, 0, wide / 2, high);
      // Different bytes for each journey: equal files are one upload.
      context.fillStyle = `#${Math.random().toString(16).slice(2, 8).padEnd(6, "0")}`;
      context.fillRect(2, 2, 1, 1);
      return canvas.toDataURL("image/png");
    },
    [width, height],
  );
  return { name: "photo.png", mimeType: "image/png", buffer: Buffer.from(url.split(",")[1] ?? "", "base64") };
}

/** Return the pixels of an image of the app. */
export async function readPixels(page: Page, url: string): Promise<Pixels> {
  const { width, height, base64 } = await page.evaluate(async (address) => {
    const bitmap = await createImageBitmap(await (await fetch(address)).blob());
    const canvas = Object.assign(document.createElement("canvas"), {
      width: bitmap.width,
      height: bitmap.height,
    });
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = "";
    for (let at = 0; at < data.length; at += 8192)
      text += String.fromCharCode(...data.subarray(at, at + 8192));
    return { width: bitmap.width, height: bitmap.height, base64: btoa(text) };
  }, url);
  return { width, height, data: [...Buffer.from(base64, "base64")] };
}

/** Return red, green and blue of a pixel. */
export const pixelAt = ({ width, data }: Pixels, x: number, y: number): readonly number[] =>
  data.slice((y * width + x) * 4, (y * width + x) * 4 + 3);

/** Return the mean difference of two images of one size, 0..255. */
export function difference(one: Pixels, other: Pixels): number {
  const sum = one.data.reduce((total, value, at) => total + Math.abs(value - (other.data[at] ?? 0)), 0);
  return sum / one.data.length;
}

/** The strongest change of brightness, per pixel, that counts as an edge: 0..1 of the possible. */
const THRESHOLD = 0.14;

/** Replace the RGBA pixels of an image by its edges, white on black (Sobel operator). */
export function edgesOf(data: Uint8ClampedArray, width: number, height: number): void {
  const brightness = new Float32Array(width * height);
  for (let at = 0; at < brightness.length; at += 1) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at * 4, at * 4 + 3);
    brightness[at] = (red * 0.299 + green * 0.587 + blue * 0.114) / 255;
  }
  const pixel = (x: number, y: number): number =>
    brightness[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const right = pixel(x + 1, y - 1) + 2 * pixel(x + 1, y) + pixel(x + 1, y + 1);
      const left = pixel(x - 1, y - 1) + 2 * pixel(x - 1, y) + pixel(x - 1, y + 1);
      const below = pixel(x - 1, y + 1) + 2 * pixel(x, y + 1) + pixel(x + 1, y + 1);
      const above = pixel(x - 1, y - 1) + 2 * pixel(x, y - 1) + pixel(x + 1, y - 1);
      const value = Math.hypot(right - left, below - above) / 4 > THRESHOLD ? 255 : 0;
      data.set([value, value, value, 255], (y * width + x) * 4);
    }
  }
}

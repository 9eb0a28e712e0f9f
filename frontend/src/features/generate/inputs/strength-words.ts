/** Words for how much of a source is changed, 0..1. */
export function strengthWord(denoise: number): string {
  if (denoise <= 0) return "No change";
  if (denoise < 0.25) return "Slight change";
  if (denoise < 0.45) return "Small change";
  if (denoise < 0.65) return "Moderate change";
  if (denoise < 0.85) return "Large change";
  if (denoise < 1) return "Almost new";
  return "Completely new";
}

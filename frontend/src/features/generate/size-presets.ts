/** Sizes in pixels that suit a model family. */
import type { ModelFamily } from "@/features/models";

export interface SizePreset {
  readonly label: string;
  readonly width: number;
  readonly height: number;
}

const preset = (label: string, width: number, height: number): SizePreset => ({ label, width, height });

// Trained at 512²; far larger images repeat the subject.
const AROUND_512 = [
  preset("Square", 512, 512),
  preset("Portrait", 512, 768),
  preset("Landscape", 768, 512),
  preset("Wide", 912, 512),
];
// Source: the aspect buckets of the SDXL report (arXiv 2307.01952, appendix I), all near 1024².
const AROUND_1024 = [
  preset("Square", 1024, 1024),
  preset("Portrait", 832, 1216),
  preset("Landscape", 1216, 832),
  preset("Wide", 1344, 768),
];
const ANY_SIZE = [...AROUND_1024, preset("Draft", 512, 512)];

export const SIZE_PRESETS: Record<ModelFamily, readonly SizePreset[]> = {
  sd1: AROUND_512,
  sdxl: AROUND_1024,
  flux: ANY_SIZE,
  other: [...AROUND_512.slice(0, 3), preset("Large", 1024, 1024)],
};

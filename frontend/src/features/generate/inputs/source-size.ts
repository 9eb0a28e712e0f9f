/** The size of an image that is made from a source. */
import { LIMITS } from "../settings";

/** The longest edge that is proposed; more can be set by hand. */
const PROPOSED_PX = 2048;

/** Return the size of a source, smaller if it is very large, in the steps that the API accepts. */
export function sizeOfSource(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, PROPOSED_PX / Math.max(width, height));
  return { width: inSteps(width * scale), height: inSteps(height * scale) };
}

function inSteps(edge: number): number {
  const { min, max, step } = LIMITS.edge;
  return Math.min(max, Math.max(min, Math.floor(edge / step) * step));
}

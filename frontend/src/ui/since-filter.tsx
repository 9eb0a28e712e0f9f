import { SPANS, type Span, spanOf } from "@/lib/since";
import { FilterSelect } from "./filter-select";

interface SinceFilterProps {
  /** As the address has it; an unknown word is no choice. */
  readonly value: string;
  readonly onChange: (since: Span | "") => void;
}

/** How old what is listed may be. */
export function SinceFilter({ value, onChange }: SinceFilterProps) {
  return <FilterSelect label="Date" all="Any" value={spanOf(value)} options={SPANS} onChange={onChange} />;
}

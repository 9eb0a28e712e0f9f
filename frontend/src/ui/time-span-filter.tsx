import { TIME_SPANS, type TimeSpan, timeSpanOf } from "@/lib/time-span";
import { FilterSelect } from "./filter-select";

interface TimeSpanFilterProps {
  /** As the address has it; an unknown word is no choice. */
  readonly value: string;
  readonly onChange: (since: TimeSpan | "") => void;
}

/** How old what is listed may be. */
export function TimeSpanFilter({ value, onChange }: TimeSpanFilterProps) {
  return (
    <FilterSelect label="Date" all="Any" value={timeSpanOf(value)} options={TIME_SPANS} onChange={onChange} />
  );
}
